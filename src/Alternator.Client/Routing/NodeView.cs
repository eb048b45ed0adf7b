using System.Collections.Immutable;

namespace Alternator.Client;

/// <summary>
/// A snapshot sorted by the health of its nodes: what a query plan picks from. Immutable, replaced when the nodes or a state
/// change, so that a pick looks at no node that it can't use. Each list is in the nodes' rotation order: shuffled, but steady.
/// </summary>
internal sealed class NodeView
{
    public NodeView(ClusterSnapshot snapshot)
    {
        Snapshot = snapshot;
        AlternatorNode[] shuffled = [.. snapshot.Nodes];
        Array.Sort(shuffled, static (a, b) => a.Rotation.CompareTo(b.Rotation));
        Active = Array.FindAll(shuffled, static node => node.State == NodeState.Active);
        Quarantined = Array.FindAll(shuffled, static node => node.State == NodeState.Quarantined);
        Down = Array.FindAll(shuffled, static node => node.State == NodeState.Down);
    }

    private NodeView(ClusterSnapshot snapshot, NodeView sameNodes)
    {
        Snapshot = snapshot;
        Active = sameNodes.Active;
        Quarantined = sameNodes.Quarantined;
        Down = sameNodes.Down;
    }

    public ClusterSnapshot Snapshot { get; }

    public AlternatorNode[] Active { get; }

    public AlternatorNode[] Quarantined { get; }

    public AlternatorNode[] Down { get; }

    /// <summary>Every node that isn't down, or all of them when all are.</summary>
    public ImmutableArray<AlternatorNode> Live =>
        Down.Length == 0 || Down.Length == Snapshot.Nodes.Length
            ? Snapshot.Nodes
            : Snapshot.Nodes.RemoveAll(static node => node.State == NodeState.Down);

    /// <summary>The same nodes in the same health, confirmed again.</summary>
    public NodeView Confirmed(ClusterSnapshot snapshot) => new(snapshot, this);
}
