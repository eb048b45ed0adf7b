using System.Net.Sockets;
using System.Text;

namespace Alternator.Client;

/// <summary>
/// The connections to one node. Taking an idle one and giving it back take no lock; a new one is made when none is idle, up to a
/// limit, above which requests wait in line.
/// </summary>
internal sealed class NodeConnections : IDisposable
{
    private readonly NodeConnector _connector;
    private readonly ConnectionOptions _options;
    private readonly NodeConnection?[] _idle;
    private readonly Lock _waitingLock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _waitingCount;
    private int _inUse;
    private volatile bool _disposed;

    public NodeConnections(Uri endpoint, NodeConnector connector, ConnectionOptions options)
    {
        Endpoint = endpoint;
        HostHeader = Encoding.ASCII.GetBytes(endpoint.IsDefaultPort ? HostOf(endpoint) : $"{HostOf(endpoint)}:{endpoint.Port}");
        _connector = connector;
        _options = options;
        _idle = new NodeConnection?[options.MaxConnectionsPerNode];
    }

    public Uri Endpoint { get; }

    /// <summary>The value of the Host header: the name or address, IPv6 in brackets, with the port unless it is the scheme's own.</summary>
    public byte[] HostHeader { get; }

    /// <summary>Sends a request over an idle connection or a new one, and reads its answer.</summary>
    /// <exception cref="HttpRequestException">No connection could be made.</exception>
    /// <exception cref="NotSentException">It was cancelled while it had no connection.</exception>
    /// <exception cref="AttemptException">The exchange failed; says whether the node may have executed the request.</exception>
    public ValueTask<TAnswer> ExchangeAsync<TExchange, TAnswer>(TExchange exchange, CancellationToken cancellationToken)
        where TExchange : struct, IExchange<TAnswer>
    {
        bool entered = TryEnter();
        return entered && TryTakeIdle() is { } connection
            ? connection.ExchangeAsync<TExchange, TAnswer>(exchange, cancellationToken)
            : ConnectAndExchangeAsync<TExchange, TAnswer>(exchange, entered, cancellationToken);
    }

    /// <summary>Gives a connection back after an exchange, successful or not.</summary>
    public void Return(NodeConnection connection)
    {
        if (connection.IsReusable && !_disposed)
        {
            connection.Reset();
            connection.IdleSince = Environment.TickCount64;
            if (!TryPark(connection))
                connection.Release();
            else if (_disposed)
                CloseIdle();
        }
        else
        {
            connection.Release();
        }
        Leave();
    }

    /// <summary>Closes what has been idle since before a time.</summary>
    public void CloseIdle(long before)
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Volatile.Read(ref _idle[i]) is { } candidate && candidate.IdleSince < before
                && Interlocked.CompareExchange(ref _idle[i], null, candidate) == candidate)
                candidate.Release();
        }
    }

    /// <summary>Closes whatever is idle.</summary>
    public void CloseIdle() => CloseIdle(long.MaxValue);

    public void Dispose()
    {
        _disposed = true;
        CloseIdle();
    }

    private static string HostOf(Uri endpoint) => endpoint.HostNameType == UriHostNameType.IPv6 ? $"[{endpoint.IdnHost.Trim('[', ']')}]" : endpoint.IdnHost;

    // Who has no more use for his place because all is over leaves it: others may still wait in line to hear the same.
    private NodeConnection? TryTakeIdle()
    {
        if (_disposed)
        {
            Leave();
            throw new ObjectDisposedException(nameof(NodeConnections));
        }
        long oldest = Environment.TickCount64 - (long)_options.IdleTimeout.TotalMilliseconds;
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Volatile.Read(ref _idle[i]) is null || Interlocked.Exchange(ref _idle[i], null) is not { } connection)
                continue;
            if (connection.IdleSince >= oldest && connection.TryListen())
                return connection;
            connection.Release();
        }
        return null;
    }

    // The first free place: connections at the front stay busy, those at the back grow old and are closed.
    private bool TryPark(NodeConnection connection)
    {
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Volatile.Read(ref _idle[i]) is null && Interlocked.CompareExchange(ref _idle[i], connection, null) is null)
                return true;
        }
        return false;
    }

    private async ValueTask<TAnswer> ConnectAndExchangeAsync<TExchange, TAnswer>(TExchange exchange, bool entered, CancellationToken cancellationToken)
        where TExchange : struct, IExchange<TAnswer>
    {
        NodeConnection connection = entered ? await ConnectAsync(cancellationToken).ConfigureAwait(false) : await WaitAndTakeAsync(cancellationToken).ConfigureAwait(false);
        return await connection.ExchangeAsync<TExchange, TAnswer>(exchange, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<NodeConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            (Socket socket, Stream stream) = await _connector.ConnectAsync(Endpoint, cancellationToken).ConfigureAwait(false);
            var connection = new NodeConnection(this, socket, stream, _options.MaxResponseBytes);
            if (connection.TryListen())
                return connection;
            connection.Release();
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{Endpoint.Authority} closed the new connection at once.");
        }
        catch
        {
            Leave();
            throw;
        }
    }

    private async ValueTask<NodeConnection> WaitAndTakeAsync(CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waitingLock)
        {
            Interlocked.Increment(ref _waitingCount);
            // A place may have become free before the count was visible.
            if (TryEnter())
            {
                Interlocked.Decrement(ref _waitingCount);
                turn.SetResult();
            }
            else
            {
                _waiting.Enqueue(turn);
            }
        }
        using (cancellationToken.UnsafeRegister(static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token), turn))
        {
            try
            {
                await turn.Task.ConfigureAwait(false);
            }
            catch (OperationCanceledException exception)
            {
                throw new NotSentException(exception, cancellationToken);
            }
        }
        return TryTakeIdle() ?? await ConnectAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool TryEnter()
    {
        if (Interlocked.Increment(ref _inUse) <= _options.MaxConnectionsPerNode)
            return true;
        Interlocked.Decrement(ref _inUse);
        return false;
    }

    private void Leave()
    {
        Interlocked.Decrement(ref _inUse);
        if (Volatile.Read(ref _waitingCount) == 0)
            return;
        lock (_waitingLock)
        {
            while (_waiting.Count > 0 && TryEnter())
            {
                Interlocked.Decrement(ref _waitingCount);
                // One that was cancelled has left the line: its place goes to the next.
                if (!_waiting.Dequeue().TrySetResult())
                    Interlocked.Decrement(ref _inUse);
            }
        }
    }
}
