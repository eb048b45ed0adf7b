using System.Collections.Immutable;

namespace Alternator.Client;

/// <summary>
/// Which nodes a request tries, one after another. It is made from one view and keeps to it; only the health of the nodes is read
/// anew at each pick. In order:
/// <list type="number">
/// <item>an active node that hasn't been tried in this cycle, chosen by the balancer, or the next one in the order of the key;</item>
/// <item>then a quarantined one;</item>
/// <item>a down one only when there is no other left to try, and where that is allowed: all are down, or the others couldn't answer this
/// request;</item>
/// <item>when all have been tried, a new cycle may begin.</item>
/// </list>
/// </summary>
internal sealed class QueryPlan(NodeView view, ILoadBalancer balancer, RequestTraits traits, bool tryDownNodes)
{
    private readonly HashSet<AlternatorNode> _tried = [];
    private AlternatorNode[]? _order;
    private bool _begun;

    /// <summary>Every node of the plan.</summary>
    public ImmutableArray<AlternatorNode> Nodes => HasOrder ? view.AffinityRing : view.Snapshot.Nodes;

    private bool HasOrder => traits.HasAffinity || traits.Votes is not null;

    /// <summary>Notes that a node has been tried outside of the plan: the first attempt.</summary>
    public void Tried(AlternatorNode node)
    {
        _tried.Add(node);
        _begun = true;
    }

    /// <summary>The next node, or null when every usable one has been tried in this cycle.</summary>
    public AlternatorNode? Next()
    {
        AlternatorNode? next = Pick(NodeState.Active) ?? Pick(NodeState.Quarantined) ?? (tryDownNodes ? Pick(NodeState.Down) : null);
        if (next is not null)
        {
            Tried(next);
        }
        return next;
    }

    /// <summary>The node wasn't tried after all.</summary>
    public void PutBack(AlternatorNode node) => _tried.Remove(node);

    /// <summary>Begins again with every node untried.</summary>
    public void NewCycle() => _tried.Clear();

    /// <summary>
    /// The first node of a plan, without making the plan: what nearly every request needs. Null when only a plan can tell.
    /// </summary>
    public static AlternatorNode? First(NodeView view, ILoadBalancer balancer, in RequestTraits traits)
    {
        if (traits.HasAffinity || traits.Votes is not null)
        {
            ImmutableArray<AlternatorNode> ring = view.AffinityRing;
            if (ring.IsEmpty)
            {
                return null;
            }
            int first = traits.Votes is { } votes ? AffinityOrder.FirstOfVotes(votes, ring.Length) : AffinityOrder.First(traits.AffinitySeed, ring.Length);
            return ring[first].State == NodeState.Active ? ring[first] : null;
        }
        AlternatorNode[] active = view.Active;
        if (active.Length == 0)
        {
            return null;
        }
        AlternatorNode node = active[Checked(balancer.Choose(active), active.Length)];
        return node.State == NodeState.Active ? node : null;
    }

    private AlternatorNode? Pick(NodeState state)
    {
        if (HasOrder)
        {
            return Array.Find(_order ??= Order(), node => node.State == state && !_tried.Contains(node));
        }
        AlternatorNode[] candidates = [.. view.Active.Concat(view.Quarantined).Concat(view.Down).Where(node => node.State == state && !_tried.Contains(node))];
        return candidates.Length == 0
            ? null
            : candidates[Checked(_begun ? balancer.ChooseNext(candidates) : balancer.Choose(candidates), candidates.Length)];
    }

    private AlternatorNode[] Order()
    {
        ReadOnlySpan<AlternatorNode> ring = view.AffinityRing.AsSpan();
        AlternatorNode[] order = traits.Votes is { } votes ? AffinityOrder.OfVotes(votes, ring) : AffinityOrder.Of(traits.AffinitySeed, ring);
        if (view.AffinityRing != view.Snapshot.Nodes && order.Length > 1)
        {
            // The key decides the first node, wherever it is; after that those of the own rack come first.
            var near = view.Snapshot.Nodes.ToHashSet();
            order = [order[0], .. order.Skip(1).Where(near.Contains), .. order.Skip(1).Where(node => !near.Contains(node))];
        }
        return order;
    }

    private static int Checked(int index, int count) => (uint)index < (uint)count
        ? index
        : throw new InvalidOperationException($"The load balancer chose node {index} of {count}.");
}
