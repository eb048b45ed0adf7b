using Alternator.Client;

namespace Alternator.Aspire.Client;

/// <summary>
/// The settings of a ScyllaDB Alternator client. All of them can be written in configuration; the groups are the options of
/// Alternator.Client itself.
/// </summary>
public sealed class AlternatorClientSettings
{
    // The groups below are parts of the client's own configuration: what is bound to a group is bound to the client.
    // A field, because the binding generator follows every property, internal ones too.
    private readonly AlternatorClientConfig _client = new();

    /// <summary>
    /// Nodes to begin with, as <c>http://host:port</c>. One that answers is enough; for a cluster of several datacenters give one
    /// of each. The connection string's win over these.
    /// </summary>
    public IList<Uri> Endpoints => _client.Nodes.Endpoints;

    /// <summary>The datacenter to which requests are confined. Default: none, the whole cluster.</summary>
    public string? Datacenter { get; set; }

    /// <summary>The rack to which requests are confined; needs <see cref="Datacenter"/>. Default: none.</summary>
    public string? Rack { get; set; }

    /// <summary>
    /// The scopes that are used in turn while the one before has no live node: <c>datacenter dc2</c>, <c>rack dc1/rack2</c> or
    /// <c>cluster</c>. Default: none, so that no request leaves the scope.
    /// </summary>
    public IList<string> FallbackScopes { get; } = [];

    /// <summary>Where the credentials that sign requests come from. Default: <see cref="CredentialSource.Automatic"/>.</summary>
    public CredentialSource Credentials { get; set; }

    /// <summary>The access key: with authorization enforced, the name of a role of the cluster.</summary>
    public string? AccessKey { get; set; }

    /// <summary>The secret key: with authorization enforced, the salted hash of the role's password.</summary>
    public string? SecretKey { get; set; }

    /// <summary>The AWS profile to take credentials from when they come from the AWS default chain. Default: the chain's own choice.</summary>
    public string? Profile { get; set; }

    /// <summary>The region that signatures name; ScyllaDB accepts any. Default: us-east-1.</summary>
    public string? Region { get; set; }

    /// <summary>
    /// What the start of the host waits for: nothing (DontWait), the first attempt to list the nodes (WaitForFirst), or a list with nodes
    /// in it, without which the host doesn't start (Require). Default: DontWait; nodes are looked for from the first request on.
    /// </summary>
    public StartPolicy Start
    {
        get => _client.Nodes.Start;
        set => _client.Nodes.Start = value;
    }

    /// <summary>How nodes are found.</summary>
    public DiscoveryOptions Discovery => _client.Nodes.Discovery;

    /// <summary>When a node counts as active, quarantined or down.</summary>
    public NodeHealthOptions Health => _client.Nodes.Health;

    /// <summary>
    /// Whether addresses that the cluster lists are translated into the endpoints by which this process reaches the nodes. Default: Auto.
    /// </summary>
    public AddressTranslationMode AddressTranslation
    {
        get => _client.Nodes.AddressTranslation;
        set => _client.Nodes.AddressTranslation = value;
    }

    /// <summary>TLS towards the nodes.</summary>
    public TlsOptions Tls => _client.Nodes.Tls;

    /// <summary>The connections that are kept to each node.</summary>
    public ConnectionOptions Connections => _client.Nodes.Connections;

    /// <summary>Half-life of the latency score that the balancer compares. Default: 2 s.</summary>
    public TimeSpan LatencyHalfLife
    {
        get => _client.Nodes.LatencyHalfLife;
        set => _client.Nodes.LatencyHalfLife = value;
    }

    /// <summary>How requests are spread over the nodes.</summary>
    public BalancingOptions Balancing => _client.Balancing;

    /// <summary>Timeouts, and how a failed request is sent to another node.</summary>
    public RetryOptions Retry => _client.Retry;

    /// <summary>The second request to another node when the first is slow.</summary>
    public HedgingOptions Hedging => _client.Hedging;

    /// <summary>The preference of writes to one partition for one node.</summary>
    public AffinityOptions Affinity => _client.Affinity;

    /// <summary>Compression of bodies.</summary>
    public CompressionOptions Compression => _client.Compression;

    /// <summary>Headers that are sent beside the request itself.</summary>
    public WireOptions Wire => _client.Wire;

    /// <summary>Whether the health check of the client is left out. Default: false.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>How long the health check may take before it counts as failed. Default: 5 s.</summary>
    public TimeSpan? HealthCheckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the client's traces are left out of the application's. Default: false.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Whether the client's metrics are left out of the application's. Default: false.</summary>
    public bool DisableMetrics { get; set; }

    /// <summary>The client's configuration, as far as the settings are part of it.</summary>
    internal AlternatorClientConfig ClientConfig() => _client;
}
