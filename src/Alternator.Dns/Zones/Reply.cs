using Alternator.Dns.Messages;

namespace Alternator.Dns.Zones;

/// <summary>What becomes of a query.</summary>
internal enum ReplyKind
{
    /// <summary>Nothing is sent.</summary>
    Drop,

    /// <summary>The response is in the buffer.</summary>
    Send,

    /// <summary>The query goes to the upstream server.</summary>
    Forward,
}

/// <summary>The outcome of one query, with what the counters need.</summary>
internal readonly record struct Reply(ReplyKind Kind, int Length = 0, ResponseCode Code = ResponseCode.NoError, RecordType Type = 0, bool Truncated = false);
