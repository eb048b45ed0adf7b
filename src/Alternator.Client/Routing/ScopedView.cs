using System.Collections.Immutable;

namespace Alternator.Client;

/// <summary>
/// The part of a view that lies in a narrower scope: for requests that keep to a datacenter or rack of the nodes that their client uses.
/// Goes by what the nodes have said of themselves; one that hasn't yet is in no scope but the cluster. Kept for as long as the view is.
/// </summary>
internal sealed class ScopedView(RoutingScope scope)
{
    private volatile Kept? _kept;

    public NodeView Of(NodeView whole)
    {
        if (_kept is { } kept && ReferenceEquals(kept.Whole, whole))
        {
            return kept.Part;
        }
        for (RoutingScope? part = scope; part is not null; part = part.Fallback)
        {
            ImmutableArray<AlternatorNode> nodes = whole.Snapshot.Nodes.RemoveAll(node => !Contains(part, node));
            if (!nodes.IsEmpty)
            {
                NodeView view = View(whole, nodes, part);
                _kept = new Kept(whole, view);
                return view;
            }
        }
        // Not kept: the nodes may say where they are while the view stays.
        return View(whole, [], scope);
    }

    private static bool Contains(RoutingScope scope, AlternatorNode node) =>
        (scope.DatacenterName is null || scope.DatacenterName == node.Datacenter) && (scope.RackName is null || scope.RackName == node.Rack);

    // Keys are dealt over the same nodes: no write leaves the scope because of its key.
    private NodeView View(NodeView whole, ImmutableArray<AlternatorNode> nodes, RoutingScope part) =>
        new(new ClusterSnapshot(nodes, part, isFallback: part != scope, whole.Snapshot.FromDiscovery, whole.Snapshot.UpdatedAt), nodes);

    private sealed record Kept(NodeView Whole, NodeView Part);
}
