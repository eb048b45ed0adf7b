using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>What one client is made of. It travels in the client's copy of the configuration, because the SDK builds its
/// pipeline before a derived client's fields exist.</summary>
internal sealed class ClientRuntime : IDisposable, IAsyncDisposable
{
    private readonly bool _ownsNodes;

    public ClientRuntime(AlternatorClientConfig config, AlternatorNodes nodes, bool ownsNodes)
    {
        _ownsNodes = ownsNodes;
        Config = config;
        Nodes = nodes;
        HttpClients = new NodeHttpClientFactory(nodes.Transport, config);
        PartitionKeys = new PartitionKeyNames(config.Affinity, config.TimeProvider);
        Classifier = new RequestClassifier(config.Affinity, PartitionKeys);
        if (config.Affinity.Mode != AffinityMode.None)
            nodes.WantAffinity();
        Executor = new RequestExecutor(nodes, config.Balancing, config.Retry, config.Hedging, config.TimeProvider);
    }

    public AlternatorClientConfig Config { get; }

    public AlternatorNodes Nodes { get; }

    /// <summary>Another one after <see cref="Reconfigure"/>: a request keeps the one that it began with.</summary>
    public RequestExecutor Executor { get; private set; }

    public PartitionKeyNames PartitionKeys { get; }

    public RequestClassifier Classifier { get; }

    /// <summary>The SDK's handlers as they were when this client's parts had been put among them.</summary>
    public IReadOnlyList<IPipelineHandler> HandlersAsBuilt { get; set; } = [];

    /// <summary>The transport for the SDK's chain.</summary>
    public NodeHttpClientFactory HttpClients { get; }

    /// <summary>Takes over what can change while requests run.</summary>
    public void Reconfigure(AlternatorClientConfig config)
    {
        // All checks come first, so that a mistake changes nothing.
        Config.TakeOver(config, _ownsNodes);
        Executor = new RequestExecutor(Nodes, Config.Balancing, Config.Retry, Config.Hedging, Config.TimeProvider);
    }

    public ValueTask DisposeAsync()
    {
        PartitionKeys.Dispose();
        HttpClients.Dispose();
        return _ownsNodes ? Nodes.DisposeAsync() : ValueTask.CompletedTask;
    }

    // The SDK's Dispose is synchronous. The nodes' loops are told to stop, and end by themselves.
    public void Dispose()
    {
        PartitionKeys.Dispose();
        HttpClients.Dispose();
        if (!_ownsNodes)
            return;
        Task stopping = Nodes.DisposeAsync().AsTask();
        _ = stopping.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
