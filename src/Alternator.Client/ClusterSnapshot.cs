using System.Collections.Immutable;

namespace Alternator.Client;

/// <summary>The nodes that requests may go to, at one moment. Immutable; a change of the cluster makes a new one.</summary>
public sealed class ClusterSnapshot
{
    internal ClusterSnapshot(ImmutableArray<AlternatorNode> nodes, RoutingScope scope, bool isFallback, bool fromDiscovery, DateTimeOffset updatedAt)
    {
        Nodes = nodes;
        Scope = scope;
        IsFallback = isFallback;
        FromDiscovery = fromDiscovery;
        UpdatedAt = updatedAt;
    }

    /// <summary>The ring: every listed node whatever its health, ordered by canonical endpoint, byte by byte.</summary>
    public ImmutableArray<AlternatorNode> Nodes { get; }

    /// <summary>The scope that these nodes are of; a fallback when <see cref="IsFallback"/>.</summary>
    public RoutingScope Scope { get; }

    /// <summary>Whether <see cref="Scope"/> is not the scope that was asked for, because that one matches no node.</summary>
    public bool IsFallback { get; }

    /// <summary>Whether the nodes come from the cluster itself. When not, no node has answered yet and these are the endpoints as configured.</summary>
    public bool FromDiscovery { get; }

    /// <summary>When the cluster last confirmed these nodes; the time of creation before that.</summary>
    public DateTimeOffset UpdatedAt { get; }
}
