namespace Alternator.Client;

/// <summary>What the executor must know about a request to route and repeat it.</summary>
internal readonly struct RequestTraits
{
    /// <summary>The operation's name, such as <c>GetItem</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Whether it changes nothing.</summary>
    public bool IsRead { get; init; }

    /// <summary>Whether sending it twice leaves the same data and gives the same answer as sending it once.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>Whether <see cref="AffinitySeed"/> orders the nodes.</summary>
    public bool HasAffinity { get; init; }

    /// <summary>The seed of the query plan, from the item's partition key.</summary>
    public long AffinitySeed { get; init; }

    /// <summary>The seeds of the items of a BatchWriteItem, each a vote; <see langword="null"/> for every other operation.</summary>
    public long[]? Votes { get; init; }

    /// <summary>The table, when the request names one; for telemetry.</summary>
    public string? Table { get; init; }
}
