using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Alternator.Client;
using Alternator.Dns.Cluster;
using Alternator.Dns.Forwarding;
using Alternator.Dns.Limits;
using Alternator.Dns.Observability;
using Alternator.Dns.Serving;
using Alternator.Dns.Zones;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Alternator.Dns;

/// <summary>
/// A DNS server that answers with the live nodes of an Alternator cluster: the way for every client that only knows a host name.
/// <para>
/// In order: <see cref="StartAsync"/> takes the ports, starts to find and probe the nodes with <see cref="AlternatorNodes"/>, waits a moment for the first list and
/// serves. From then on a node that a probe finds dead leaves the answers and one that answers again returns; while no node is reachable the last known ones are
/// served, for a limited time. <see cref="StopAsync"/> says so on <c>/health</c>, goes on answering for the drain delay, lets queries
/// that are under way end, and closes everything. A server is started once.
/// </para>
/// </summary>
public sealed partial class AlternatorDnsServer : IAsyncDisposable
{
    private static readonly TimeSpan FirstListPatience = TimeSpan.FromSeconds(2);

    private readonly AlternatorDnsOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ImmutableArray<NodeSource> _sources;
    private readonly DnsCounters _counters = new();
    private readonly ConnectionLimiter _connections;
    private readonly SemaphoreSlim _lifecycle = new(1);
    private ImmutableArray<UdpServer> _udp = [];
    private ImmutableArray<TcpServer> _tcp = [];
    private ZonePublisher? _publisher;
    private UpstreamForwarder? _forwarder;
    private HttpResponder? _http;
    private DnsMeter? _meter;
    private bool _started, _stopped;
    private volatile bool _draining;

    /// <summary>A server that finds the cluster's nodes itself, from <see cref="AlternatorDnsOptions.Endpoints"/>.</summary>
    /// <param name="options">What to serve; not to be changed once it is given to a server.</param>
    /// <param name="loggers">Where it logs; nowhere by default.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public AlternatorDnsServer(AlternatorDnsOptions options, ILoggerFactory? loggers = null, TimeProvider? time = null)
        : this(options, nodes: null, loggers, time)
    {
    }

    /// <summary>
    /// A server that shows nodes which somebody else finds. They must be started and are not stopped. Let them probe active nodes
    /// (<see cref="NodeHealthOptions.ActiveProbeInterval"/>) unless enough requests go through them to notice a dead one.
    /// </summary>
    /// <param name="options">What to serve; not to be changed once it is given to a server.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="loggers">Where it logs; nowhere by default.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public AlternatorDnsServer(AlternatorDnsOptions options, AlternatorNodes? nodes, ILoggerFactory? loggers = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Check(options, needsEndpoints: nodes is null);
        _options = options;
        _loggers = loggers ?? NullLoggerFactory.Instance;
        _logger = _loggers.CreateLogger("Alternator.Dns");
        _time = time ?? TimeProvider.System;
        _connections = new ConnectionLimiter(options.MaxConnections, options.MaxConnectionsPerSource);
        NodeSource own = nodes is null ? Own(options.Scope) : new NodeSource(nodes, nodes.Status.Preferred, IsOwned: false);
        _sources = [own, .. options.NamedScopes.Where(scope => scope != own.Scope).Select(Own)];

        NodeSource Own(RoutingScope scope) => new(new AlternatorNodes(NodeSource.NodesOptions(options, scope), _loggers, _time), scope, IsOwned: true);
    }

    /// <summary>Where it serves over UDP and TCP, with the ports that it got; empty before the start.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => [.. _udp.Select(server => server.EndPoint)];

    /// <summary>Where it serves metrics and health, or null.</summary>
    public Uri? HttpEndpoint => _http is null ? null : new Uri($"http://{_http.EndPoint}/");

    /// <summary>Takes the ports and serves.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">A port can't be had; the message names it.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _lifecycle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_started)
                throw new InvalidOperationException("The DNS server was started before. Make a new one to start again.");

            _started = true;
            await StartCoreAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Drains and stops. Cancelling makes it stop at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _lifecycle.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (!_started || _stopped)
                return;

            _draining = true;
            LogDraining(_logger, _options.DrainDelay);
            if (_options.DrainDelay > TimeSpan.Zero)
                await Task.Delay(_options.DrainDelay, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            TimeSpan patience = cancellationToken.IsCancellationRequested ? TimeSpan.Zero : _options.DrainTimeout;
            await Task.WhenAll([.. _udp.Select(server => server.StopAsync(patience)), .. _tcp.Select(server => server.StopAsync(patience))])
                .ConfigureAwait(false);
            await CloseAsync().ConfigureAwait(false);
            LogStopped(_logger);
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Stops, without a drain delay.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    private async Task StartCoreAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<IPEndPoint> listen = _options.Listen.Count > 0 ? [.. _options.Listen] : [new IPEndPoint(IPAddress.Loopback, 5353)];
        var sockets = new List<SocketPair>();
        try
        {
            foreach (IPEndPoint endPoint in listen)
                sockets.Add(SocketPair.Bind(endPoint));

            await StartNodesAsync(cancellationToken).ConfigureAwait(false);
            string scheme = _options.Endpoints.FirstOrDefault()?.Scheme ?? _sources[0].Nodes.Snapshot.Nodes.FirstOrDefault()?.Endpoint.Scheme ?? "http";
            ZoneSettings settings = OptionsCheck.Zone(_options, [.. sockets.Select(pair => pair.EndPoint)], scheme);
            _publisher = new ZonePublisher(
                _sources, settings, _options.Refresh, _options.MaxStale, System.Net.Dns.GetHostAddressesAsync, _time, _logger);
            _publisher.Start();
            _forwarder = _options.Forward.Count == 0 ? null : new UpstreamForwarder([.. _options.Forward], _options.ForwardTimeout, _time);
            var service = new QueryService(settings, _publisher.Zone, _forwarder, _counters, _options.QueriesPerSecond, _time);
            _meter = new DnsMeter(_counters, () => _publisher.Status, () => _connections.Open);
            if (_options.Http is { } http)
                _http = Listening(http, () => new HttpResponder(http, AnswerHttp, _time, _logger));

            var timeouts = new TcpTimeouts(_options.TcpIdleTimeout, _options.TcpMessageTimeout);
            _tcp = [.. sockets.Select(pair => new TcpServer(pair.Stream, service, _connections, timeouts, _logger))];
            _udp = [.. sockets.Select(pair => new UdpServer(pair.Datagram, service, _options.UdpThreads, _logger))];
            LogStarted(_logger, string.Join(' ', settings.Names), string.Join(' ', Endpoints), HttpEndpoint?.ToString() ?? "none");
        }
        catch
        {
            foreach (SocketPair pair in sockets)
                pair.Dispose();
            throw;
        }
    }

    private async Task StartNodesAsync(CancellationToken cancellationToken)
    {
        foreach (NodeSource source in _sources.Where(source => source.IsOwned))
            await source.Nodes.StartAsync(cancellationToken).ConfigureAwait(false);

        // With a real list from the first answer on, if the cluster is there; without it, the nodes as configured.
        Task first = Task.WhenAll(_sources.Where(source => source.IsOwned).Select(async source =>
        {
            // The second one asks the nodes that the first one found which datacenter and rack they are in.
            await source.Nodes.RefreshAsync(cancellationToken).ConfigureAwait(false);
            await source.Nodes.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }));
        await Task.WhenAny(first, Task.Delay(FirstListPatience, _time, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task CloseAsync()
    {
        if (_stopped)
            return;

        _stopped = true;
        foreach (UdpServer server in _udp)
            await server.DisposeAsync().ConfigureAwait(false);
        foreach (TcpServer server in _tcp)
            await server.DisposeAsync().ConfigureAwait(false);
        if (_http is not null)
            await _http.DisposeAsync().ConfigureAwait(false);
        if (_publisher is not null)
            await _publisher.DisposeAsync().ConfigureAwait(false);
        _meter?.Dispose();
        _forwarder?.Dispose();
        foreach (NodeSource source in _sources.Where(source => source.IsOwned))
            await source.Nodes.DisposeAsync().ConfigureAwait(false);
    }

    private HttpAnswer? AnswerHttp(string path) => path switch
    {
        "/metrics" => new HttpAnswer(200, PrometheusText.ContentType, PrometheusText.Write(_counters, _publisher!.Status, _connections.Open)),
        "/health" => Health(_publisher!.Status),
        "/alive" => new HttpAnswer(200, "text/plain; charset=utf-8", "alive\n"),
        _ => null,
    };

    /// <summary>503 when clients had better ask another server: it drains, has no nodes, or its list has expired.</summary>
    private HttpAnswer Health(ClusterStatus status)
    {
        string state = (_draining, status) switch
        {
            (true, _) => "draining",
            (_, { Freshness: Freshness.Expired }) => "expired",
            (_, { Nodes: 0 }) => "empty",
            (_, { Freshness: Freshness.Stale }) => "stale",
            _ => "healthy",
        };
        string error = status.LastError is null ? "null" : $"\"{JsonEncodedText.Encode(status.LastError)}\"";
        string body = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"status":"{{state}}","nodes":{{status.Nodes}},"liveNodes":{{status.LiveNodes}},"ageSeconds":{{status.Age.TotalSeconds:0.###}},"error":{{error}}}""");
        return new HttpAnswer(state is "healthy" or "stale" ? 200 : 503, "application/json", body + "\n");
    }

    private static T Listening<T>(IPEndPoint endPoint, Func<T> bind)
    {
        try
        {
            return bind();
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            throw SocketPair.Explain(exception, endPoint, "HTTP");
        }
    }
}
