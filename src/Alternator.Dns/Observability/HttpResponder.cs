using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Alternator.Dns.Observability;

/// <summary>What <see cref="HttpResponder"/> answers.</summary>
internal sealed record HttpAnswer(int Status, string ContentType, string Body);

/// <summary>
/// As much of HTTP/1.1 as a scraper and a health probe need: GET and HEAD of a few paths, one request per connection, answered with a length and
/// <c>Connection: close</c>. A request head may have 8 KB and has five seconds; at most 32 connections are served at a time.
/// </summary>
internal sealed partial class HttpResponder : IAsyncDisposable
{
    private const int MaxHead = 8192, MaxConnections = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Socket _listener;
    private readonly Func<string, HttpAnswer?> _answer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _slots = new(MaxConnections);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    /// <param name="endPoint">Where to listen; port 0 takes a free one.</param>
    /// <param name="answer">The answer to a path, or null for 404.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures are told.</param>
    /// <exception cref="SocketException">The end point can't be had.</exception>
    public HttpResponder(IPEndPoint endPoint, Func<string, HttpAnswer?> answer, TimeProvider time, ILogger logger)
    {
        _answer = answer;
        _time = time;
        _logger = logger;
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(endPoint);
            _listener.Listen();
        }
        catch
        {
            _listener.Dispose();
            throw;
        }

        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _loop = RunAsync();
    }

    public IPEndPoint EndPoint { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
        _slots.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _slots.WaitAsync(_stopping.Token).ConfigureAwait(false);
                try
                {
                    Socket socket = await _listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                    _ = ServeAsync(socket);
                }
                catch (SocketException exception) when (!_stopping.IsCancellationRequested)
                {
                    _slots.Release();
                    LogAcceptFailed(_logger, EndPoint, exception.SocketErrorCode);
                    await Task.Delay(TimeSpan.FromMilliseconds(100), _time, _stopping.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (_stopping.IsCancellationRequested && exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped. Those that are still served hold the other places; they end with the token.
            for (int i = 1; i < MaxConnections; i++)
                await _slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Owned by its place in <see cref="_slots"/>, which the end of the loop waits for. It observes its own exceptions.</summary>
    private async Task ServeAsync(Socket socket)
    {
        using var deadline = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            string? head = await ReadHeadAsync(stream, either.Token).ConfigureAwait(false);
            if (head is not null)
                await stream.WriteAsync(Respond(head), either.Token).ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, too slow, or the server stops.
        }
        finally
        {
            _slots.Release();
        }
    }

    private static async Task<string?> ReadHeadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MaxHead];
        int filled = 0;
        while (filled < buffer.Length)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return null;

            filled += read;
            if (buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) >= 0)
                return Encoding.Latin1.GetString(buffer, 0, filled);
        }

        return "";
    }

    private byte[] Respond(string head)
    {
        string[] line = head.Split("\r\n", 2)[0].Split(' ');
        bool isRequest = line.Length == 3 && line[2].StartsWith("HTTP/1.", StringComparison.Ordinal);
        HttpAnswer answer = (isRequest ? line[0] : "") switch
        {
            "GET" or "HEAD" => _answer(line[1].Split('?')[0]) ?? Text(404, "not found: try /metrics, /health or /alive\n"),
            "" => Text(400, "not an HTTP/1.1 request\n"),
            _ => Text(405, "only GET and HEAD\n"),
        };
        byte[] body = Encoding.UTF8.GetBytes(answer.Body);
        string reason = Enum.IsDefined((HttpStatusCode)answer.Status) ? ((HttpStatusCode)answer.Status).ToString() : "";
        byte[] top = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {answer.Status} {reason}\r\nContent-Type: {answer.ContentType}\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"));
        return isRequest && line[0] == "HEAD" ? top : [.. top, .. body];
    }

    private static HttpAnswer Text(int status, string body) => new(status, "text/plain; charset=utf-8", body);

    [LoggerMessage(41, LogLevel.Warning, "No connection could be accepted at {EndPoint}: {Error}")]
    private static partial void LogAcceptFailed(ILogger logger, IPEndPoint endPoint, SocketError error);
}
