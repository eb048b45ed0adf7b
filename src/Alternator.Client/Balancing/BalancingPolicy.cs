namespace Alternator.Client;

/// <summary>How the node of a request is chosen among those in good health.</summary>
public enum BalancingPolicy
{
    /// <summary>Of two random nodes the one with the lower product of latency and outstanding requests. The default.</summary>
    PowerOfTwo,

    /// <summary>One after another in a shuffled order: N requests in sequence over N nodes in good health touch each node once.</summary>
    RoundRobin,

    /// <summary>Any, with equal probability.</summary>
    Random,
}
