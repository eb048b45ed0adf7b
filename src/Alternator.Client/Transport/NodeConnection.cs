using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Alternator.Client;

/// <summary>
/// One HTTP/1.1 connection to a node, for one <see cref="IExchange{TAnswer}"/> at a time: it puts the request into <see cref="Outgoing"/> and
/// reads the answer from <see cref="Head"/> and <see cref="Body"/>. After each the connection goes back to its pool.
/// <para>A connection is used again only when the answer was read to its end, nothing followed it and the node did not announce
/// to close. The answer is waited for before the request is sent: the read that is needed anyway tells whether the node has closed the
/// connection meanwhile, so that no write is sent into a closed one.</para>
/// </summary>
internal sealed class NodeConnection : IDisposable
{
    private readonly NodeConnections _pool;
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly int _maxBody;
    private readonly ByteBuffer _incoming = new(4096);
    private ValueTask<int> _reading;
    private bool _listening;
    private ChunkedBody _chunks;
    private int _disposed;
    private int _headLength;
    private int _bodyLength;

    public NodeConnection(NodeConnections pool, Socket socket, Stream stream, int maxBody)
    {
        _pool = pool;
        _socket = socket;
        _stream = stream;
        _maxBody = maxBody;
    }

    /// <summary>The bytes of the request.</summary>
    public ByteBuffer Outgoing { get; } = new(4096);

    /// <summary>The hashes that sign what this connection sends.</summary>
    public SigningHashes Hashes { get; } = new();

    public HttpHead Head { get; private set; }

    public ReadOnlySpan<byte> HeadBytes => _incoming.Written[.._headLength];

    public ReadOnlySpan<byte> Body => _incoming.Written.Slice(_headLength, _bodyLength);

    /// <summary>Whether another request may follow.</summary>
    public bool IsReusable { get; private set; }

    /// <summary>When it was last given back, in milliseconds of the environment's tick count.</summary>
    public long IdleSince { get; set; }

    /// <summary>Begins to wait for the answer. False when the node has closed the connection already, or has sent what nobody asked for.</summary>
    public bool TryListen()
    {
        try
        {
            if (!_listening)
                Read();
            _listening = true;
            if (!_reading.IsCompleted)
                return true;
            _listening = false;
            // Looked at, so that its exception doesn't go unobserved.
            _ = _reading.Result;
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }
        return false;
    }

    /// <summary>Sends the request, reads the whole answer and gives the connection back.</summary>
    /// <exception cref="AttemptException">The connection broke, or the answer is no HTTP; says whether the node may have executed the request.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the connection is closed.</exception>
    /// <exception cref="NotSentException">The exchange may not send; the connection stays for the next.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TAnswer> ExchangeAsync<TExchange, TAnswer>(TExchange exchange, CancellationToken cancellationToken)
        where TExchange : struct, IExchange<TAnswer>
    {
        bool sent = false;
        try
        {
            if (!exchange.MaySend)
            {
                IsReusable = true;
                throw new NotSentException();
            }
            exchange.Write(this);
            IsReusable = false;
            // One registration closes the connection under whatever is waiting on it.
            CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static connection => ((NodeConnection)connection!).Dispose(), this);
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                sent = true;
                await _stream.WriteAsync(Outgoing.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
                _listening = false;
                while (!Arrived(await _reading.ConfigureAwait(false)))
                    Read();
            }
            catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is not OperationCanceledException)
            {
                throw new OperationCanceledException("The attempt was given up.", exception, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
            {
                throw new AttemptException(exception.Message, maybeExecuted: sent, nodeAnswered: _headLength > 0, exception);
            }
            finally
            {
                registration.Dispose();
            }
            IsReusable = Head.KeepAlive && _incoming.Length == _headLength + _bodyLength && Volatile.Read(ref _disposed) == 0;
            return exchange.Read(this);
        }
        finally
        {
            _pool.Return(this);
        }
    }

    /// <summary>Empties the buffers for the next exchange.</summary>
    public void Reset()
    {
        Outgoing.Clear();
        _incoming.Clear();
        _headLength = _bodyLength = 0;
    }

    /// <summary>Closes the connection. Its buffers are given back by <see cref="Release"/>, when nobody reads from them any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _stream.Dispose();
        _socket.Dispose();
    }

    /// <summary>Closes the connection and gives back its buffers: the last that is done with it.</summary>
    public void Release()
    {
        Dispose();
        Outgoing.Dispose();
        // A read that nobody waited for may still be writing into its buffer.
        if (!_listening)
            _incoming.Dispose();
        Hashes.Dispose();
    }

    private void Read()
    {
        int wanted = _headLength > 0 && Head.Framing == BodyFraming.Length ? _headLength + _bodyLength - _incoming.Length : 0;
        // Room grows with what has arrived, never with what is announced: a lie about the length costs nothing.
        Memory<byte> room = _incoming.GetMemory(Math.Clamp(wanted, 1024, 64 * 1024));
#pragma warning disable CA2012 // Awaited once: by the exchange, or by nobody.
        _reading = _stream.ReadAsync(room, CancellationToken.None);
#pragma warning restore CA2012
    }

    /// <summary>Takes in what was read; true when the answer is complete.</summary>
    private bool Arrived(int count)
    {
        if (count == 0)
            return _headLength > 0 && Head.Framing == BodyFraming.UntilClose ? true : throw new IOException("The node closed the connection before its answer was complete.");
        _incoming.Advance(count);
        if (_headLength == 0 && !TryReadHead())
            return false;
        switch (Head.Framing)
        {
            case BodyFraming.Length:
                return _incoming.Length >= _headLength + _bodyLength;
            case BodyFraming.Chunked:
                _chunks.Advance(_incoming, _headLength, _maxBody);
                _bodyLength = _chunks.Length;
                return _chunks.IsComplete;
            default:
                _bodyLength = _incoming.Length - _headLength;
                return _bodyLength > _maxBody ? throw TooLarge() : false;
        }
    }

    private bool TryReadHead()
    {
        while ((_headLength = Math.Max(0, HttpHead.Find(_incoming.Written))) > 0)
        {
            Head = HttpHead.Parse(_incoming.Written[.._headLength]);
            if (Head.Status >= 200)
            {
                _bodyLength = Head.ContentLength > _maxBody ? throw TooLarge() : (int)Math.Max(0, Head.ContentLength);
                _chunks = default;
                return true;
            }
            if (Head.Status == 101)
                throw new HttpProtocolException("The node wants to speak another protocol.");
            // It only informs: the answer follows.
            _incoming.Drop(_headLength);
        }
        return _incoming.Length > HttpHead.MaxBytes ? throw new HttpProtocolException("The head of the node's answer is too long.") : false;
    }

    private HttpProtocolException TooLarge() => new($"The node's answer is larger than {_maxBody} bytes.");
}
