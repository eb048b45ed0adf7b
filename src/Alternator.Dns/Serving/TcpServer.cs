using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Limits;
using Microsoft.Extensions.Logging;

namespace Alternator.Dns.Serving;

/// <summary>
/// Accepts TCP connections (RFC 7766) and owns them: each is a <see cref="TcpConnection"/> that answers its queries until its client leaves,
/// its time runs out or the server stops. Connections beyond the limits are closed as soon as they are accepted.
/// One timer looks after the deadlines of all connections, so a slow or silent client costs nothing but its place.
/// To stop, no connection is accepted any more, queries that have been read are answered, then everything is closed.
/// </summary>
internal sealed partial class TcpServer : IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(200);

    private readonly Socket _listener;
    private readonly QueryService _service;
    private readonly ConnectionLimiter _limiter;
    private readonly TcpTimeouts _timeouts;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<TcpConnection, Task> _connections = new();
    private readonly CancellationTokenSource _accepting = new(), _closing = new();
    private readonly Task _acceptLoop, _sweepLoop;

    /// <param name="listener">A listening socket; the server closes it.</param>
    /// <param name="service">Answers the queries.</param>
    /// <param name="limiter">How many connections there may be.</param>
    /// <param name="timeouts">How long they may wait.</param>
    /// <param name="logger">Where failures are told.</param>
    public TcpServer(Socket listener, QueryService service, ConnectionLimiter limiter, TcpTimeouts timeouts, ILogger logger)
    {
        _listener = listener;
        _service = service;
        _limiter = limiter;
        _timeouts = timeouts;
        _logger = logger;
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _acceptLoop = AcceptAsync();
        _sweepLoop = SweepAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Lets queries that are under way end, for at most <paramref name="time"/>, and closes everything.</summary>
    public async Task StopAsync(TimeSpan time)
    {
        if (_closing.IsCancellationRequested)
            return;

        await _accepting.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _acceptLoop.ConfigureAwait(false);

        foreach (TcpConnection connection in _connections.Keys)
            connection.Drain();
        Task all = Task.WhenAll(_connections.Values);
        await Task.WhenAny(all, Task.Delay(time, _service.Time, CancellationToken.None)).ConfigureAwait(false);

        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (TcpConnection connection in _connections.Keys)
            connection.Abort();
        await all.ConfigureAwait(false);
        await _sweepLoop.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _accepting.Dispose();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_accepting.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_accepting.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException && _accepting.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException exception)
            {
                if (_accepting.IsCancellationRequested)
                    return;

                // A client that is gone again is its own business; out of file descriptors needs a moment, not a busy loop.
                LogAcceptFailed(_logger, EndPoint, exception.SocketErrorCode);
                if (exception.SocketErrorCode is not SocketError.ConnectionAborted and not SocketError.ConnectionReset)
                    await Task.Delay(SweepInterval, _service.Time, CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            Accept(socket);
        }
    }

    private void Accept(Socket socket)
    {
        IPAddress source;
        try
        {
            source = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            socket.NoDelay = true;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return;
        }

        if (!_limiter.TryEnter(source))
        {
            _service.Counters.CountConnectionRefused();
            socket.Close(timeout: 0);
            return;
        }

        _service.Counters.CountConnection();
        var connection = new TcpConnection(socket, source, _service, _timeouts, _closing.Token);

        // The entry is there before the connection runs, so that its end can't be missed.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = RunAsync(connection, source, started.Task);
        started.SetResult();
    }

    private async Task RunAsync(TcpConnection connection, IPAddress source, Task started)
    {
        await started.ConfigureAwait(false);
        try
        {
            await connection.RunAsync().ConfigureAwait(false);
        }
        catch (Exception exception) // One connection's failure must not reach the others.
        {
            LogConnectionFailed(_logger, source, exception);
        }
        finally
        {
            _limiter.Leave(source);
            _connections.TryRemove(connection, out _);
        }
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(SweepInterval, _service.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_closing.Token).ConfigureAwait(false))
            {
                long now = _service.Time.GetTimestamp();
                foreach (TcpConnection connection in _connections.Keys)
                {
                    if (!connection.IsOverdue(now))
                        continue;

                    _service.Counters.CountConnectionTimedOut();
                    connection.Abort();
                }
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Stopped.
        }
    }
}
