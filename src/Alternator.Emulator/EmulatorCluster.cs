using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Alternator.Emulator.Auth;
using Alternator.Emulator.Control;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Faults;
using Alternator.Emulator.Nodes;
using Alternator.Emulator.Protocol;
using Alternator.Emulator.SystemTables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Alternator.Emulator;

/// <summary>
/// An emulated cluster of ScyllaDB Alternator nodes inside this process. It is not ScyllaDB: it follows Alternator's
/// documented behaviour, keeps everything in memory and replicates nothing, for all nodes share one store.
/// </summary>
/// <remarks>
/// One HTTP server carries all nodes. Every node owns its listening sockets, so that it can really refuse; what it accepts
/// goes to the server, which finds the node by the connection. An API request is answered by the engine that all nodes
/// share, after the node's faults have had their say.
/// <code>
/// await using var cluster = await EmulatorCluster.StartAsync(new() { Nodes = 3 });
/// await cluster.Nodes[1].StopAsync();
/// </code>
/// </remarks>
public sealed partial class EmulatorCluster : IAsyncDisposable
{
    private readonly EmulatorOptions _options;
    private readonly AlternatorEngine _engine;
    private readonly NodeServer _server;
    private readonly Chance _chance;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private bool _serving;
    private int _disposed;

    private EmulatorCluster(EmulatorOptions options)
    {
        _options = options;
        _chance = new Chance(options.Seed);
        Membership = new Membership(options.TimeProvider, options.NoticeDelay);
        ILoggerFactory loggers = options.LoggerFactory ?? NullLoggerFactory.Instance;
        var running = new RunningRequests();
        var settings = new LiveSettings(options);
        _engine = new AlternatorEngine(EngineSettings.Of(options) with
        {
            SystemTables = new ClusterTables(options, settings, Membership, running),
            AllowsIndexesOnTablets = Membership.AllowsIndexesOnTablets,
        });
        settings.Store = _engine;
        var signatures = new SignatureCheck(options, settings, loggers.CreateLogger("Alternator.Emulator.Auth"));
        var api = new ApiEndpoint(_engine, options, settings, signatures, loggers.CreateLogger("Alternator.Emulator.Api"));
        ControlEndpoint? control = options.Control ? new ControlEndpoint(this) : null;
        if (options.HttpsPort is not null) Certificate = options.Certificate ?? NodeCertificate.Make(options);
        _server = new NodeServer(
            new NodeApplication(api, new ClusterPages(Membership), new FaultyNode(api, _chance), control, running, settings),
            Certificate,
            loggers);
    }

    /// <summary>Starts a cluster; when the task completes every node serves.</summary>
    /// <param name="options">Settings; null takes the defaults.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="ArgumentException">A setting can't be; the message names it.</exception>
    /// <exception cref="Microsoft.AspNetCore.Connections.AddressInUseException">A port is taken; the message says what to do.</exception>
    public static async Task<EmulatorCluster> StartAsync(EmulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EmulatorOptions();
        OptionsCheck.ThrowIfImpossible(options);
        var cluster = new EmulatorCluster(options with { });
        try
        {
            cluster.LoadSnapshotFile();
            await cluster.OpenAllAsync(cancellationToken).ConfigureAwait(false);
            cluster._serving = true;
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Raised when the <see cref="EmulatorNode.State"/> of a node has changed, whoever changed it: code, or the control endpoint. When it is raised the node listens, or refuses, as its
    /// state says. Handlers run on the thread that made the change and hold it up; what they throw goes to whoever made it. Disposing stops the nodes, and is told too.
    /// </summary>
    public event EventHandler<EmulatorNode>? NodeStateChanged;

    /// <summary>The nodes, in the order of their joining; a new list after a node joined or left.</summary>
    public IReadOnlyList<EmulatorNode> Nodes => Membership.Nodes;

    /// <summary>The port of all nodes; with <see cref="NodeAddressing.OneAddress"/> the first node's.</summary>
    public int Port { get; private set; }

    /// <summary>The port of all nodes for HTTPS; null without HTTPS.</summary>
    public int? HttpsPort { get; private set; }

    /// <summary>The certificate of the HTTPS ports; null without HTTPS. A client must trust it, or its issuer.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>A connection string that lists every node: <c>Endpoints=http://127.0.0.1:8000,http://127.0.0.2:8000</c>…</summary>
    /// <remarks>It holds credentials when <see cref="EmulatorOptions.EnforceAuthorization"/> is set.</remarks>
    public string ConnectionString => ConnectionStringOf(node => node.Endpoint);

    /// <summary>
    /// The same with the nodes' HTTPS endpoints; null without HTTPS. A client must be told to trust <see cref="Certificate"/>, for example by
    /// <c>;CaFile=…</c> with a file of its <see cref="X509Certificate2.ExportCertificatePem()"/>.
    /// </summary>
    public string? HttpsConnectionString => HttpsPort is null ? null : ConnectionStringOf(node => node.HttpsEndpoint!);

    /// <summary>Where the control endpoint listens; null when it is switched off.</summary>
    public Uri? ControlEndpoint => _server.Control is { } control ? new Uri($"http://{control.EndPoint}") : null;

    internal Membership Membership { get; }

    internal EmulatorOptions Options => _options;

    /// <summary>The node of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those that exist.</exception>
    public EmulatorNode Node(string name) =>
        Nodes.FirstOrDefault(n => n.Name == name)
        ?? throw new KeyNotFoundException($"There is no node '{name}'; the nodes are {string.Join(", ", Nodes.Select(n => n.Name))}.");

    /// <summary>Cuts the given nodes off from the others, both ways: after the notice delay neither side lists the other. Clients reach both.</summary>
    public void Partition(params IReadOnlyCollection<EmulatorNode> side) => Membership.Cut(side);

    /// <summary>Cuts a whole datacenter off from the others.</summary>
    public void PartitionDatacenter(string datacenter) => Membership.Cut([.. Nodes.Where(n => n.Datacenter == datacenter)]);

    /// <summary>Ends all partitions.</summary>
    public void Heal() => Membership.Heal();

    /// <summary>Ends every fault and partition and starts every stopped node.</summary>
    public async Task ReviveAllAsync()
    {
        Heal();
        foreach (EmulatorNode node in Nodes) await node.ReviveAsync().ConfigureAwait(false);
    }

    /// <summary>Writes all tables with their items to a file, while the cluster serves.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    public void SaveSnapshot(string path) => _engine.SaveSnapshot(path);

    /// <summary>Replaces all tables and items by those of a file that <see cref="SaveSnapshot"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is no snapshot; then nothing has changed.</exception>
    public void LoadSnapshot(string path) => _engine.LoadSnapshot(path);

    /// <summary>Deletes items whose time to live is over now, instead of at the end of <see cref="EmulatorOptions.TtlPeriod"/>: for tests with a clock of their own.</summary>
    public void DeleteExpiredItems() => _engine.DeleteExpired();

    /// <summary>Ends all connections, closes the ports and, with a snapshot file, writes it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _ending.CancelAsync().ConfigureAwait(false);
        foreach (EmulatorNode node in Nodes) await node.StopAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        if (_serving && _options.SnapshotFile is { } file) SaveSnapshot(file);
        _engine.Dispose();
        if (_options.Certificate is null) Certificate?.Dispose();
        _changing.Dispose();
        _ending.Dispose();
    }

    internal void OnNodeStateChanged(EmulatorNode node) => NodeStateChanged?.Invoke(this, node);

    private string ConnectionStringOf(Func<EmulatorNode, Uri> endpoint)
    {
        string endpoints = "Endpoints=" + string.Join(',', Nodes.Select(n => endpoint(n).GetLeftPart(UriPartial.Authority)));
        EmulatorRole? role = _options.EnforceAuthorization ? EngineSettings.Roles(_options).FirstOrDefault(r => r is { CanLogin: true, Secret: not null }) : null;
        return role is null ? endpoints : $"{endpoints};AccessKey={Quoted(role.Name)};SecretKey={Quoted(role.Secret!)}";

        static string Quoted(string value) => value.AsSpan().IndexOfAny(";\"") >= 0 || value != value.Trim() ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }

    private void LoadSnapshotFile()
    {
        if (_options.SnapshotFile is not { } file || !File.Exists(file)) return;
        try
        {
            _engine.LoadSnapshot(file);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw OptionsCheck.Impossible(nameof(EmulatorOptions.SnapshotFile), $"{file} can't be read as a snapshot: {e.Message}");
        }
    }
}
