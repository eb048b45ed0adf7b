using System.Collections.Immutable;

namespace Alternator.Client;

/// <summary>
/// Every node ever known and the view that requests read. Writers take a lock and swap the view; readers only read it.
/// </summary>
internal sealed class NodeRegistry
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AlternatorNode> _known = new(StringComparer.Ordinal);
    private readonly NodeHealthOptions _health;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _latencyHalfLife;
    private readonly Random _random;
    private readonly RoutingScope _preferred;
    private ImmutableArray<Action<ClusterSnapshot>> _subscribers = [];
    private volatile NodeView _view;

    public NodeRegistry(IEnumerable<Uri> endpoints, RoutingScope scope, NodeHealthOptions health, TimeSpan latencyHalfLife, TimeProvider clock, Random random, bool endpointsAreTheNodes)
    {
        _health = health;
        _clock = clock;
        _latencyHalfLife = latencyHalfLife;
        _random = random;
        _preferred = scope;
        Seeds = Distinct(endpoints.Select(GetOrAdd));
        // Until the cluster has answered, a request may go to a seed only if the chain of scopes ends in the whole cluster:
        // where a seed belongs isn't known, and a strict scope isn't left.
        RoutingScope last = scope;
        while (last.Fallback is { } fallback)
        {
            last = fallback;
        }
        ImmutableArray<AlternatorNode> ring = last.DatacenterName is null ? Seeds : [];
        ring = Canonical(ring);
        _view = new NodeView(new ClusterSnapshot(ring, scope, isFallback: false, fromDiscovery: endpointsAreTheNodes, clock.GetUtcNow()), ring);
    }

    public ImmutableArray<AlternatorNode> Seeds { get; }

    public NodeView View => _view;

    public event Action<Exception>? SubscriberFailed;

    /// <summary>A node has gone down.</summary>
    public event Action<AlternatorNode>? WentDown;

    public AlternatorNode GetOrAdd(Uri endpoint)
    {
        string identity = CanonicalEndpoint.Of(endpoint);
        lock (_lock)
        {
            if (!_known.TryGetValue(identity, out AlternatorNode? node))
            {
                node = new AlternatorNode(endpoint, _health, _clock, _latencyHalfLife, (ulong)_random.NextInt64());
                _known.Add(identity, node);
            }
            return node;
        }
    }

    /// <summary>The cluster said that these are the nodes of a scope. Returns the nodes that weren't in the ring before, and those that left it.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="scope">The scope that they are of.</param>
    /// <param name="affinityNodes">The nodes that keys are dealt to, when those are others.</param>
    public (ImmutableArray<AlternatorNode> Joined, ImmutableArray<AlternatorNode> Left) Publish(IEnumerable<AlternatorNode> nodes, RoutingScope scope, IEnumerable<AlternatorNode>? affinityNodes = null)
    {
        ImmutableArray<AlternatorNode> ring = Canonical(nodes);
        ImmutableArray<AlternatorNode> affinityRing = affinityNodes is null ? ring : Canonical(affinityNodes);
        ImmutableArray<AlternatorNode> joined, left;
        bool changed;
        lock (_lock)
        {
            NodeView view = _view;
            ClusterSnapshot before = view.Snapshot;
            bool same = ring.AsSpan().SequenceEqual(before.Nodes.AsSpan()) && affinityRing.AsSpan().SequenceEqual(view.AffinityRing.AsSpan());
            changed = !same || !before.FromDiscovery || before.Scope != scope;
            var snapshot = new ClusterSnapshot(same ? before.Nodes : ring, scope, isFallback: scope != _preferred, fromDiscovery: true, _clock.GetUtcNow());
            // Endpoints that turn out to be nodes join now: before, they were only places to ask.
            joined = same && before.FromDiscovery ? [] : [.. ring.Union(affinityRing).Except(before.FromDiscovery ? view.Watched : [])];
            left = same ? [] : [.. view.Watched.Except(ring).Except(affinityRing)];
            long now = _clock.GetTimestamp();
            foreach (AlternatorNode node in joined)
            {
                node.Admit(now);
            }
            _view = same ? view.Confirmed(snapshot) : new NodeView(snapshot, affinityNodes is null ? ring : affinityRing);
        }
        if (changed)
        {
            Notify();
        }
        return (joined, left);
    }

    /// <summary>The health of a node has changed.</summary>
    public void StateChanged(AlternatorNode node)
    {
        NodeState state = node.State;
        ClientMetrics.StateChanges.Add(1, new KeyValuePair<string, object?>("alternator.node.state", ClientMetrics.NameOf(state)));
        if (state == NodeState.Active)
        {
            node.Admit(_clock.GetTimestamp());
        }
        else if (state == NodeState.Down)
        {
            WentDown?.Invoke(node);
        }
        lock (_lock)
        {
            _view = new NodeView(_view.Snapshot, _view.AffinityRing);
        }
        Notify();
    }

    public IDisposable Subscribe(Action<ClusterSnapshot> onChange)
    {
        lock (_lock)
        {
            _subscribers = _subscribers.Add(onChange);
        }
        return new Subscription(this, onChange);
    }

    private void Notify()
    {
        ClusterSnapshot snapshot = _view.Snapshot;
        ImmutableArray<Action<ClusterSnapshot>> subscribers;
        lock (_lock)
        {
            subscribers = _subscribers;
        }
        foreach (Action<ClusterSnapshot> subscriber in subscribers)
        {
            try
            {
                subscriber(snapshot);
            }
            catch (Exception exception) // A subscriber's mistake must not end discovery or fail a request.
            {
                SubscriberFailed?.Invoke(exception);
            }
        }
    }

    private static ImmutableArray<AlternatorNode> Canonical(IEnumerable<AlternatorNode> nodes) =>
        Distinct(nodes).Sort(static (a, b) => string.CompareOrdinal(a.CanonicalEndpoint, b.CanonicalEndpoint));

    private static ImmutableArray<AlternatorNode> Distinct(IEnumerable<AlternatorNode> nodes) => [.. nodes.Distinct()];

    private sealed class Subscription(NodeRegistry registry, Action<ClusterSnapshot> subscriber) : IDisposable
    {
        private NodeRegistry? _registry = registry;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _registry, null) is { } registry)
            {
                lock (registry._lock)
                {
                    registry._subscribers = registry._subscribers.Remove(subscriber);
                }
            }
        }
    }
}
