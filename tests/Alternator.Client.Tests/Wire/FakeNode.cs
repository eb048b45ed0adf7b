using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Alternator.Client.Tests.Wire;

/// <summary>A request exactly as it came over the wire.</summary>
internal sealed record WireRequest(string Method, string Target, List<KeyValuePair<string, string>> Headers, byte[] Body, int Connection)
{
    public string? Header(string name) => Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public string Operation => Header("X-Amz-Target")?.Split('.')[^1] ?? "";

    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>An HTTP/1.1 server of a few lines on a loopback address and a free port. What it answers is a function; unless that
/// says otherwise it lists itself under <c>/localnodes</c>. Every API request is kept.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<int, TcpClient> _connections = new();
    private readonly Task _accepting;
    private int _accepted;

    public FakeNode(Func<WireRequest, byte[]?>? answer = null, IPAddress? address = null, int port = 0, SslServerAuthenticationOptions? tls = null)
    {
        Answer = answer ?? (_ => Json("{}"));
        Tls = tls;
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Start();
        var endpoint = (IPEndPoint)_listener.LocalEndpoint;
        Port = endpoint.Port;
        Address = endpoint.Address;
        string host = Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address.ToString();
        Endpoint = new Uri($"{(tls is null ? "http" : "https")}://{host}:{Port}");
        _accepting = AcceptAsync();
    }

    /// <summary>The bytes of the whole answer to an API request; null closes the connection without one.</summary>
    public Func<WireRequest, byte[]?> Answer { get; set; }

    public SslServerAuthenticationOptions? Tls { get; set; }

    public int Port { get; }

    public IPAddress Address { get; }

    public Uri Endpoint { get; }

    public string LocalNodes { get; set; } = "";

    /// <summary>Whether requests are read and never answered.</summary>
    public bool Silent { get; set; }

    /// <summary>Into pieces of how many bytes answers are cut; 0 for none.</summary>
    public int PieceSize { get; set; }

    public ConcurrentQueue<WireRequest> Requests { get; } = new();

    public ConcurrentQueue<string> ServerNames { get; } = new();

    public ConcurrentQueue<X509Certificate2?> ClientCertificates { get; } = new();

    /// <summary>How many bytes each TLS handshake took of this node.</summary>
    public ConcurrentQueue<long> HandshakeBytes { get; } = new();

    public ConcurrentQueue<Exception> Failures { get; } = new();

    public int Accepted => Volatile.Read(ref _accepted);

    public static byte[] Json(string body, int status = 200, string reason = "OK", string? headers = null) => Response(Encoding.UTF8.GetBytes(body), status, reason, headers);

    public static byte[] Response(byte[] body, int status = 200, string reason = "OK", string? headers = null) =>
    [
        .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {reason}\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {body.Length}\r\n{headers}\r\n")),
        .. body,
    ];

    public static byte[] Error(string type, string message, int status = 400) =>
        Json($$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{type}}","message":"{{message}}"}""", status, "Bad Request");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        CloseConnections();
        await _accepting;
        _stopping.Dispose();
    }

    public void CloseConnections()
    {
        foreach (TcpClient connection in _connections.Values)
            connection.Dispose();
    }

    /// <summary>Closes them as a process that dies does: the other side gets an error and no end.</summary>
    public void ResetConnections()
    {
        foreach (TcpClient connection in _connections.Values)
        {
            connection.LingerState = new LingerOption(true, 0);
            connection.Client.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient connection = await _listener.AcceptTcpClientAsync(_stopping.Token);
                serving.Add(ServeAsync(connection, Interlocked.Increment(ref _accepted)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient connection, int number)
    {
        await Task.Yield();
        _connections[number] = connection;
        try
        {
            connection.NoDelay = true;
            Stream stream = connection.GetStream();
            if (Tls is { } tls)
            {
                var counted = new CountingStream(stream);
                var secure = new SslStream(counted);
                await secure.AuthenticateAsServerAsync(tls, _stopping.Token);
                HandshakeBytes.Enqueue(counted.Written);
                ServerNames.Enqueue(secure.TargetHostName);
                ClientCertificates.Enqueue(secure.RemoteCertificate is { } certificate ? new X509Certificate2(certificate) : null);
                stream = secure;
            }
            var reader = new WireReader(stream);
            while (await reader.ReadAsync(number, _stopping.Token) is { } request)
            {
                byte[]? answer;
                if (request.Method == "GET")
                {
                    answer = request.Target.StartsWith("/localnodes", StringComparison.Ordinal)
                        ? Json(LocalNodes.Length > 0 ? LocalNodes : $"[\"{Address}\"]")
                        : Json("healthy");
                }
                else
                {
                    Requests.Enqueue(request);
                    answer = Answer(request);
                }
                if (Silent)
                    await Task.Delay(Timeout.Infinite, _stopping.Token);
                if (answer is null)
                    break;
                int piece = PieceSize > 0 && request.Method == "POST" ? PieceSize : Math.Max(1, answer.Length);
                for (int at = 0; at < answer.Length; at += piece)
                {
                    await stream.WriteAsync(answer.AsMemory(at, Math.Min(piece, answer.Length - at)), _stopping.Token);
                    if (piece < answer.Length)
                        await Task.Yield();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or System.Security.Authentication.AuthenticationException or SocketException)
        {
            Failures.Enqueue(exception);
        }
        finally
        {
            _connections.TryRemove(number, out _);
            connection.Dispose();
        }
    }
}

/// <summary>Counts what is written through it.</summary>
internal sealed class CountingStream(Stream inner) : Stream
{
    public long Written { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Written += buffer.Length;
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count)
    {
        Written += count;
        inner.Write(buffer, offset, count);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing) => inner.Dispose();
}

/// <summary>Reads requests with a Content-Length from a connection.</summary>
internal sealed class WireReader(Stream stream)
{
    private byte[] _buffer = new byte[16384];
    private int _have;

    public async Task<WireRequest?> ReadAsync(int connection, CancellationToken cancellationToken)
    {
        int head;
        while ((head = _buffer.AsSpan(0, _have).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync(cancellationToken))
                return null;
        }
        string[] lines = Encoding.Latin1.GetString(_buffer, 0, head).Split("\r\n");
        string[] start = lines[0].Split(' ');
        var headers = new List<KeyValuePair<string, string>>();
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
        }
        var request = new WireRequest(start[0], start[1], headers, [], connection);
        int length = int.Parse(request.Header("Content-Length") ?? "0", CultureInfo.InvariantCulture);
        while (_have < head + 4 + length)
        {
            if (!await FillAsync(cancellationToken))
                return null;
        }
        byte[] body = _buffer[(head + 4)..(head + 4 + length)];
        int used = head + 4 + length;
        Buffer.BlockCopy(_buffer, used, _buffer, 0, _have - used);
        _have -= used;
        return request with { Body = body };
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_have == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        int read = await stream.ReadAsync(_buffer.AsMemory(_have), cancellationToken);
        _have += read;
        return read > 0;
    }
}
