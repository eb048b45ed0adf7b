using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Messages;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Serving;

/// <summary>
/// One TCP connection: messages with a two-byte length in front, as many and as quickly after one another as the client likes.
/// Queries that arrived together are answered together, in their order; those for the upstream server are answered when it has answered,
/// without holding up the others, as RFC 7766 section 6.2.1.1 allows. A message longer than any sensible query ends the connection.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Nobody waits for the semaphores' handles, so they hold nothing; a late answer may still release them.")]
internal sealed class TcpConnection(Socket socket, IPAddress source, QueryService service, TcpTimeouts timeouts, CancellationToken closing)
{
    /// <summary>Longest query that is read.</summary>
    public const int MaxQuery = DnsQuery.MaxLength;

    /// <summary>Longest response.</summary>
    public const int MaxResponse = 16384;

    private const int MaxForwarding = 32;

    private readonly SemaphoreSlim _sending = new(1), _forwarding = new(MaxForwarding);
    private readonly Random _random = new();
    private long _deadline = long.MaxValue;
    private volatile bool _draining;
    private int _aborted;

    public async Task RunAsync()
    {
        byte[] input = ArrayPool<byte>.Shared.Rent(2 + MaxQuery);
        try
        {
            await ReadAsync(input).ConfigureAwait(false);

            // Those that the upstream server still owes an answer.
            for (int i = 0; i < MaxForwarding; i++)
                await _forwarding.WaitAsync(closing).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client is gone, overdue, or the server is.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
            Close();
        }
    }

    /// <summary>Answers what has been read and then ends.</summary>
    public void Drain()
    {
        _draining = true;
        try
        {
            // Wakes the read; what has arrived is still read before its end is seen.
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }
    }

    /// <summary>Ends at once.</summary>
    public void Abort() => Close();

    public bool IsOverdue(long now) => now > Volatile.Read(ref _deadline) && Volatile.Read(ref _aborted) == 0;

    private async Task ReadAsync(byte[] input)
    {
        int filled = 0;
        Expect(timeouts.Idle);
        while (true)
        {
            int read = await socket.ReceiveAsync(input.AsMemory(filled, 2 + MaxQuery - filled), closing).ConfigureAwait(false);
            if (read == 0)
                return;

            bool wasEmpty = filled == 0;
            filled += read;
            int consumed = await AnswerAsync(input.AsMemory(0, filled)).ConfigureAwait(false);
            if (consumed < 0)
                return;

            if (consumed > 0)
            {
                input.AsSpan(consumed, filled - consumed).CopyTo(input);
                filled -= consumed;
            }

            // A message that has begun has one deadline, however many small pieces it comes in.
            if (filled == 0)
                Expect(timeouts.Idle);
            else if (wasEmpty || consumed > 0)
                Expect(timeouts.Message);
        }
    }

    /// <summary>Answers the whole messages at the front and returns their length; -1 if the client doesn't keep to the protocol.</summary>
    private async ValueTask<int> AnswerAsync(ReadOnlyMemory<byte> input)
    {
        if (!HasWholeMessage(input.Span, 0, out int length))
            return length > MaxQuery ? -1 : 0;

        byte[] output = ArrayPool<byte>.Shared.Rent(2 * (2 + MaxResponse));
        int consumed = 0, pending = 0;
        try
        {
            while (HasWholeMessage(input.Span, consumed, out length))
            {
                ReadOnlyMemory<byte> query = input.Slice(consumed + 2, length);
                consumed += 2 + length;
                Reply reply = service.Answer(query.Span, output.AsSpan(pending + 2, MaxResponse), source, _random);
                if (reply.Kind is ReplyKind.Drop)
                    return -1;

                if (reply.Kind is ReplyKind.Forward)
                {
                    await _forwarding.WaitAsync(closing).ConfigureAwait(false);
                    _ = ForwardAsync(query.ToArray());
                    continue;
                }

                BinaryPrimitives.WriteUInt16BigEndian(output.AsSpan(pending), (ushort)reply.Length);
                pending += 2 + reply.Length;
                if (pending > 2 + MaxResponse)
                {
                    await SendAsync(output.AsMemory(0, pending)).ConfigureAwait(false);
                    pending = 0;
                }
            }

            if (pending > 0)
                await SendAsync(output.AsMemory(0, pending)).ConfigureAwait(false);
            return length > MaxQuery ? -1 : consumed;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    private static bool HasWholeMessage(ReadOnlySpan<byte> input, int start, out int length)
    {
        length = 0;
        if (input.Length - start < 2)
            return false;

        length = BinaryPrimitives.ReadUInt16BigEndian(input[start..]);
        return length <= MaxQuery && input.Length - start >= 2 + length;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> output)
    {
        await _sending.WaitAsync(closing).ConfigureAwait(false);
        try
        {
            Expect(timeouts.Message);
            while (!output.IsEmpty)
                output = output[await socket.SendAsync(output, closing).ConfigureAwait(false)..];
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Owned by <see cref="_forwarding"/>, which the end of the connection waits for. It observes its own exceptions.</summary>
    private async Task ForwardAsync(byte[] query)
    {
        try
        {
            ReadOnlyMemory<byte> answer = await service.ForwardAsync(query, stream: true, closing).ConfigureAwait(false);
            byte[] framed = new byte[2 + answer.Length];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)answer.Length);
            answer.CopyTo(framed.AsMemory(2));
            await SendAsync(framed).ConfigureAwait(false);
            if (!_draining)
                Expect(timeouts.Idle);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Close();
        }
        finally
        {
            _forwarding.Release();
        }
    }

    private void Expect(TimeSpan time) =>
        Volatile.Write(ref _deadline, service.Time.GetTimestamp() + (long)(time.TotalSeconds * service.Time.TimestampFrequency));

    private void Close()
    {
        if (Interlocked.Exchange(ref _aborted, 1) == 0)
            socket.Dispose();
    }
}
