using Alternator.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Alternator.Aspire.Client.Lifetime;

/// <summary>
/// Makes one registered client when it is first asked for, and ends it together with what belongs to it: the discovery loop and
/// the watch on the configuration. A client that can't be made is tried again at the next request for it, so that a configuration
/// put right in the meantime counts.
/// </summary>
internal sealed class ClientHolder(ClientFactory factory, IServiceProvider services)
    : IDisposable, IAsyncDisposable
{
    private readonly Lock _making = new();
    private AlternatorDynamoDBClient? _client;
    private bool _disposed;

    public AlternatorDynamoDBClient Client
    {
        get
        {
            lock (_making)
            {
                ObjectDisposedException.ThrowIf(_disposed, typeof(AlternatorDynamoDBClient));
                return _client ??= Make();
            }
        }
    }

    public void Dispose() => End()?.Dispose();

    public ValueTask DisposeAsync() => End()?.DisposeAsync() ?? ValueTask.CompletedTask;

    private AlternatorDynamoDBClient? End()
    {
        lock (_making)
        {
            _disposed = true;
            return Interlocked.Exchange(ref _client, null);
        }
    }

    private AlternatorDynamoDBClient Make() => factory.Create(services.GetService<ILoggerFactory>());
}
