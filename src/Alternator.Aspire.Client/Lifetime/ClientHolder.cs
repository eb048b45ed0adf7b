using Alternator.Aspire.Client.Configuration;
using Alternator.Aspire.Client.HealthChecks;
using Alternator.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Alternator.Aspire.Client.Lifetime;

/// <summary>
/// Makes one registered client when it is first asked for, and ends it together with what belongs to it: the discovery loop and
/// the watch on the configuration. A client that can't be made is tried again at the next request for it, so that a configuration
/// put right in the meantime counts.
/// </summary>
internal sealed class ClientHolder(ClientFactory factory, IServiceProvider services) : IDisposable, IAsyncDisposable
{
    private readonly Lock _making = new();
    private (AlternatorDynamoDBClient Client, SeenNodes Seen, IDisposable Reloads)? _made;
    private bool _disposed;

    public AlternatorDynamoDBClient Client => Get().Client;

    /// <summary>The client, and what the health checks have seen of its cluster.</summary>
    public (AlternatorDynamoDBClient Client, SeenNodes Seen) Get()
    {
        lock (_making)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(AlternatorDynamoDBClient));
            var made = _made ??= Make();
            return (made.Client, made.Seen);
        }
    }

    /// <summary>Makes the client and waits for its nodes, if the settings say so.</summary>
    public Task StartAsync(CancellationToken cancellationToken) =>
        factory.Reader.Read().Settings.Start is StartPolicy.DontWait ? Task.CompletedTask : Client.Nodes.StartAsync(cancellationToken);

    public void Dispose() => End()?.Dispose();

    public ValueTask DisposeAsync() => End()?.DisposeAsync() ?? ValueTask.CompletedTask;

    private AlternatorDynamoDBClient? End()
    {
        lock (_making)
        {
            _disposed = true;
            var made = _made;
            _made = null;
            made?.Reloads.Dispose();
            return made?.Client;
        }
    }

    private (AlternatorDynamoDBClient Client, SeenNodes Seen, IDisposable Reloads) Make()
    {
        var loggers = services.GetService<ILoggerFactory>();
        var (client, endpoints) = factory.Create(loggers);
        return (client, new SeenNodes(endpoints), ConfigurationReload.Watch(factory, client, loggers));
    }
}
