using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Alternator.Emulator.Tests.Support;

/// <summary>HTTP written and read by hand, so that nothing between the test and the socket mends what is sent or received.</summary>
internal sealed class RawHttp : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private Stream _stream = Stream.Null;
    private readonly List<byte> _ahead = [];

    public static Task<RawHttp> ConnectAsync(EmulatorNode node) => ConnectAsync(node.Http!.EndPoint.Address, node.Http.EndPoint.Port);

    public static async Task<RawHttp> ConnectAsync(IPAddress address, int port)
    {
        var http = new RawHttp();
        await http._client.ConnectAsync(address, port);
        http._stream = http._client.GetStream();
        return http;
    }

    public static async Task<RawAnswer> OnceAsync(EmulatorNode node, string head, byte[]? body = null)
    {
        using RawHttp http = await ConnectAsync(node);
        await http.SendAsync(head, body);
        return await http.ReadAsync(head.StartsWith("HEAD", StringComparison.Ordinal));
    }

    /// <summary>Sends header lines (written with \n) and a body; Content-Length is the test's business.</summary>
    public async Task SendAsync(string head, byte[]? body = null)
    {
        byte[] bytes = [.. Encoding.Latin1.GetBytes(head.ReplaceLineEndings("\r\n") + "\r\n\r\n"), .. body ?? []];
        await _stream.WriteAsync(bytes);
    }

    public async Task SendBytesAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    public async Task<RawAnswer> ReadAsync(bool head = false)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        List<byte> bytes = _ahead;
        int end;
        while ((end = IndexOfBlankLine(bytes)) < 0)
        {
            if (!await MoreAsync(bytes, limit.Token)) throw new EndOfStreamException($"The connection ended after {bytes.Count} bytes: {Encoding.Latin1.GetString([.. bytes])}");
        }

        string[] lines = Encoding.Latin1.GetString([.. bytes[..end]]).Split("\r\n");
        bytes.RemoveRange(0, end + 4);
        var headers = lines.Skip(1).Select(l => l.Split(':', 2)).ToLookup(p => p[0], p => p[1].Trim(), StringComparer.OrdinalIgnoreCase);
        int status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        int length = head ? 0 : int.Parse(headers["Content-Length"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        while (bytes.Count < length)
        {
            if (!await MoreAsync(bytes, limit.Token)) throw new EndOfStreamException($"The body ended after {bytes.Count} of {length} bytes.");
        }

        byte[] body = [.. bytes[..length]];
        bytes.RemoveRange(0, length);
        return new RawAnswer(status, headers, body);
    }

    /// <summary>Everything until the end; a reset throws.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var bytes = new List<byte>();
        while (await MoreAsync(bytes, limit.Token))
        {
        }

        return [.. bytes];
    }

    public void Dispose() => _client.Dispose();

    private async Task<bool> MoreAsync(List<byte> bytes, CancellationToken limit)
    {
        byte[] buffer = new byte[16 * 1024];
        int read = await _stream.ReadAsync(buffer, limit);
        bytes.AddRange(buffer.AsSpan(0, read));
        return read > 0;
    }

    private static int IndexOfBlankLine(List<byte> bytes)
    {
        for (int i = 0; i + 3 < bytes.Count; i++)
        {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') return i;
        }

        return -1;
    }
}

internal sealed record RawAnswer(int Status, ILookup<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers[name].FirstOrDefault();

    /// <summary>The error's type without prefix; null when the body is none.</summary>
    public string? Error
    {
        get
        {
            const string prefix = "com.amazonaws.dynamodb.v20120810#";
            using var json = System.Text.Json.JsonDocument.Parse(Body);
            string? type = json.RootElement.TryGetProperty("__type", out var t) ? t.GetString() : null;
            return type?.StartsWith(prefix, StringComparison.Ordinal) == true ? type[prefix.Length..] : type;
        }
    }
}
