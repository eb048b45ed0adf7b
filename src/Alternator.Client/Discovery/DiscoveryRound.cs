using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Alternator.Client;

/// <summary>
/// One round of discovery: asks the cluster for its nodes and publishes them. In order:
/// <list type="number">
/// <item>The preferred scope is asked for, then its fallbacks; the first that has a live node is published.</item>
/// <item>Asked are the known nodes first (active, quarantined, down; shuffled within each), then the seeds. A seed that the
/// cluster doesn't list as a node of the scope is only ever asked, never used.</item>
/// <item>Listed addresses become endpoints; nodes that have joined are probed, which is waited for only briefly.</item>
/// <item>When nobody answers, or every scope is empty, the last list stays, and the report says so.</item>
/// </list>
/// </summary>
internal sealed class DiscoveryRound
{
    private static readonly TimeSpan NewcomerPatience = TimeSpan.FromMilliseconds(250);

    // How long a node of the whole cluster that no answering node could list is kept.
    private static readonly TimeSpan UnheardKept = TimeSpan.FromMinutes(10);

    private readonly NodeRegistry _registry;
    private readonly AddressTranslation _translation;
    private readonly RoutingScope _preferred;
    private readonly TimeProvider _clock;
    private readonly Random _random;
    private readonly ScopeQuery _query;
    private readonly DiscoveryReport _report;
    private bool _endpointsStandIn;

    public DiscoveryRound(NodeRegistry registry, RoutingScope preferred, DiscoveryOptions options, INodeChannel channel, AddressTranslation translation, TimeProvider clock, Random random, DiscoveryReport report)
    {
        _registry = registry;
        _preferred = preferred;
        _translation = translation;
        _clock = clock;
        _random = random;
        _report = report;
        _query = new ScopeQuery(channel, options, clock, Asked);
    }

    /// <summary>Called after every round with the nodes that have joined the ring.</summary>
    public Func<ImmutableArray<AlternatorNode>, CancellationToken, Task> Joined { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Whether a client with key route affinity uses these nodes.</summary>
    public bool AffinityWanted { get; set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        AlternatorNode[] candidates = Candidates();
        bool answered = false;
        for (RoutingScope? scope = _preferred; scope is not null; scope = scope.Fallback)
        {
            ScopeAnswer answer = await _query.AskAsync(scope, candidates, cancellationToken).ConfigureAwait(false);
            answered |= answer.Answered;
            if (scope == _preferred)
            {
                _report.PreferredScope(answer);
            }
            if (!answer.Listed.IsEmpty)
            {
                await PublishAsync(scope, answer, candidates, cancellationToken).ConfigureAwait(false);
                return;
            }
        }
        _report.Unconfirmed(answered
            ? $"The cluster has no live node in {_preferred}."
            : $"None of {candidates.Length} nodes answered /localnodes. {LastErrorOf(candidates)}");
    }

    private async Task PublishAsync(RoutingScope scope, ScopeAnswer answer, AlternatorNode[] candidates, CancellationToken cancellationToken)
    {
        ScopeAnswer? wider = WiderRing(scope) is { } datacenter
            ? await _query.AskAsync(datacenter, candidates, cancellationToken).ConfigureAwait(false)
            : null;
        HashSet<IPAddress> addresses = [.. answer.Listed.Select(static listed => listed.Address)];
        addresses.UnionWith(wider?.Listed.Select(static listed => listed.Address) ?? []);
        await _translation.LearnAsync(_registry.Seeds, _registry.View.Snapshot.Nodes, addresses, cancellationToken).ConfigureAwait(false);

        // A node that nobody who answered could have listed (its datacenter is silent) isn't gone for that.
        IEnumerable<AlternatorNode> nodes = answer.Listed.Select(Node);
        if (scope.DatacenterName is null)
        {
            nodes = nodes.Concat(Unheard(answer));
        }
        IEnumerable<AlternatorNode>? affinityNodes = wider is { Listed.IsEmpty: false } ? wider.Listed.Select(Node) : null;
        bool endpointsInstead = _translation.IsBlind && _endpointsStandIn && scope.DatacenterName is null;
        ClusterSnapshot before = _registry.View.Snapshot;
        var (joined, left) = _registry.Publish(endpointsInstead ? _registry.Seeds : nodes, scope, endpointsInstead ? null : affinityNodes);
        _report.Confirmed(before, _registry.View.Snapshot, joined.Length, left.Length);
        if (joined.IsEmpty)
        {
            return;
        }
        // Usually a few milliseconds; a silent newcomer must not hold up the others.
        await Task.WhenAny(Joined(joined, cancellationToken), Task.Delay(NewcomerPatience, _clock, cancellationToken)).ConfigureAwait(false);
        if (!endpointsInstead && _translation.IsBlind && scope.DatacenterName is null && _registry.View.Active.Length == 0)
        {
            // The endpoints answer, but don't say which nodes they are, and none of the listed addresses can be reached from here.
            _endpointsStandIn = true;
            _report.EndpointsStandIn();
            (joined, _) = _registry.Publish(_registry.Seeds, scope);
            await Task.WhenAny(Joined(joined, cancellationToken), Task.Delay(NewcomerPatience, _clock, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>The datacenter of a rack in use, when clients with affinity need its ring and the chain allows its nodes.</summary>
    private RoutingScope? WiderRing(RoutingScope inUse)
    {
        if (!AffinityWanted || inUse.RackName is null)
        {
            return null;
        }
        for (RoutingScope? scope = inUse.Fallback; scope is not null; scope = scope.Fallback)
        {
            if (scope.RackName is null && scope.DatacenterName == inUse.DatacenterName)
            {
                return scope;
            }
        }
        return null;
    }

    /// <summary>
    /// Nodes of the ring that didn't answer, and that nobody who did could have listed: those of a datacenter that is silent altogether. A
    /// node whose former neighbours are listed and who isn't, has left.
    /// </summary>
    private List<AlternatorNode> Unheard(ScopeAnswer answer)
    {
        ClusterSnapshot ring = _registry.View.Snapshot;
        List<AlternatorNode> unheard = [];
        if (!ring.FromDiscovery || answer.Unreachable.Count == 0)
        {
            return unheard;
        }
        HashSet<IPAddress> heard = [.. answer.Listed.Select(static listed => listed.Address)];
        foreach (AlternatorNode node in answer.Unreachable.Where(node => ring.Nodes.Contains(node) && !node.Neighbours.IsDefault))
        {
            if (_clock.GetElapsedTime(node.ListedAt) < UnheardKept && !node.Neighbours.Any(heard.Contains))
            {
                unheard.Add(node);
            }
        }
        return unheard;
    }

    private AlternatorNode Node(ListedAddress listed)
    {
        AlternatorNode node = _registry.GetOrAdd(_translation.Translate(listed));
        node.Listed(listed.Address.ToString(), listed.Neighbours, _clock.GetTimestamp());
        if (_translation.IdentityOf(listed.Address) is { } identity)
        {
            node.Datacenter = identity.Datacenter;
            node.Rack = identity.Rack;
        }
        return node;
    }

    private AlternatorNode[] Candidates()
    {
        NodeView view = _registry.View;
        return [.. Shuffled(view.Active), .. Shuffled(view.Quarantined), .. Shuffled(view.Down), .. Shuffled([.. _registry.Seeds.Except(view.Snapshot.Nodes)])];
    }

    private AlternatorNode[] Shuffled(AlternatorNode[] nodes)
    {
        AlternatorNode[] copy = [.. nodes];
        lock (_random)
        {
            _random.Shuffle(copy);
        }
        return copy;
    }

    private void Asked(AlternatorNode node, string? error)
    {
        if (error is not null)
        {
            node.Failed(error);
            return;
        }
        node.Answered(_clock.GetTimestamp());
        // A down node may serve discovery as the last resort; that counts for nothing.
        if (node.State == NodeState.Quarantined && node.Health.ProbeSucceeded())
        {
            _registry.StateChanged(node);
        }
    }

    [SuppressMessage("Globalization", "CA1305", Justification = "Numbers only.")]
    private static string LastErrorOf(AlternatorNode[] candidates)
    {
        AlternatorNode? failed = Array.Find(candidates, static node => node.LastError is not null);
        return failed is null ? "" : $"{failed.CanonicalEndpoint}: {failed.LastError}";
    }
}
