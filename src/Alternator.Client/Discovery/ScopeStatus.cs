namespace Alternator.Client;

/// <summary>How the routing scope is doing: which scope is in use, whether the wanted one matches nothing, how old the list is.</summary>
public sealed record ScopeStatus
{
    /// <summary>The scope that was asked for.</summary>
    public required RoutingScope Preferred { get; init; }

    /// <summary>The scope that the nodes are of; <see langword="null"/> while no node has been found.</summary>
    public required RoutingScope? InUse { get; init; }

    /// <summary>Whether a fallback is in use.</summary>
    public bool IsFallback => InUse is not null && InUse != Preferred;

    /// <summary>Whether the cluster answered that the preferred scope has no live node: its name is wrong, or all its nodes are down.</summary>
    public required bool MatchesNothing { get; init; }

    /// <summary>When the cluster last confirmed the nodes; <see langword="null"/> for never.</summary>
    public required DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Time since <see cref="ConfirmedAt"/>; <see langword="null"/> for never.</summary>
    public required TimeSpan? Age { get; init; }

    /// <summary>Why the last refresh didn't confirm the nodes, or <see langword="null"/> when it did.</summary>
    public required string? LastError { get; init; }
}
