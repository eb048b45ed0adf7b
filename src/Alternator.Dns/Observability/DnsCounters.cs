using Alternator.Dns.Messages;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Observability;

/// <summary>
/// What the server has done since it started, as plain numbers that any thread adds to without allocating.
/// <see cref="DnsMeter"/> and the metrics page read them.
/// </summary>
internal sealed class DnsCounters
{
    /// <summary>Names of the question types that are counted apart; the last one is for all others.</summary>
    public static readonly string[] Types = ["A", "AAAA", "SRV", "SOA", "NS", "ANY", "other"];

    /// <summary>Names of the response codes that are counted apart.</summary>
    public static readonly string[] Codes = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "BADVERS"];

    private readonly long[] _udpTypes = new long[7], _tcpTypes = new long[7], _codes = new long[7];
    private long _truncated, _dropped, _limited, _forwarded, _forwardFailures, _connections, _connectionsRefused, _connectionsTimedOut, _servingThreadBytes;

    public long Truncated => Volatile.Read(ref _truncated);

    /// <summary>Messages that got no answer: responses, fragments of a header, forged source ports.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Queries beyond the rate of their source.</summary>
    public long Limited => Volatile.Read(ref _limited);

    public long Forwarded => Volatile.Read(ref _forwarded);

    public long ForwardFailures => Volatile.Read(ref _forwardFailures);

    public long Connections => Volatile.Read(ref _connections);

    public long ConnectionsRefused => Volatile.Read(ref _connectionsRefused);

    public long ConnectionsTimedOut => Volatile.Read(ref _connectionsTimedOut);

    /// <summary>Bytes that the UDP threads have allocated, as of their last multiple of 1024 queries.</summary>
    public long ServingThreadBytes => Volatile.Read(ref _servingThreadBytes);

    /// <summary>Queries of one transport and one of <see cref="Types"/>.</summary>
    public long Queries(bool stream, int type) => Volatile.Read(ref (stream ? _tcpTypes : _udpTypes)[type]);

    /// <summary>Responses with one of <see cref="Codes"/>.</summary>
    public long Responses(int code) => Volatile.Read(ref _codes[code]);

    public void Count(Reply reply, bool stream)
    {
        if (reply.Kind is ReplyKind.Drop)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        Interlocked.Increment(ref (stream ? _tcpTypes : _udpTypes)[IndexOf(reply.Type)]);
        if (reply.Kind is ReplyKind.Forward)
        {
            Interlocked.Increment(ref _forwarded);
            return;
        }

        Interlocked.Increment(ref _codes[reply.Code is ResponseCode.BadVersion ? 6 : (int)reply.Code]);
        if (reply.Truncated)
            Interlocked.Increment(ref _truncated);
    }

    public void CountDropped() => Interlocked.Increment(ref _dropped);

    public void CountLimited() => Interlocked.Increment(ref _limited);

    public void CountForwardFailure() => Interlocked.Increment(ref _forwardFailures);

    public void CountConnection() => Interlocked.Increment(ref _connections);

    public void CountConnectionRefused() => Interlocked.Increment(ref _connectionsRefused);

    public void CountConnectionTimedOut() => Interlocked.Increment(ref _connectionsTimedOut);

    public void AddServingThreadBytes(long bytes) => Interlocked.Add(ref _servingThreadBytes, bytes);

    private static int IndexOf(RecordType type) => type switch
    {
        RecordType.A => 0,
        RecordType.AAAA => 1,
        RecordType.SRV => 2,
        RecordType.SOA => 3,
        RecordType.NS => 4,
        RecordType.ANY => 5,
        _ => 6,
    };
}
