using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Messages;
using Alternator.Dns.Zones;
using Microsoft.Extensions.Logging;

namespace Alternator.Dns.Serving;

/// <summary>
/// Serves one UDP socket with threads of its own.
/// <para>
/// A thread receives, answers and sends with blocking calls and buffers that it keeps (<see cref="DatagramBatch"/>), so a query costs no allocation and at most
/// two system calls; the thread pool, whose work in the same process may block, is not involved. Several threads may share the socket, the kernel deals the
/// datagrams out. A query for the upstream server is copied and leaves the thread. To stop, the queries that the kernel already holds are
/// answered and the socket is closed, which ends the blocking calls.
/// </para>
/// </summary>
internal sealed partial class UdpServer : IAsyncDisposable
{
    private const int PublishEvery = 1024;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly QueryService _service;
    private readonly ILogger _logger;
    private readonly Socket _socket;
    private readonly Task[] _threads;
    private readonly AddressSockets _addresses;
    private readonly ConcurrentBag<UdpServer> _addressServers = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly bool _portable;
    private int _forwarding, _receiving;
    private volatile bool _closed;

    /// <param name="socket">A bound socket; the server closes it.</param>
    /// <param name="service">Answers the queries.</param>
    /// <param name="threads">How many threads serve the socket.</param>
    /// <param name="logger">Where failures are told.</param>
    /// <param name="portable">Does without what only Linux can.</param>
    public UdpServer(Socket socket, QueryService service, int threads, ILogger logger, bool portable = false)
    {
        _portable = portable;
        _socket = socket;
        _service = service;
        _logger = logger;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _addresses = new AddressSockets(socket, one => _addressServers.Add(new UdpServer(one, service, threads: 1, logger, portable)));
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

        // Once no thread is left that could make one.
        await Task.WhenAll(_addressServers.Select(server => server.StopAsync(time))).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        foreach (UdpServer server in _addressServers)
            await server.DisposeAsync().ConfigureAwait(false);
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
        int querySize = DnsQuery.MaxLength + 1, responseSize = Math.Max(_service.Settings.UdpPayload, ZoneResponder.MinimumBuffer);
        DatagramBatch batch = _portable
            ? new SingleDatagram(_socket, querySize, responseSize, _addresses.At)
            : DatagramBatch.For(_socket, querySize, responseSize, _addresses.At);
        var random = new Random();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        int served = 0;
        while (!_closed)
        {
            int received = Receive(batch);
            for (int i = 0; i < received; i++)
                Answer(batch, i, random);
            Send(batch);

            served += received;
            if (served >= PublishEvery)
            {
                served = 0;
                long now = GC.GetAllocatedBytesForCurrentThread();
                _service.Counters.AddServingThreadBytes(now - allocated);
                allocated = now;
            }
        }
    }

    private int Receive(DatagramBatch batch)
    {
        try
        {
            Interlocked.Increment(ref _receiving);
            return batch.Receive();
        }
        catch (Exception exception) when (_closed && exception is SocketException or ObjectDisposedException)
        {
            return 0;
        }
        catch (SocketException exception)
        {
            // Out of memory needs a moment, not a busy loop, and is no reason to be silent for good.
            LogReceiveFailed(_logger, EndPoint, exception.Message);
            _closing.Token.WaitHandle.WaitOne(AfterFailure);
            return 0;
        }
        finally
        {
            Interlocked.Decrement(ref _receiving);
        }
    }

    private void Answer(DatagramBatch batch, int index, Random random)
    {
        ReadOnlySpan<byte> query = batch.Query(index), source = batch.Source(index);
        if (!SourceAddress.CanBeAnswered(source))
        {
            _service.Counters.CountDropped();
            return;
        }

        Reply reply = _service.Answer(query, batch.Response(index), SourceAddress.Ip(source), random);
        if (reply.Kind is ReplyKind.Send)
            batch.Answer(index, reply.Length);
        else if (reply.Kind is ReplyKind.Forward)
            Forward(query, batch.Later(index));
    }

    private void Send(DatagramBatch batch)
    {
        try
        {
            if (batch.Send() is { } failure && !_closed)
                LogSendFailed(_logger, EndPoint, failure);
        }
        catch (ObjectDisposedException) when (_closed)
        {
        }
    }

    private void Forward(ReadOnlySpan<byte> query, LateAnswer way)
    {
        Interlocked.Increment(ref _forwarding);
        _ = ForwardAsync(query.ToArray(), way);
    }

    /// <summary>Owned by <see cref="_forwarding"/>: a stop waits for it or cancels it. It observes its own exceptions.</summary>
    private async Task ForwardAsync(byte[] query, LateAnswer way)
    {
        try
        {
            ReadOnlyMemory<byte> answer = await _service.ForwardAsync(query, stream: false, _closing.Token).ConfigureAwait(false);
            SendLate(answer.Span, way);
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

    private void SendLate(ReadOnlySpan<byte> response, LateAnswer way)
    {
        try
        {
            way.Send(response);
        }
        catch (SocketException exception)
        {
            if (!_closed)
                LogSendFailed(_logger, EndPoint, exception.Message);
        }
        catch (ObjectDisposedException) when (_closed)
        {
        }
    }
}
