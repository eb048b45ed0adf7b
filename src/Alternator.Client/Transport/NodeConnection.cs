using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Alternator.Client;

/// <summary>
/// One HTTP/1.1 connection to a node, for one exchange at a time: put the request into <see cref="Outgoing"/>, call
/// <see cref="ExchangeAsync"/>, read <see cref="Head"/> and <see cref="Body"/>, give the connection back to its pool.
/// <para>A connection is used again only when the answer was read to its end, nothing followed it and the node did not announce
/// to close. Before reuse it is checked that the node hasn't closed it meanwhile.</para>
/// </summary>
internal sealed class NodeConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly int _maxBody;
    private readonly ByteBuffer _incoming = new(4096);
    private int _disposed;
    private int _headLength;
    private int _bodyLength;
    private bool _sent;

    public NodeConnection(Socket socket, Stream stream, int maxBody)
    {
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

    /// <summary>Whether the node has kept the idle connection open and silent.</summary>
    public bool IsAlive()
    {
        try
        {
            return Volatile.Read(ref _disposed) == 0 && !_socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Sends the request and reads the whole answer.</summary>
    /// <exception cref="AttemptException">The connection broke, or the answer is no HTTP; says whether the node may have executed the request.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the connection is closed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ExchangeAsync(CancellationToken cancellationToken)
    {
        _sent = false;
        _headLength = 0;
        IsReusable = false;
        // One registration closes the connection under whatever is waiting on it.
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static connection => ((NodeConnection)connection!).Dispose(), this);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _sent = true;
            await _stream.WriteAsync(Outgoing.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
            do
            {
                while ((_headLength = HttpHead.Find(_incoming.Written)) < 0)
                {
                    if (_incoming.Length > HttpHead.MaxBytes)
                        throw new HttpProtocolException("The head of the node's answer is too long.");
                    await ReadSomeAsync().ConfigureAwait(false);
                }
                Head = HttpHead.Parse(_incoming.Written[.._headLength]);
                if (Head.Status < 200)
                    DropInformation();
            }
            while (Head.Status < 200);
            if (Head.Framing == BodyFraming.Length)
            {
                if (Head.ContentLength > _maxBody)
                    throw new HttpProtocolException($"The node's answer is larger than {_maxBody} bytes.");
                _bodyLength = (int)Head.ContentLength;
                while (_incoming.Length < _headLength + _bodyLength)
                    await ReadSomeAsync(_headLength + _bodyLength - _incoming.Length).ConfigureAwait(false);
            }
            else
            {
                await ReadUnknownLengthAsync().ConfigureAwait(false);
            }
            IsReusable = Head.KeepAlive && _incoming.Length == _headLength + _bodyLength && Volatile.Read(ref _disposed) == 0;
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is not OperationCanceledException)
        {
            throw new OperationCanceledException("The attempt was given up.", exception, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            throw new AttemptException(exception.Message, maybeExecuted: _sent, nodeAnswered: _headLength > 0, exception);
        }
        finally
        {
            registration.Dispose();
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
        _incoming.Dispose();
        Hashes.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadUnknownLengthAsync()
    {
        _bodyLength = 0;
        if (Head.Framing == BodyFraming.Chunked)
        {
            var chunks = new ChunkedBody();
            while (true)
            {
                chunks.Advance(_incoming, _headLength, _maxBody);
                _bodyLength = chunks.Length;
                if (chunks.IsComplete)
                    return;
                await ReadSomeAsync().ConfigureAwait(false);
            }
        }
        while (true)
        {
            int read = await _stream.ReadAsync(_incoming.GetMemory(4096), CancellationToken.None).ConfigureAwait(false);
            _incoming.Advance(read);
            _bodyLength = _incoming.Length - _headLength;
            if (_bodyLength > _maxBody)
                throw new HttpProtocolException($"The node's answer is larger than {_maxBody} bytes.");
            if (read == 0)
                return;
        }
    }

    private ValueTask ReadSomeAsync(int wanted = 0)
    {
        // Room grows with what has arrived, never with what is announced: a lie about the length costs nothing.
        Memory<byte> room = _incoming.GetMemory(Math.Clamp(wanted, 1024, 64 * 1024));
        ValueTask<int> reading = _stream.ReadAsync(room, CancellationToken.None);
        if (!reading.IsCompletedSuccessfully)
            return AwaitAsync(reading);
        Arrived(reading.Result);
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitAsync(ValueTask<int> reading) => Arrived(await reading.ConfigureAwait(false));

    private void Arrived(int count)
    {
        if (count == 0)
            throw new IOException("The node closed the connection before its answer was complete.");
        _incoming.Advance(count);
    }

    private void DropInformation()
    {
        if (Head.Status == 101)
            throw new HttpProtocolException("The node wants to speak another protocol.");
        _incoming.Drop(_headLength);
        _headLength = 0;
    }
}
