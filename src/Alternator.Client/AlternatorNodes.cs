using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Alternator.Client;

/// <summary>
/// The nodes of a cluster: found, kept current, probed, and reached over one pool of connections. Made from one or a few
/// endpoints; clients are made on top of it and may share it. Safe for concurrent use.
/// <para>Creating it does no I/O. The background work starts with <see cref="StartAsync"/> or with the first request, ends with
/// <see cref="StopAsync"/> or <see cref="DisposeAsync"/>, and may be started again after a stop.</para>
/// </summary>
public sealed partial class AlternatorNodes : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly AlternatorNodesOptions _options;
    private static readonly TimeSpan FirstListPatience = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger;
    private readonly NodeTransport _transport;
    private readonly NodeRegistry _registry;
    private readonly DiscoveryReport _report;
    private readonly DiscoveryRound _round;
    private readonly DiscoveryLoop _discovery;
    private readonly NodeProbes _probes;
    private CancellationTokenSource? _running;
    private Task _loops = Task.CompletedTask;
    private volatile bool _started;
    private bool _disposed;

    /// <summary>Takes the options as they are now: later changes to them have no effect.</summary>
    /// <param name="options">The endpoints and all settings.</param>
    /// <param name="loggerFactory">Where changes are logged; nowhere by default.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">There is no endpoint, or a setting is out of its range.</exception>
    public AlternatorNodes(AlternatorNodesOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
        : this(options, loggerFactory, timeProvider, new NodesSeams())
    {
    }

    /// <summary>Nodes with a common scheme and port, one or more of which are known.</summary>
    /// <param name="scheme"><c>http</c> or <c>https</c>.</param>
    /// <param name="port">The port of every node.</param>
    /// <param name="nodes">Names or addresses of known nodes; IPv6 with or without brackets.</param>
    public AlternatorNodes(string scheme, int port, params string[] nodes)
        : this(OptionsOf(scheme, port, nodes))
    {
    }

    internal AlternatorNodes(AlternatorNodesOptions options, ILoggerFactory? loggerFactory, TimeProvider? timeProvider, NodesSeams seams)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Copy();
        LoggerFactory = loggerFactory ?? NullLoggerFactory.Instance;
        Clock = timeProvider ?? TimeProvider.System;
        ILogger logger = _logger = LoggerFactory.CreateLogger("Alternator.Client.Nodes");
        Random random = seams.Random ?? Random.Shared;
        _transport = new NodeTransport(_options.Tls, _options.Connections, resolve: seams.Resolve);
        INodeChannel channel = seams.Channel ?? new HttpNodeChannel(_transport.Invoker, new IdentityRequest(_options.Credentials, Clock));
        _registry = new NodeRegistry(_options.Endpoints, _options.Scope, _options.Health, _options.LatencyHalfLife, Clock, random, !_options.Discovery.Enabled);
        _registry.WentDown += _transport.WentDown;
        _registry.SubscriberFailed += exception => LogSubscriberFailed(logger, exception);
        _probes = new NodeProbes(_registry, _options.Health, channel, Clock, logger, seams.Inline);
        _report = new DiscoveryReport(_options.Scope, Clock, logger);
        var translation = new AddressTranslation(_options, channel, Clock, logger);
        _round = new DiscoveryRound(_registry, _options.Scope, _options.Discovery, channel, translation, Clock, random, _report) { Joined = _probes.ProbeNowAsync };
        _discovery = new DiscoveryLoop(_registry, _options.Discovery, _round, _report, Clock, random, seams.Inline);
        ClientMetrics.Register(this);
    }

    /// <summary>The nodes that requests may go to, as of now.</summary>
    public ClusterSnapshot Snapshot => _registry.View.Snapshot;

    /// <summary>The nodes of <see cref="Snapshot"/> that aren't down; all of them when all are down.</summary>
    public IReadOnlyList<AlternatorNode> LiveNodes => _registry.View.Live;

    /// <summary>How the routing scope is doing.</summary>
    public ScopeStatus Status => _report.Status(Snapshot);

    internal ILoggerFactory LoggerFactory { get; }

    internal TimeProvider Clock { get; }

    internal NodeTransport Transport => _transport;

    internal NodeRegistry Registry => _registry;

    internal AlternatorNodesOptions Options => _options;

    internal NodeView View => _registry.View;

    /// <summary>Calls back with the current snapshot whenever the nodes or the state of one have changed, until disposed.
    /// The callback runs on the thread that noticed the change: it must be short.</summary>
    public IDisposable Subscribe(Action<ClusterSnapshot> onChange)
    {
        ArgumentNullException.ThrowIfNull(onChange);
        return _registry.Subscribe(onChange);
    }

    /// <summary>Starts the background work, and waits for what <see cref="AlternatorNodesOptions.Start"/> says. Does nothing more when started already.</summary>
    /// <exception cref="AlternatorUnavailableException">The policy is <see cref="StartPolicy.Require"/> and no node was found.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        EnsureStarted();
        if (_options.Start == StartPolicy.DontWait)
        {
            return;
        }
        await _discovery.FirstRoundAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_options.Start == StartPolicy.Require && !Snapshot.FromDiscovery)
        {
            throw new AlternatorUnavailableException($"No node was found at {string.Join(", ", _registry.Seeds)}. {Status.LastError}");
        }
    }

    /// <summary>Stops the background work and waits for its end. Requests still work, with the nodes known last.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        CancellationTokenSource? running;
        Task loops;
        lock (_lock)
        {
            running = _running;
            loops = _loops;
            _running = null;
            _stopped = true;
        }
        if (running is not null)
        {
            await running.CancelAsync().ConfigureAwait(false);
        }
        // Also when another stop has begun: whoever returns from here relies on the work having ended.
        await loops.WaitAsync(cancellationToken).ConfigureAwait(false);
        running?.Dispose();
    }

    /// <summary>Asks the cluster for its nodes now. Doesn't throw when nobody answers: see <see cref="Status"/>.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _options.Discovery.Enabled ? _discovery.RefreshAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Stops the background work and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }
            _disposed = true;
        }
        ClientMetrics.Unregister(this);
        await StopAsync().ConfigureAwait(false);
        _transport.Dispose();
    }

    /// <summary>Tells the background work that there is a request; starts it with the first.</summary>
    internal void NoteRequest()
    {
        if (!_started)
        {
            StartWithRequest();
        }
        _discovery.NoteRequest();
    }

    /// <summary>The view to choose a node from, unless there has never been a list of nodes and the first is still to come.</summary>
    internal bool TryGetView(out NodeView view)
    {
        view = _registry.View;
        return view.Snapshot.FromDiscovery || _discovery.FirstRoundEnded || _stopped;
    }

    /// <summary>Waits for the first list. Where the endpoints may be used without it, that wait is short.</summary>
    internal async ValueTask<NodeView> WaitForViewAsync(CancellationToken cancellationToken)
    {
        Task first = _discovery.FirstRoundAsync();
        if (!_registry.View.Snapshot.Nodes.IsEmpty)
        {
            await Task.WhenAny(first, Task.Delay(FirstListPatience, Clock, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        else
        {
            await first.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        return _registry.View;
    }

    /// <summary>A client with key route affinity uses these nodes: the ring of its keys is to be known.</summary>
    internal void WantAffinity() => _round.AffinityWanted = true;

    /// <summary>A node's health has changed by a request.</summary>
    internal void StateChanged(AlternatorNode node, string reason)
    {
        NodeLog.StateChanged(_logger, node.CanonicalEndpoint, node.State, reason);
        _registry.StateChanged(node);
        _probes.Wake();
    }

    /// <summary>Probes a node that leaves a request unanswered; if the probe stays unanswered too, the node is down. Tells whether it is dead.</summary>
    internal void SuspectSilent(AlternatorNode node, Action<bool> told)
    {
        if (_options.Health.Enabled && _options.Health.SuspicionTimeout > TimeSpan.Zero)
        {
            _probes.SuspectSilent(node, told);
        }
    }

    /// <summary>A node has failed a request and isn't down yet: probes show whether it is dead.</summary>
    internal void Suspect(AlternatorNode node) => _probes.Suspect(node);
}
