using System.Net;
using Alternator.Dns.Forwarding;
using Alternator.Dns.Limits;
using Alternator.Dns.Messages;
using Alternator.Dns.Observability;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Serving;

/// <summary>
/// What UDP and TCP have in common: the zone as it is now, the rate of each source, the upstream server and the counters.
/// </summary>
internal sealed class QueryService(ZoneSettings settings, ZoneHolder zone, UpstreamForwarder? forwarder, DnsCounters counters, int queriesPerSecond, TimeProvider time)
{
    // Apart from each other: a client that is told over UDP to come back over TCP shall find its rate there untouched.
    private readonly SourceRateLimiter _datagrams = new(queriesPerSecond, time), _messages = new(queriesPerSecond, time);
    private int _limited;

    public ZoneSettings Settings => settings;

    public DnsCounters Counters => counters;

    public TimeProvider Time => time;

    /// <summary>Answers a datagram from an address of four or sixteen bytes. Allocates nothing.</summary>
    public Reply Answer(ReadOnlySpan<byte> query, Span<byte> response, ReadOnlySpan<byte> source, Random random)
    {
        Reply reply = _datagrams.Allows(source)
            ? ZoneResponder.Respond(query, response, stream: false, zone.Current, settings, random)
            : AnswerLimited(query, response);
        counters.Count(reply, stream: false);
        return reply;
    }

    /// <summary>Answers a message of a stream.</summary>
    public Reply Answer(ReadOnlySpan<byte> query, Span<byte> response, IPAddress source, Random random)
    {
        Reply reply;
        if (_messages.Allows(source))
        {
            reply = ZoneResponder.Respond(query, response, stream: true, zone.Current, settings, random);
        }
        else
        {
            counters.CountLimited();
            reply = ZoneResponder.RespondError(query, response, settings, ResponseCode.Refused);
        }

        counters.Count(reply, stream: true);
        return reply;
    }

    /// <summary>Has a query answered by the upstream server; SERVFAIL if that fails. Returns the length of the response.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ForwardAsync(ReadOnlyMemory<byte> query, bool stream, CancellationToken cancellationToken)
    {
        byte[]? answer = forwarder is null ? null : await forwarder.ExchangeAsync(query, stream, cancellationToken).ConfigureAwait(false);
        if (answer is not null && (stream || answer.Length <= UdpLimit(query.Span)))
            return answer;

        if (answer is null)
            counters.CountForwardFailure();
        byte[] own = new byte[ZoneResponder.MinimumBuffer];
        Reply reply = answer is null
            ? ZoneResponder.RespondError(query.Span, own, settings, ResponseCode.ServerFailure)
            : ZoneResponder.RespondTruncated(query.Span, own, settings);
        return own.AsMemory(0, reply.Length);
    }

    /// <summary>
    /// Every other query beyond the rate gets an empty response marked as truncated, so that a client whose address somebody else
    /// forges still gets its answer over TCP; the rest is dropped.
    /// </summary>
    private Reply AnswerLimited(ReadOnlySpan<byte> query, Span<byte> response)
    {
        counters.CountLimited();
        return (Interlocked.Increment(ref _limited) & 1) == 0 ? default : ZoneResponder.RespondTruncated(query, response, settings);
    }

    private int UdpLimit(ReadOnlySpan<byte> query)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        return Math.Min(parsed.UdpPayload, settings.UdpPayload);
    }
}
