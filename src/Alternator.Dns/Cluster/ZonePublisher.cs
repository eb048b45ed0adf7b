using System.Collections.Immutable;
using System.Net;
using Alternator.Client;
using Alternator.Dns.Zones;
using Microsoft.Extensions.Logging;

namespace Alternator.Dns.Cluster;

/// <summary>
/// Turns what <see cref="AlternatorNodes"/> knows into what the server answers.
/// <para>
/// In order: every change of the nodes or of a node's health, and every refresh interval, has the nodes looked at again. A node that is
/// down is marked so and the zone leaves it out. A list is fresh while the cluster confirms it and a node of it is up; from then on it is
/// stale, the last known good; once it has been stale for longer than allowed it has expired. If anything differs from what is served,
/// a new zone with the next serial is built and takes the place of the old one. Nothing here asks the nodes: discovery and probing are
/// the client library's.
/// </para>
/// </summary>
internal sealed partial class ZonePublisher : IAsyncDisposable
{
    private readonly ImmutableArray<NodeSource> _sources;
    private readonly ZoneSettings _settings;
    private readonly TimeSpan _refresh, _maxStale;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HostAddresses _hosts;
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly long[] _reachableAt;
    private ImmutableArray<ServedScope> _served = [];
    private uint _serial;
    private Task _loop = Task.CompletedTask;
    private volatile ClusterStatus _status = new(Freshness.Fresh, 0, 0, TimeSpan.Zero, null);

    /// <param name="sources">The nodes of the zone's own scope, then those of the named scopes.</param>
    /// <param name="settings">The zones.</param>
    /// <param name="refresh">Time between two looks at the nodes when nothing changes.</param>
    /// <param name="maxStale">How long the last known good is served.</param>
    /// <param name="resolve">Resolves the host names of nodes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where changes are told.</param>
    public ZonePublisher(
        ImmutableArray<NodeSource> sources, ZoneSettings settings, TimeSpan refresh, TimeSpan maxStale,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time, ILogger logger)
    {
        _sources = sources;
        _settings = settings;
        _refresh = refresh;
        _maxStale = maxStale;
        _time = time;
        _logger = logger;
        _hosts = new HostAddresses(resolve, Wake, time, logger);
        _reachableAt = [.. sources.Select(_ => time.GetTimestamp())];

        // Grows from start to start too, so that whoever remembers an older run sees a newer zone.
        _serial = (uint)time.GetUtcNow().ToUnixTimeSeconds();
        Zone = new ZoneHolder(ZoneBuilder.Build(settings, [], _serial));
        Publish();
    }

    /// <summary>What the server answers from.</summary>
    public ZoneHolder Zone { get; }

    /// <summary>How the cluster looks from here.</summary>
    public ClusterStatus Status => _status;

    public void Start() => _loop = RunAsync();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Looks at the nodes now and serves what has changed. Not for concurrent use; the loop calls it once it runs.</summary>
    internal void Publish()
    {
        var named = new List<ServedScope>();
        var found = new List<ServedScope>();
        for (int i = 0; i < _sources.Length; i++)
        {
            NodeSource source = _sources[i];
            ImmutableArray<ServedNode> nodes = NodesOf(source);
            Freshness freshness = Judge(source, nodes, i);
            ImmutableArray<ServedScope> grouped = ServedScope.Group(nodes, freshness);
            if (i == 0)
                named.Add(grouped[0]);

            // A scope that was asked for has its name even while nothing is known to be in it, and stands before what other nodes tell of it.
            if (source.Scope.DatacenterName is { } datacenter)
                named.Add(new ServedScope(datacenter, source.Scope.RackName, nodes, freshness));
            found.AddRange(grouped.Skip(1));
        }

        Serve([.. named, .. found]);
    }

    private void Serve(ImmutableArray<ServedScope> scopes)
    {
        ServedScope own = scopes[0];
        int live = own.Nodes.Count(node => node.IsLive);
        string? error = _sources[0].Nodes.Status.LastError;
        _status = new ClusterStatus(own.Freshness, own.Nodes.Length, live, _time.GetElapsedTime(_reachableAt[0]), error);
        if (AreSame(scopes, _served))
            return;

        if (!_served.IsEmpty && own.Freshness != _served[0].Freshness)
            LogFreshness(own.Freshness, error);
        _served = scopes;
        Zone.Current = ZoneBuilder.Build(_settings, scopes, ++_serial);
        LogServing(
            _logger, live, own.Nodes.Length, _serial, new AddressList([.. own.Nodes.Where(node => node.IsLive).SelectMany(node => node.Addresses)]));
    }

    private ImmutableArray<ServedNode> NodesOf(NodeSource source) =>
    [
        .. source.Nodes.Snapshot.Nodes
            .Select(node => new ServedNode(
                _hosts.Get(node.Endpoint.DnsSafeHost, _stopping.Token),
                node.Endpoint.Port,
                node.Datacenter ?? source.Scope.DatacenterName,
                node.Rack ?? source.Scope.RackName,
                IsLive: node.State is not NodeState.Down))
            .Where(node => !node.Addresses.IsEmpty),
    ];

    private Freshness Judge(NodeSource source, ImmutableArray<ServedNode> nodes, int index)
    {
        bool reachable = source.Nodes.Status.LastError is null && nodes.Any(node => node.IsLive);
        if (reachable)
        {
            _reachableAt[index] = _time.GetTimestamp();
            return Freshness.Fresh;
        }

        return _time.GetElapsedTime(_reachableAt[index]) > _maxStale ? Freshness.Expired : Freshness.Stale;
    }

    private async Task RunAsync()
    {
        IDisposable[] subscriptions = [.. _sources.Select(source => source.Nodes.Subscribe(_ => Wake()))];
        try
        {
            while (true)
            {
                Publish();
                using var interval = new CancellationTokenSource(_refresh, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(interval.Token, _stopping.Token);
                try
                {
                    await _changed.WaitAsync(either.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
                {
                    // The interval is over.
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped.
        }
        finally
        {
            foreach (IDisposable subscription in subscriptions)
                subscription.Dispose();
        }
    }

    private void Wake()
    {
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // The loop has been told already.
        }
    }

    private void LogFreshness(Freshness freshness, string? error)
    {
        switch (freshness)
        {
            case Freshness.Stale:
                LogStale(_logger, _maxStale, error);
                break;
            case Freshness.Expired:
                LogExpired(_logger, _maxStale, error);
                break;
            default:
                LogFresh(_logger);
                break;
        }
    }

    private static bool AreSame(ImmutableArray<ServedScope> one, ImmutableArray<ServedScope> other) =>
        one.Length == other.Length && one.Zip(other).All(pair => AreSame(pair.First, pair.Second));

    private static bool AreSame(ServedScope one, ServedScope other) =>
        (one.Datacenter, one.Rack, one.Freshness) == (other.Datacenter, other.Rack, other.Freshness)
        && one.Nodes.Length == other.Nodes.Length
        && one.Nodes.Zip(other.Nodes).All(pair =>
            (pair.First with { Addresses = [] }) == (pair.Second with { Addresses = [] }) && pair.First.Addresses.SequenceEqual(pair.Second.Addresses));

    /// <summary>Joins the addresses only if the message is written.</summary>
    private readonly record struct AddressList(IReadOnlyList<IPAddress> Addresses)
    {
        public override string ToString() => string.Join(' ', Addresses);
    }
}
