using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Alternator.Client;

/// <summary>
/// An <see cref="IAmazonDynamoDB"/> for a ScyllaDB Alternator cluster: every request goes to a live node of the routing scope, and
/// on to another one when that fails. Safe for concurrent use; make one and keep it.
/// <para>Creating it does no I/O: nodes are looked for in the background from the first request on, or from
/// <see cref="AlternatorNodes.StartAsync"/>.</para>
/// </summary>
public sealed partial class AlternatorDynamoDBClient : AmazonDynamoDBClient, IAsyncDisposable
{
    private readonly FastPath _fast;
    private volatile bool _disposed;

    /// <summary>Creates a client from a connection string; without keys in it, requests aren't signed.</summary>
    /// <param name="connectionString">See <see cref="AlternatorConnectionString"/>.</param>
    /// <exception cref="FormatException">It isn't a connection string; the message says why.</exception>
    public AlternatorDynamoDBClient(string connectionString)
        : this(new AlternatorClientConfig(connectionString))
    {
    }

    /// <summary>Creates a client that signs with <see cref="ClientConfig.DefaultAWSCredentials"/>, and doesn't sign when there are none.</summary>
    /// <param name="config">The settings; a copy is taken.</param>
    public AlternatorDynamoDBClient(AlternatorClientConfig config)
        : this(config, null, null)
    {
    }

    /// <summary>Creates a client that signs with credentials of any AWS type.</summary>
    /// <param name="credentials">The credentials: access key = role, secret key = its salted hash.</param>
    /// <param name="config">The settings; a copy is taken.</param>
    public AlternatorDynamoDBClient(AWSCredentials credentials, AlternatorClientConfig config)
        : this(config, null, credentials ?? throw new ArgumentNullException(nameof(credentials)))
    {
    }

    /// <summary>Creates a client on top of nodes that it shares with others: disposing it leaves them as they are.</summary>
    /// <param name="nodes">The cluster; started with the first request if it isn't.</param>
    /// <param name="config">The settings; a copy is taken. Its <see cref="AlternatorClientConfig.Nodes"/> isn't used.</param>
    /// <param name="credentials">The credentials; by default those of the configuration, and none if it has none.</param>
    public AlternatorDynamoDBClient(AlternatorNodes nodes, AlternatorClientConfig config, AWSCredentials? credentials = null)
        : this(config, nodes ?? throw new ArgumentNullException(nameof(nodes)), credentials)
    {
    }

    private AlternatorDynamoDBClient(AlternatorClientConfig config, AlternatorNodes? nodes, AWSCredentials? credentials)
        : base(
            credentials ?? (config ?? throw new ArgumentNullException(nameof(config))).DefaultAWSCredentials ?? new AnonymousAWSCredentials(),
            (config ?? throw new ArgumentNullException(nameof(config))).CopyWithRuntime(nodes))
    {
        Runtime.PartitionKeys.Source = new DescribedPartitionKeys(this);
        _fast = MakeFastPath();
    }

    private AlternatorDynamoDBClient(AlternatorDynamoDBClient basis, RequestOptions options)
        : base(basis.ExplicitAWSCredentials, ((AlternatorClientConfig)basis.Config).CopyWithOptions(options)) =>
        _fast = MakeFastPath();

    /// <summary>The cluster that this client uses.</summary>
    public AlternatorNodes Nodes => Runtime.Nodes;

    private ClientRuntime Runtime => ((AlternatorClientConfig)Config).Runtime!;

    /// <summary>Disposes the client, and its <see cref="Nodes"/> unless they were given to it, without blocking.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await Runtime.DisposeAsync().ConfigureAwait(false);
        Dispose();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            Runtime.Dispose();
        }
        base.Dispose(disposing);
    }

    // Called by the base constructor: what it needs travels in the configuration.
    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        SdkChain.Customize(pipeline, Runtime);
    }

    // Customizers have been applied to the pipeline by now.
    private FastPath MakeFastPath()
    {
        bool pipelineIsAsBuilt = RuntimePipeline.Handlers.SequenceEqual(Runtime.HandlersAsBuilt);
        var credentials = new CredentialSource(ExplicitAWSCredentials);
        return Runtime.Fast = new FastPath(Runtime, credentials, new FastPathGate(this, Runtime.Config, credentials, pipelineIsAsBuilt));
    }

    // The chain throws for a client that is disposed and for a request that is null.
    private FastPath? FastFor(AmazonWebServiceRequest? request) => !_disposed && _fast.IsOpenFor(request) ? _fast : null;
}
