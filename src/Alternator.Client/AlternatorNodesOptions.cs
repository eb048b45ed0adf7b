namespace Alternator.Client;

/// <summary>Which cluster to use and how to keep track of its nodes.</summary>
public sealed class AlternatorNodesOptions
{
    /// <summary>
    /// Nodes to begin with, as <c>http://host:port</c> or <c>https://host:port</c>, by name or address. One that answers is enough;
    /// for the whole cluster give one of each datacenter at least. Once the cluster has told its nodes, these are only asked
    /// for the list when no other node answers.
    /// </summary>
    public IList<Uri> Endpoints { get; } = [];

    /// <summary>The nodes that requests may go to. Default: <see cref="RoutingScope.Cluster"/>.</summary>
    public RoutingScope Scope { get; set; } = RoutingScope.Cluster;

    /// <summary>How nodes are found.</summary>
    public DiscoveryOptions Discovery { get; private init; } = new();

    /// <summary>When a node counts as active, quarantined or down.</summary>
    public NodeHealthOptions Health { get; private init; } = new();

    /// <summary>TLS towards the nodes, for requests, discovery and probes alike.</summary>
    public TlsOptions Tls { get; private init; } = new();

    /// <summary>The connections to each node.</summary>
    public ConnectionOptions Connections { get; private init; } = new();

    /// <summary>What <see cref="AlternatorNodes.StartAsync"/> waits for. Default: <see cref="StartPolicy.DontWait"/>.</summary>
    public StartPolicy Start { get; set; } = StartPolicy.DontWait;

    /// <summary>
    /// Whether every node is asked which datacenter and rack it is in, so that <see cref="AlternatorNode.Datacenter"/> and
    /// <see cref="AlternatorNode.Rack"/> are known. Needs the right to read system tables where permissions are enforced. Default: false;
    /// then they are known of endpoints that had to be asked who they are.
    /// </summary>
    public bool IdentifyNodes { get; set; }

    /// <summary>
    /// How addresses that the cluster lists become endpoints that this process reaches. Default: <see cref="AddressTranslationMode.Auto"/>.
    /// </summary>
    public AddressTranslationMode AddressTranslation { get; set; } = AddressTranslationMode.Auto;

    /// <summary>A translation of one's own, asked before any other. Default: none.</summary>
    public IAddressTranslator? AddressTranslator { get; set; }

    /// <summary>
    /// The keys with which a listed endpoint is asked which node it is, where the cluster demands keys. Default: none, the question goes
    /// unsigned. A client made from a connection string puts its own keys here.
    /// </summary>
    public Amazon.Runtime.AWSCredentials? Credentials { get; set; }

    /// <summary>Half-life of the latency score that the balancer compares. Default: 2 s.</summary>
    public TimeSpan LatencyHalfLife { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>A checked copy, so that later changes by the caller have no effect.</summary>
    /// <exception cref="ArgumentException">A setting is missing or out of its range.</exception>
    internal AlternatorNodesOptions Copy()
    {
        if (Endpoints.Count == 0)
        {
            throw new ArgumentException("Endpoints needs at least one node, such as http://node1:8000.", nameof(Endpoints));
        }
        ArgumentNullException.ThrowIfNull(Scope);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(LatencyHalfLife, TimeSpan.Zero);
        if (!Discovery.Enabled && Scope != RoutingScope.Cluster)
        {
            throw new ArgumentException($"The scope '{Scope}' needs discovery, which is switched off.", nameof(Scope));
        }
        var copy = new AlternatorNodesOptions
        {
            Scope = Scope,
            Discovery = Discovery.Copy(),
            Health = Health.Copy(),
            Tls = Tls.Copy(),
            Connections = Connections.Copy(),
            Start = Start,
            IdentifyNodes = IdentifyNodes,
            AddressTranslation = AddressTranslation,
            AddressTranslator = AddressTranslator,
            Credentials = Credentials,
            LatencyHalfLife = LatencyHalfLife,
        };
        foreach (Uri endpoint in Endpoints)
        {
            copy.Endpoints.Add(new Uri(CanonicalEndpoint.Of(endpoint)));
        }
        return copy;
    }

    /// <summary>Takes the intervals and thresholds of other options into these, which loops are reading meanwhile.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; then nothing has changed.</exception>
    internal void TakeOver(AlternatorNodesOptions other)
    {
        DiscoveryOptions discovery = other.Discovery.Copy();
        NodeHealthOptions health = other.Health.Copy();
        Discovery.TakeOver(discovery);
        Health.TakeOver(health);
    }
}
