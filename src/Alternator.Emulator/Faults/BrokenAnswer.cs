using System.Text;
using Alternator.Emulator.Protocol;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Alternator.Emulator.Faults;

/// <summary>Answers that no client should trust.</summary>
internal static class BrokenAnswer
{
    private static readonly byte[] Html = Encoding.UTF8.GetBytes(
        "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Please sign in to use this network</h1></body></html>\n");

    /// <summary>Replaces the answer by another proper HTTP answer; false when the form is not one.</summary>
    public static bool Replace(NodeRequest request, BrokenForm form, Chance chance)
    {
        switch (form)
        {
            case BrokenForm.Html:
                request.Body.Clear();
                request.Body.Write(Html);
                request.ContentType = "text/html";
                break;
            case BrokenForm.RandomBytes:
                request.Body.Clear();
                Span<byte> garbage = stackalloc byte[200];
                chance.Fill(garbage);
                request.Body.Write(garbage);
                break;
            case BrokenForm.EmptyList:
                request.Body.Clear();
                request.Body.Write("[]"u8);
                break;
            case BrokenForm.HostIds:
                request.Body.Clear();
                request.Body.Write(Encoding.ASCII.GetBytes($"[\"{chance.NextGuid()}\",\"{chance.NextGuid()}\",\"{chance.NextGuid()}\"]"));
                break;
            default:
                return false;
        }

        request.Status = 200;
        request.ContentEncoding = null;
        return true;
    }

    public static Task SendRawAsync(NodeRequest request, BrokenForm form) => form switch
    {
        BrokenForm.Truncated => SendHalfAsync(request, thenReset: false),
        BrokenForm.NotHttp => SendAndCloseAsync(request, Encoding.ASCII.GetBytes("220 mail.example ESMTP ready\r\n250 nothing here speaks HTTP\r\n"), false),
        _ => SendEndlessHeadersAsync(request),
    };

    /// <summary>Sends the headers and half of the body, then ends the connection.</summary>
    public static Task SendHalfAsync(NodeRequest request, bool thenReset)
    {
        ReadOnlyMemory<byte> body = request.Body.Written;
        string head = $"HTTP/1.1 {request.Status} {(request.Status == 200 ? "OK" : "Error")}\r\nContent-Length: {Math.Max(body.Length, 2)}\r\n"
            + $"Content-Type: {request.ContentType}\r\n\r\n";
        byte[] bytes = [.. Encoding.ASCII.GetBytes(head), .. body[..(body.Length / 2)].Span];
        return SendAndCloseAsync(request, bytes, thenReset);
    }

    private static async Task SendEndlessHeadersAsync(NodeRequest request)
    {
        CancellationToken left = request.Features.Get<IHttpRequestLifetimeFeature>()!.RequestAborted;
        Task changed = request.Node.FaultsChanged;
        var output = request.Features.Get<IConnectionTransportFeature>()!.Transport.Output;
        byte[] line = Encoding.ASCII.GetBytes("X-Filler: " + new string('x', 1000) + "\r\n");
        try
        {
            await output.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n"), left).ConfigureAwait(false);
            while (!changed.IsCompleted)
            {
                await output.WriteAsync(line, left).ConfigureAwait(false);
                await Task.WhenAny(changed, Task.Delay(20, left)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client gave up, as it should.
        }

        request.Connection.Reset();
    }

    private static async Task SendAndCloseAsync(NodeRequest request, byte[] bytes, bool reset)
    {
        try
        {
            if (request.Connection.Secure)
            {
                await request.Features.Get<IConnectionTransportFeature>()!.Transport.Output.WriteAsync(bytes).ConfigureAwait(false);

                // The bytes are on their way through TLS; nothing tells when they are out, and a reset would overtake them.
                await Task.Delay(50).ConfigureAwait(false);
            }
            else
            {
                await request.Connection.Socket.SendAsync(bytes, System.Net.Sockets.SocketFlags.None).ConfigureAwait(false);
            }

            if (!reset) request.Connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The client left before it saw the broken answer.
        }

        if (reset) request.Connection.Reset();
        else request.Features.Get<IConnectionLifetimeFeature>()!.Abort();
    }
}
