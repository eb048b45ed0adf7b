using System.Collections.Immutable;

namespace Alternator.Client;

/// <summary>
/// A snapshot sorted by the health of its nodes: what a query plan picks from. Immutable, replaced when the nodes or a state
/// change, so that a pick looks at no node that it can't use. Each list is in the nodes' rotation order: shuffled, but steady.
/// </summary>
internal sealed class NodeView
{
    public NodeView(ClusterSnapshot snapshot, ImmutableArray<AlternatorNode> affinityRing)
    {
        Snapshot = snapshot;
        AffinityRing = affinityRing;
        Active = InRotation(snapshot.Nodes, NodeState.Active);
        Quarantined = InRotation(snapshot.Nodes, NodeState.Quarantined);
        Down = InRotation(snapshot.Nodes, NodeState.Down);
        Watched = affinityRing.Equals(snapshot.Nodes) ? snapshot.Nodes : [.. snapshot.Nodes.Union(affinityRing)];
    }

    private NodeView(ClusterSnapshot snapshot, NodeView sameNodes)
    {
        Snapshot = snapshot;
        AffinityRing = sameNodes.AffinityRing;
        Active = sameNodes.Active;
        Quarantined = sameNodes.Quarantined;
        Down = sameNodes.Down;
        Watched = sameNodes.Watched;
    }

    public ClusterSnapshot Snapshot { get; }

    public AlternatorNode[] Active { get; }

    public AlternatorNode[] Quarantined { get; }

    public AlternatorNode[] Down { get; }

    /// <summary>
    /// The nodes that keys are dealt to, in canonical order: the snapshot's own, or those of the whole datacenter when the scope is
    /// a rack that may fall back to it. So clients of different racks agree on the node of a key.
    /// </summary>
    public ImmutableArray<AlternatorNode> AffinityRing { get; }

    /// <summary>Every node that a request may go to and whose health is therefore kept up by probes.</summary>
    public ImmutableArray<AlternatorNode> Watched { get; }

    /// <summary>Every node that isn't down, or all of them when all are.</summary>
    public ImmutableArray<AlternatorNode> Live =>
        Down.Length == 0 || Down.Length == Snapshot.Nodes.Length
            ? Snapshot.Nodes
            : Snapshot.Nodes.RemoveAll(static node => node.State == NodeState.Down);

    /// <summary>The same nodes in the same health, confirmed again.</summary>
    public NodeView Confirmed(ClusterSnapshot snapshot) => new(snapshot, this);

    private static AlternatorNode[] InRotation(ImmutableArray<AlternatorNode> nodes, NodeState state)
    {
        AlternatorNode[] found = [.. nodes.Where(node => node.State == state)];
        Array.Sort(found, static (a, b) => a.Rotation.CompareTo(b.Rotation));
        return found;
    }
}
