using System.Collections.Concurrent;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Tables;

namespace Aspire.Hosting.Health;

/// <summary>What a node says of itself in its own row of <c>system.local</c>. What it doesn't say is null.</summary>
internal sealed record NodeRow(string? Address, string? Datacenter, string? Rack, string? HostId);

/// <summary>
/// Reads single nodes as the role that services sign as: not through our own client, which would go to another node. The client of a node is made once and used for
/// every check, until the application ends.
/// </summary>
internal sealed class NodeReads : IDisposable
{
    public const string Table = ".scylla.alternator.system.local";

    private readonly ConcurrentDictionary<(Uri Address, string AccessKey, string SecretKey), Lazy<AmazonDynamoDBClient>> _clients = new();

    /// <summary>The client of one node.</summary>
    public async Task<AmazonDynamoDBClient> ClientAsync(IAlternatorResource alternator, Uri address, CancellationToken cancellationToken)
    {
        string accessKey = (await alternator.AccessKeyExpression.GetValueAsync(cancellationToken).ConfigureAwait(false))!;
        string secretKey = (await alternator.SecretKeyExpression.GetValueAsync(cancellationToken).ConfigureAwait(false))!;
        return _clients.GetOrAdd((address, accessKey, secretKey), _ => new(() => new AmazonDynamoDBClient(new BasicAWSCredentials(accessKey, secretKey), new AmazonDynamoDBConfig
        {
            ServiceURL = address.ToString(),
            AuthenticationRegion = alternator.Region,
            // A connection that was kept may have died with the node's last run.
            MaxErrorRetry = 1,
            Timeout = TimeSpan.FromSeconds(5),
        }))).Value;
    }

    /// <summary>The node's own row. A role without the right to read it has been answered too, and gets null.</summary>
    public async Task<NodeRow?> RowAsync(IAlternatorResource alternator, Uri address, CancellationToken cancellationToken)
    {
        AmazonDynamoDBClient client = await ClientAsync(alternator, address, cancellationToken).ConfigureAwait(false);
        try
        {
            ScanResponse response = await client.ScanAsync(new ScanRequest
            {
                TableName = Table,
                ProjectionExpression = "rpc_address, data_center, rack, host_id",
            }, cancellationToken).ConfigureAwait(false);
            Dictionary<string, AttributeValue> row = response.Items?.FirstOrDefault() ?? [];
            string? Value(string attribute) => row.GetValueOrDefault(attribute)?.S;
            return new NodeRow(Value("rpc_address"), Value("data_center"), Value("rack"), Value("host_id"));
        }
        catch (AmazonDynamoDBException e) when (e.ErrorCode == "AccessDeniedException")
        {
            return null;
        }
    }

    /// <summary>The node's release; null when it doesn't tell.</summary>
    public async Task<string?> ReleaseAsync(IAlternatorResource alternator, Uri address, CancellationToken cancellationToken) =>
        await ServerRelease.VersionAsync(await ClientAsync(alternator, address, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    public void Dispose()
    {
        foreach (Lazy<AmazonDynamoDBClient> client in _clients.Values)
        {
            if (client.IsValueCreated)
                client.Value.Dispose();
        }
    }
}
