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
        Executor = new RequestExecutor(nodes, config.Balancing, config.Retry, config.Hedging, config.TimeProvider);
    }

    public AlternatorClientConfig Config { get; }

    public AlternatorNodes Nodes { get; }

    public RequestExecutor Executor { get; }

    /// <summary>The transport for the SDK's chain.</summary>
    public NodeHttpClientFactory HttpClients { get; }

    public ValueTask DisposeAsync()
    {
        HttpClients.Dispose();
        return _ownsNodes ? Nodes.DisposeAsync() : ValueTask.CompletedTask;
    }

    // The SDK's Dispose is synchronous. The nodes' loops are told to stop, and end by themselves.
    public void Dispose()
    {
        HttpClients.Dispose();
        if (!_ownsNodes)
            return;
        Task stopping = Nodes.DisposeAsync().AsTask();
        _ = stopping.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
