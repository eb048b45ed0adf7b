using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>What one client is made of. It travels in the client's copy of the configuration, because the SDK builds its
/// pipeline before a derived client's fields exist.</summary>
internal sealed class ClientRuntime : IDisposable, IAsyncDisposable
{
    private readonly bool _ownsNodes;
    private readonly ClientRuntime? _basis;
    private readonly RequestOptions? _options;
    private volatile RequestExecutor _executor;
    private volatile RequestExecutor? _derivedFrom;

    public ClientRuntime(AlternatorClientConfig config, AlternatorNodes nodes, bool ownsNodes)
    {
        _ownsNodes = ownsNodes;
        Config = config;
        Nodes = nodes;
        HttpClients = new NodeHttpClientFactory(nodes.Transport, config);
        PartitionKeys = new PartitionKeyNames(config.Affinity, config.TimeProvider);
        Classifier = Classify(config.Affinity.Mode);
        _executor = new RequestExecutor(nodes, config.Balancing, config.Retry, config.Hedging, config.TimeProvider);
    }

    /// <summary>What a client is made of that is another one but for some options.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ClientRuntime(AlternatorClientConfig config, ClientRuntime basis, RequestOptions options)
    {
        Config = config;
        Nodes = basis.Nodes;
        HttpClients = basis.HttpClients;
        PartitionKeys = basis.PartitionKeys;
        _basis = basis;
        _options = options;
        _derivedFrom = basis.Executor;
        _executor = options.Derive(_derivedFrom, Hedging);
        Classifier = options.Affinity is { } mode ? Classify(mode) : basis.Classifier;
    }

    public AlternatorClientConfig Config { get; }

    public AlternatorNodes Nodes { get; }

    /// <summary>Another one after <see cref="Reconfigure"/>: a request keeps the one that it began with.</summary>
    public RequestExecutor Executor => _basis is null ? _executor : Derived(_basis);

    public PartitionKeyNames PartitionKeys { get; }

    public RequestClassifier Classifier { get; }

    /// <summary>The SDK's handlers as they were when this client's parts had been put among them.</summary>
    public IReadOnlyList<IPipelineHandler> HandlersAsBuilt { get; set; } = [];

    /// <summary>The transport for the SDK's chain.</summary>
    public NodeHttpClientFactory HttpClients { get; }

    /// <summary>The way past the SDK's chain; null while the client is being made.</summary>
    public FastPath? Fast { get; set; }

    private HedgingOptions Hedging
    {
        get
        {
            HedgingOptions hedging = (_basis?.Hedging ?? Config.Hedging).Copy();
            hedging.Enabled = _options?.Hedging ?? hedging.Enabled;
            return hedging;
        }
    }

    /// <summary>Takes over what can change while requests run.</summary>
    public void Reconfigure(AlternatorClientConfig config)
    {
        if (_basis is not null)
            throw new InvalidOperationException("This client takes its settings from the one whose With method made it: reconfigure that.");
        // All checks come first, so that a mistake changes nothing.
        Config.TakeOver(config, _ownsNodes);
        _executor = new RequestExecutor(Nodes, Config.Balancing, Config.Retry, Config.Hedging, Config.TimeProvider);
    }

    public ValueTask DisposeAsync()
    {
        if (_basis is not null)
            return ValueTask.CompletedTask;
        PartitionKeys.Dispose();
        HttpClients.Dispose();
        return _ownsNodes ? Nodes.DisposeAsync() : ValueTask.CompletedTask;
    }

    // The SDK's Dispose is synchronous. The nodes' loops are told to stop, and end by themselves.
    public void Dispose()
    {
        if (_basis is not null)
            return;
        PartitionKeys.Dispose();
        HttpClients.Dispose();
        if (_ownsNodes)
            Nodes.Dispose();
    }

    private RequestClassifier Classify(AffinityMode mode)
    {
        if (mode != AffinityMode.None)
            Nodes.WantAffinity();
        return new RequestClassifier(mode, PartitionKeys);
    }

    // Two requests may both notice that the basis was reconfigured: then one executor is made for nothing.
    private RequestExecutor Derived(ClientRuntime basis)
    {
        RequestExecutor current = basis.Executor;
        if (!ReferenceEquals(current, _derivedFrom))
        {
            _executor = _options!.Derive(current, Hedging);
            _derivedFrom = current;
        }
        return _executor;
    }
}
