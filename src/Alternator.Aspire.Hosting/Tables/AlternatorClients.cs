using System.Collections.Concurrent;
using Amazon.DynamoDBv2;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Tables;

/// <summary>One client per cluster for everything that the AppHost does itself; closed with the AppHost.</summary>
internal sealed class AlternatorClients : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<IAmazonDynamoDB>>> _clients = new(StringComparer.Ordinal);

    public async Task<IAmazonDynamoDB> ForAsync(IAlternatorResource alternator, CancellationToken cancellationToken)
    {
        IAlternatorResource root = alternator is AlternatorTableResource table ? table.Parent : alternator;
        Lazy<Task<IAmazonDynamoDB>> client = _clients.GetOrAdd(root.Name, _ => new(() => TableClients.CreateAsync(root, CancellationToken.None)));
        try
        {
            return await client.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch when (client.Value.IsFaulted)
        {
            _clients.TryRemove(new(root.Name, client));
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<IAmazonDynamoDB>> client in _clients.Values)
        {
            if (client.IsValueCreated && client.Value.IsCompletedSuccessfully)
                await ((IAsyncDisposable)await client.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }
}
