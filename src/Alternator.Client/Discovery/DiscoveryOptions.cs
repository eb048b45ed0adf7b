namespace Alternator.Client;

/// <summary>How the nodes of the cluster are found: by asking <c>/localnodes</c>.</summary>
public sealed class DiscoveryOptions
{
    /// <summary>
    /// Whether the nodes are asked for the list of nodes. When not, the endpoints are the nodes, and the routing scope must be
    /// the cluster. Default: true.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Time between two refreshes while there are requests. Default: 1 s.</summary>
    public TimeSpan ActiveInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two refreshes while there are no requests; a request ends the wait. Default: 60 s.</summary>
    public TimeSpan IdleInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The share by which an interval is lengthened or shortened at random, so that clients don't march in step. Default: 0.1.</summary>
    public double Jitter { get; set; } = 0.1;

    /// <summary>How long one node may take to answer. Default: 5 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a node may take before the next one is asked as well. Default: 250 ms.</summary>
    public TimeSpan NextCandidateDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Takes over values that are checked already. What they are used for goes on: only <see cref="Enabled"/> stays as it is.</summary>
    internal void TakeOver(DiscoveryOptions other)
    {
        ActiveInterval = other.ActiveInterval;
        IdleInterval = other.IdleInterval;
        Jitter = other.Jitter;
        Timeout = other.Timeout;
        NextCandidateDelay = other.NextCandidateDelay;
    }

    internal DiscoveryOptions Copy() => new()
    {
        Enabled = Enabled,
        ActiveInterval = Durations.Positive(ActiveInterval),
        IdleInterval = Durations.Positive(IdleInterval),
        Jitter = Jitter is >= 0 and < 1 ? Jitter : throw new ArgumentOutOfRangeException(nameof(Jitter), Jitter, "Jitter is a share, from 0 to below 1."),
        Timeout = Durations.Positive(Timeout),
        NextCandidateDelay = Durations.Positive(NextCandidateDelay),
    };
}
