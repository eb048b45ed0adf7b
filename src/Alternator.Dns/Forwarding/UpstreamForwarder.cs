using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Alternator.Dns.Messages;

namespace Alternator.Dns.Forwarding;

/// <summary>
/// Hands queries for other names to an upstream server and brings its answers back as they are.
/// <para>
/// Each query has a socket of its own, connected to the upstream, so that it has a port chosen by the kernel and hears nobody else, and a
/// random id; an answer counts only if id and question are those of the query (RFC 5452). The upstreams are asked in order, each
/// with its own time. What came over TCP goes on over TCP, so an answer that was truncated over UDP is had whole that way.
/// At most <see cref="MaxInFlight"/> queries are under way; beyond that they fail at once.
/// </para>
/// </summary>
internal sealed class UpstreamForwarder(IReadOnlyList<IPEndPoint> upstreams, TimeSpan timeout, TimeProvider time) : IDisposable
{
    public const int MaxInFlight = 256;

    private const int MaxMessage = 65535;

    private readonly SemaphoreSlim _slots = new(MaxInFlight);

    /// <summary>The upstream's answer under the query's own id, or null if none came.</summary>
    public async ValueTask<byte[]?> ExchangeAsync(ReadOnlyMemory<byte> query, bool stream, CancellationToken cancellationToken)
    {
        if (!_slots.Wait(0, CancellationToken.None))
            return null;

        try
        {
            byte[] sent = query.ToArray();
            BinaryPrimitives.WriteUInt16BigEndian(sent, (ushort)RandomNumberGenerator.GetInt32(0x10000));
            foreach (IPEndPoint upstream in upstreams)
            {
                byte[]? answer = await AskAsync(upstream, sent, stream, cancellationToken).ConfigureAwait(false);
                if (answer is null)
                    continue;

                query.Span[..2].CopyTo(answer);
                return answer;
            }

            return null;
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task<byte[]?> AskAsync(IPEndPoint upstream, byte[] query, bool stream, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return stream
                ? await AskOverTcpAsync(upstream, query, linked.Token).ConfigureAwait(false)
                : await AskOverUdpAsync(upstream, query, linked.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    private static async Task<byte[]> AskOverUdpAsync(IPEndPoint upstream, byte[] query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(upstream.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(upstream, cancellationToken).ConfigureAwait(false);
        await socket.SendAsync(query, cancellationToken).ConfigureAwait(false);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(4096);
        while (true)
        {
            int length = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (IsAnswerTo(query, buffer.AsSpan(0, length)))
                return buffer[..length];
        }
    }

    private static async Task<byte[]?> AskOverTcpAsync(IPEndPoint upstream, byte[] query, CancellationToken cancellationToken)
    {
        using var socket = new Socket(upstream.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(upstream, cancellationToken).ConfigureAwait(false);
        using var connection = new NetworkStream(socket);
        byte[] framed = new byte[query.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed, 2);
        await connection.WriteAsync(framed, cancellationToken).ConfigureAwait(false);

        byte[] prefix = new byte[2];
        await connection.ReadExactlyAsync(prefix, cancellationToken).ConfigureAwait(false);
        int length = BinaryPrimitives.ReadUInt16BigEndian(prefix);
        byte[] answer = new byte[Math.Min(length, MaxMessage)];
        await connection.ReadExactlyAsync(answer, cancellationToken).ConfigureAwait(false);
        return IsAnswerTo(query, answer) ? answer : null;
    }

    /// <summary>True for a response with the query's id and, unless it reports an error without one, its question in any case.</summary>
    internal static bool IsAnswerTo(ReadOnlySpan<byte> query, ReadOnlySpan<byte> answer)
    {
        if (answer.Length < DnsQuery.HeaderLength || !answer[..2].SequenceEqual(query[..2]) || (answer[2] & 0x80) == 0)
            return false;

        int questions = BinaryPrimitives.ReadUInt16BigEndian(answer[4..]);
        if (questions == 0)
            return (answer[3] & 0xF) != 0;

        int length = WireName.MeasureUncompressed(query, DnsQuery.HeaderLength) + 4;
        return questions == 1
            && answer.Length >= DnsQuery.HeaderLength + length
            && WireName.EqualsIgnoreCase(query.Slice(DnsQuery.HeaderLength, length), answer.Slice(DnsQuery.HeaderLength, length));
    }
}
