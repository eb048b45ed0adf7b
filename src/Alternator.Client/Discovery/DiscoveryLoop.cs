using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Alternator.Client;

/// <summary>
/// Keeps the list of nodes current. In order:
/// <list type="number">
/// <item>A round asks for the preferred scope, then for its fallbacks; the first that has a live node is published.</item>
/// <item>Asked are the known nodes first (active, quarantined, down; shuffled within each), then the seeds. A seed that the
/// cluster doesn't list as a node of the scope is only ever asked, never used.</item>
/// <item>When nobody answers, or every scope is empty, the last list stays, and the status says so.</item>
/// <item>Rounds come every active interval while there are requests and every idle interval while there are none; a request after
/// idleness starts one at once. Both are jittered.</item>
/// </list>
/// </summary>
internal sealed partial class DiscoveryLoop
{
    private static readonly TimeSpan NewcomerPatience = TimeSpan.FromMilliseconds(250);

    // How long a node of the whole cluster that no answering node could list is kept.
    private static readonly TimeSpan UnheardKept = TimeSpan.FromMinutes(10);

    private readonly NodeRegistry _registry;
    private readonly AddressTranslation _translation;
    private readonly RoutingScope _preferred;
    private readonly DiscoveryOptions _options;
    private readonly TimeProvider _clock;
    private readonly Random _random;
    private readonly ScopeQuery _query;
    private readonly ILogger _logger;
    private readonly WakeSignal _wake;
    private readonly Lock _lock = new();
    private TaskCompletionSource _firstRound;
    private Task? _round;
    private volatile bool _traffic;
    private DateTimeOffset? _confirmedAt;
    private string? _lastError;
    private bool _matchesNothing;
    private int _failedRounds;
    private bool _endpointsStandIn;

    public DiscoveryLoop(NodeRegistry registry, RoutingScope preferred, DiscoveryOptions options, INodeChannel channel, AddressTranslation translation, TimeProvider clock, Random random, ILogger logger, bool inline)
    {
        _registry = registry;
        _preferred = preferred;
        _options = options;
        _translation = translation;
        _clock = clock;
        _random = random;
        _logger = logger;
        _wake = new WakeSignal(clock, inline);
        _firstRound = new TaskCompletionSource(inline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        _query = new ScopeQuery(channel, options, clock, Asked);
    }

    /// <summary>Called after every round with the nodes that have joined the ring.</summary>
    public Func<ImmutableArray<AlternatorNode>, CancellationToken, Task> Joined { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Whether a client with key route affinity uses these nodes.</summary>
    public bool AffinityWanted { get; set; }

    /// <summary>Completes when the first round has ended, whatever it found.</summary>
    public Task FirstRound => _firstRound.Task;

    public ScopeStatus Status
    {
        get
        {
            ClusterSnapshot snapshot = _registry.View.Snapshot;
            lock (_lock)
            {
                return new ScopeStatus
                {
                    Preferred = _preferred,
                    InUse = snapshot.FromDiscovery ? snapshot.Scope : null,
                    MatchesNothing = _matchesNothing,
                    ConfirmedAt = _confirmedAt,
                    Age = _clock.GetUtcNow() - _confirmedAt,
                    LastError = _lastError,
                };
            }
        }
    }

    /// <summary>Tells the loop that there are requests.</summary>
    public void NoteRequest()
    {
        if (!_traffic)
        {
            _traffic = true;
            _wake.Set();
        }
    }

    /// <summary>Runs rounds until the token is cancelled or the owner is gone.</summary>
    public async Task RunAsync(WeakReference<AlternatorNodes> owner, CancellationToken cancellationToken)
    {
        try
        {
            while (owner.TryGetTarget(out _))
            {
                _traffic = false;
                await RefreshAsync(cancellationToken).ConfigureAwait(false);
                // A request that comes while the loop is idle sets the signal; one that comes while it is busy only keeps it busy.
                await Task.Delay(Jittered(_options.ActiveInterval), _clock, cancellationToken).ConfigureAwait(false);
                // While nobody answers, the pauses grow from the active to the idle interval.
                TimeSpan idle = _failedRounds == 0 ? _options.IdleInterval : _options.ActiveInterval * Math.Pow(2, Math.Min(_failedRounds, 20));
                TimeSpan rest = Jittered(idle < _options.IdleInterval ? idle : _options.IdleInterval) - _options.ActiveInterval;
                if (!_traffic && rest > TimeSpan.Zero)
                {
                    await _wake.WaitAsync(rest, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <summary>Runs a round now, or joins the one that is running.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource? mine = null;
        Task round;
        lock (_lock)
        {
            if (_round is null)
            {
                mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _round = mine.Task;
            }
            round = _round;
        }
        if (mine is null)
        {
            await round.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }
        try
        {
            await RoundAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _firstRound.TrySetResult();
            lock (_lock)
            {
                _round = null;
            }
            mine.SetResult();
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        AlternatorNode[] candidates = Candidates();
        bool answered = false;
        for (RoutingScope? scope = _preferred; scope is not null; scope = scope.Fallback)
        {
            ScopeAnswer answer = await _query.AskAsync(scope, candidates, cancellationToken).ConfigureAwait(false);
            answered |= answer.Answered;
            if (scope == _preferred)
            {
                NoteMatch(answer);
            }
            if (!answer.Listed.IsEmpty)
            {
                await PublishAsync(scope, answer, candidates, cancellationToken).ConfigureAwait(false);
                return;
            }
        }
        Unconfirmed(answered
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
        Confirmed(before, joined.Length, left.Length);
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
            LogEndpointsStandIn(_logger);
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

    private void Confirmed(ClusterSnapshot before, int joined, int left)
    {
        ClusterSnapshot now = _registry.View.Snapshot;
        string? recovered;
        lock (_lock)
        {
            _confirmedAt = _clock.GetUtcNow();
            recovered = _lastError;
            _lastError = null;
            _failedRounds = 0;
        }
        ClientMetrics.Discoveries.Add(1, new KeyValuePair<string, object?>("alternator.discovery.outcome", now.IsFallback ? "fallback" : "confirmed"));
        if (recovered is not null)
        {
            LogRefreshedAgain(_logger);
        }
        if (joined + left > 0)
        {
            LogNodesChanged(_logger, now.Nodes.Length, now.Scope.Name, joined, left);
        }
        if (now.IsFallback != before.IsFallback)
        {
            if (now.IsFallback)
            {
                ClientMetrics.ScopeFallbacks.Add(1);
                LogFallback(_logger, now.Scope.Name, _preferred.Name);
            }
            else
            {
                LogReturned(_logger, _preferred.Name);
            }
        }
    }

    private void Unconfirmed(string error)
    {
        bool news;
        lock (_lock)
        {
            news = _lastError is null;
            _lastError = error;
            _failedRounds++;
        }
        ClientMetrics.Discoveries.Add(1, new KeyValuePair<string, object?>("alternator.discovery.outcome", "failed"));
        if (news)
        {
            LogKeptLastList(_logger, error);
        }
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

    private TimeSpan Jittered(TimeSpan interval)
    {
        lock (_random)
        {
            return interval * (1 + (_options.Jitter * ((2 * _random.NextDouble()) - 1)));
        }
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

    private void NoteMatch(ScopeAnswer answer)
    {
        bool nothing = answer.Answered && answer.Listed.IsEmpty;
        bool news;
        lock (_lock)
        {
            news = nothing && !_matchesNothing;
            _matchesNothing = answer.Answered ? nothing : _matchesNothing;
        }
        if (news)
        {
            LogScopeMatchesNothing(_logger, _preferred.Name, _preferred.Fallback?.Name ?? "nothing");
        }
    }

    [SuppressMessage("Globalization", "CA1305", Justification = "Numbers only.")]
    private static string LastErrorOf(AlternatorNode[] candidates)
    {
        AlternatorNode? failed = Array.Find(candidates, static node => node.LastError is not null);
        return failed is null ? "" : $"{failed.CanonicalEndpoint}: {failed.LastError}";
    }
}
