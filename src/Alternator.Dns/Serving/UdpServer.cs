using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Zones;
using Microsoft.Extensions.Logging;

namespace Alternator.Dns.Serving;

/// <summary>
/// Serves one UDP socket with threads of its own.
/// <para>
/// A thread receives, answers and sends with blocking calls and buffers that it keeps, so a query costs two system calls and no allocation;
/// the thread pool, whose work in the same process may block, is not involved. Several threads may share the socket, the kernel deals the
/// datagrams out. A query for the upstream server is copied and leaves the thread. To stop, the queries that the kernel already holds are
/// answered and the socket is closed, which ends the blocking calls.
/// </para>
/// </summary>
internal sealed partial class UdpServer : IAsyncDisposable
{
    // The most that a datagram can have; what is longer than a query can be is answered with FORMERR like any other nonsense.
    private const int ReceiveBuffer = 65535;
    private const int PublishEvery = 1024;

    private readonly QueryService _service;
    private readonly ILogger _logger;
    private readonly Socket _socket;
    private readonly Task[] _threads;
    private readonly CancellationTokenSource _closing = new();
    private int _forwarding, _receiving;
    private volatile bool _closed;

    /// <param name="socket">A bound socket; the server closes it.</param>
    /// <param name="service">Answers the queries.</param>
    /// <param name="threads">How many threads serve the socket.</param>
    /// <param name="logger">Where failures are told.</param>
    public UdpServer(Socket socket, QueryService service, int threads, ILogger logger)
    {
        _socket = socket;
        _service = service;
        _logger = logger;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _threads = [.. Enumerable.Range(0, threads).Select(Start)];
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Answers what has already arrived, for at most <paramref name="time"/>, and closes the socket.</summary>
    public async Task StopAsync(TimeSpan time)
    {
        if (_closed)
            return;

        long start = _service.Time.GetTimestamp();
        while (IsBusy() && _service.Time.GetElapsedTime(start) < time)
            await Task.Delay(TimeSpan.FromMilliseconds(5), _service.Time, CancellationToken.None).ConfigureAwait(false);

        _closed = true;
        await _closing.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await Task.WhenAll(_threads).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _closing.Dispose();
    }

    private bool IsBusy()
    {
        try
        {
            return _socket.Available > 0 || Volatile.Read(ref _receiving) < _threads.Length || Volatile.Read(ref _forwarding) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Task Start(int number)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Serve();
                ended.SetResult();
            }
            catch (Exception exception) // A thread must not take the process down; who awaits the stop gets the exception.
            {
                LogThreadFailed(_logger, EndPoint, exception);
                ended.SetException(exception);
            }
        })
        {
            IsBackground = true,
            Name = $"DNS {EndPoint} {number}",
        };
        thread.Start();
        return ended.Task;
    }

    private void Serve()
    {
        byte[] query = GC.AllocateArray<byte>(ReceiveBuffer, pinned: true);
        byte[] response = GC.AllocateArray<byte>(Math.Max(_service.Settings.UdpPayload, ZoneResponder.MinimumBuffer), pinned: true);
        var source = new SocketAddress(EndPoint.AddressFamily);
        int sizeOfAddress = source.Size;
        var random = new Random();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        int served = 0;
        while (!_closed)
        {
            source.Size = sizeOfAddress;
            if (Receive(query, source) is not { } length)
                continue;
            if (HasNoPort(source))
            {
                _service.Counters.CountDropped();
                continue;
            }

            Reply reply = _service.Answer(query.AsSpan(0, length), response, source, random);
            if (reply.Kind is ReplyKind.Send)
                Send(response.AsSpan(0, reply.Length), source);
            else if (reply.Kind is ReplyKind.Forward)
                Forward(query.AsSpan(0, length), source);

            if (++served == PublishEvery)
            {
                served = 0;
                long now = GC.GetAllocatedBytesForCurrentThread();
                _service.Counters.AddServingThreadBytes(now - allocated);
                allocated = now;
            }
        }
    }

    private int? Receive(byte[] buffer, SocketAddress source)
    {
        try
        {
            Interlocked.Increment(ref _receiving);
            return _socket.ReceiveFrom(buffer, SocketFlags.None, source);
        }
        catch (SocketException exception) when (_closed || IsHarmless(exception.SocketErrorCode))
        {
            return null;
        }
        catch (ObjectDisposedException) when (_closed)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _receiving);
        }
    }

    private void Send(ReadOnlySpan<byte> response, SocketAddress source)
    {
        try
        {
            _socket.SendTo(response, SocketFlags.None, source);
        }
        catch (SocketException exception)
        {
            // An unreachable source or a full buffer concerns this answer only.
            if (!_closed)
                LogSendFailed(_logger, EndPoint, exception.SocketErrorCode);
        }
        catch (ObjectDisposedException) when (_closed)
        {
        }
    }

    private void Forward(ReadOnlySpan<byte> query, SocketAddress source)
    {
        var copy = new SocketAddress(source.Family, source.Size);
        source.Buffer.CopyTo(copy.Buffer);
        Interlocked.Increment(ref _forwarding);
        _ = ForwardAsync(query.ToArray(), copy);
    }

    /// <summary>Owned by <see cref="_forwarding"/>: a stop waits for it or cancels it. It observes its own exceptions.</summary>
    private async Task ForwardAsync(byte[] query, SocketAddress source)
    {
        try
        {
            ReadOnlyMemory<byte> answer = await _service.ForwardAsync(query, stream: false, _closing.Token).ConfigureAwait(false);
            Send(answer.Span, source);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            LogForwardFailed(_logger, EndPoint, exception);
        }
        finally
        {
            Interlocked.Decrement(ref _forwarding);
        }
    }

    private static bool IsHarmless(SocketError error) =>
        error is SocketError.ConnectionReset or SocketError.MessageSize or SocketError.Interrupted or SocketError.NetworkReset
            or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.ConnectionRefused;

    /// <summary>Port 0 can't be answered; only a forger sends from it.</summary>
    private static bool HasNoPort(SocketAddress source) => source.Buffer.Span[2] == 0 && source.Buffer.Span[3] == 0;
}
