namespace Alternator.Client;

/// <summary>How the node of a request is chosen among those in good health.</summary>
public enum BalancingPolicy
{
    /// <summary>
    /// Of two nodes, the next in turn and any other, the one with the lower product of latency and outstanding requests, a much slower one at
    /// a further discount. Between like nodes that is the one in turn: N requests in sequence over N of them touch each once. The default.
    /// </summary>
    PowerOfTwo,

    /// <summary>One after another in a shuffled order: N requests in sequence over N nodes in good health touch each node once.</summary>
    RoundRobin,

    /// <summary>Any, with equal probability.</summary>
    Random,
}
