using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;

namespace Alternator.Client;

/// <summary>
/// Everything an <see cref="AlternatorDynamoDBClient"/> needs: the AWS SDK's own settings, and ours beside them. A client takes
/// a copy when it is made; later changes have no effect on it.
/// <para>What the SDK would otherwise take from <c>AWS_*</c> environment variables and profiles (endpoints, endpoint discovery,
/// retry mode, compression, dual stack, FIPS, checksums, application id) is fixed here and changes only by being set.</para>
/// </summary>
public sealed class AlternatorClientConfig : AmazonDynamoDBConfig
{
    /// <summary>The region that requests are signed for unless another one is set. Alternator takes any.</summary>
    public const string DefaultRegion = "us-east-1";

    /// <summary>Creates a configuration with no endpoint yet: add one to <see cref="Nodes"/>.</summary>
    public AlternatorClientConfig()
    {
        IgnoreConfiguredEndpointUrls = true;
        DefaultConfigurationMode = DefaultConfigurationMode.Standard;
        EndpointDiscoveryEnabled = false;
        RetryMode = RequestRetryMode.Standard;
        MaxStaleConnectionRetries = 0;
        DisableRequestCompression = true;
        RequestMinCompressionSizeBytes = 10240;
        UseDualstackEndpoint = false;
        UseFIPSEndpoint = false;
        DisableClockSkewCorrection = false;
        ClientAppId = "";
        AccountIdEndpointMode = AccountIdEndpointMode.DISABLED;
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        AuthSchemePreference = [];
        SigV4aSigningRegionSet = [];
        AuthenticationRegion = DefaultRegion;
    }

    /// <summary>Creates a configuration from a connection string.</summary>
    /// <param name="connectionString">See <see cref="AlternatorConnectionString"/>.</param>
    /// <exception cref="FormatException">It isn't a connection string; the message says why.</exception>
    public AlternatorClientConfig(string connectionString)
        : this(AlternatorConnectionString.Parse(connectionString))
    {
    }

    /// <summary>Creates a configuration from a connection string; its keys become <see cref="ClientConfig.DefaultAWSCredentials"/>.</summary>
    /// <param name="connectionString">The connection string.</param>
    public AlternatorClientConfig(AlternatorConnectionString connectionString)
        : this()
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        foreach (Uri endpoint in connectionString.Endpoints)
            Nodes.Endpoints.Add(endpoint);
        Nodes.Scope = connectionString.Scope;
        Nodes.Tls.CaFile = connectionString.CaFile;
        Nodes.Tls.ServerName = connectionString.ServerName;
        if (connectionString.Region is { } region)
            AuthenticationRegion = region;
        if (connectionString is { AccessKey: { } accessKey, SecretKey: { } secretKey })
            Nodes.Credentials = DefaultAWSCredentials = new BasicAWSCredentials(accessKey, secretKey);
    }

    /// <summary>The cluster; not used when a client is made on top of <see cref="AlternatorNodes"/> of one's own.</summary>
    public AlternatorNodesOptions Nodes { get; private set; } = new();

    /// <summary>How requests are spread over the nodes.</summary>
    public BalancingOptions Balancing { get; private set; } = new();

    /// <summary>
    /// When a request goes to another node, and when it is given up. <see cref="ClientConfig.MaxErrorRetry"/> and
    /// <see cref="ClientConfig.Timeout"/>, where set, stand for <see cref="RetryOptions.MaxAttempts"/> less one and
    /// <see cref="RetryOptions.AttemptTimeout"/>.
    /// </summary>
    public RetryOptions Retry { get; private set; } = new();

    /// <summary>Reads that are sent to a second node when the first takes long.</summary>
    public HedgingOptions Hedging { get; private set; } = new();

    /// <summary>Whether writes of one item go to one node.</summary>
    public AffinityOptions Affinity { get; private set; } = new();

    /// <summary>Compression of bodies.</summary>
    public CompressionOptions Compression { get; private set; } = new();

    /// <summary>What is sent beside the request itself.</summary>
    public WireOptions Wire { get; private set; } = new();

    /// <summary>Where changes of the cluster are logged. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>What the client that uses this configuration is made of; set on its copy only.</summary>
    internal ClientRuntime? Runtime { get; private set; }

    /// <summary>The copy that a client keeps, with what it is made of.</summary>
    /// <param name="nodes">The cluster, when it isn't to be made from <see cref="Nodes"/>.</param>
    internal AlternatorClientConfig CopyWithRuntime(AlternatorNodes? nodes)
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        var copy = (AlternatorClientConfig)MemberwiseClone();
        copy.Retry = RetryInEffect();
        copy.Hedging = Hedging.Copy();
        copy.Compression = Compression.Copy();
        copy.Wire = Wire.Copy();
        bool ownsNodes = nodes is null;
        nodes ??= new AlternatorNodes(Nodes, LoggerFactory, TimeProvider);
        copy.Nodes = nodes.Options;
        // Never contacted: the SDK's endpoint rules want a URL before a node is chosen.
        copy.ServiceURL = nodes.Options.Endpoints[0].AbsoluteUri;
        copy.Runtime = new ClientRuntime(copy, nodes, ownsNodes);
        // A factory of the caller's is honoured: then everything goes through it.
        copy.HttpClientFactory ??= copy.Runtime.HttpClients;
        return copy;
    }

    /// <summary>The copy for a client that is the one of this configuration but for some options; what may change while requests run is common.</summary>
    internal AlternatorClientConfig CopyWithOptions(RequestOptions options)
    {
        var copy = (AlternatorClientConfig)MemberwiseClone();
        copy.Runtime = new ClientRuntime(copy, Runtime!, options);
        return copy;
    }

    /// <summary>Takes from another configuration what can change while requests run; checks all of it before anything changes.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    internal void TakeOver(AlternatorClientConfig other, bool withNodes)
    {
        RetryOptions retry = other.RetryInEffect();
        HedgingOptions hedging = other.Hedging.Copy();
        CompressionOptions compression = other.Compression.Copy();
        _ = other.Balancing.Create(other.TimeProvider, Random.Shared);
        if (withNodes)
            Nodes.TakeOver(other.Nodes);
        (Retry, Hedging, Balancing) = (retry, hedging, other.Balancing);
        Compression.CompressRequests = compression.CompressRequests;
        Compression.RequestThreshold = compression.RequestThreshold;
    }

    private RetryOptions RetryInEffect()
    {
        RetryOptions retry = Retry.Copy();
        if (IsMaxErrorRetrySet)
            retry.MaxAttempts = Math.Max(0, MaxErrorRetry) + 1;
        if (Timeout is { } timeout && timeout > TimeSpan.Zero)
            retry.AttemptTimeout = timeout;
        return retry;
    }
}
