using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

/// <summary>Learns partition keys by the client's own DescribeTable.</summary>
internal sealed class DescribedPartitionKeys(IAmazonDynamoDB client) : IPartitionKeySource
{
    public async Task<string?> GetPartitionKeyAsync(string table, CancellationToken cancellationToken)
    {
        DescribeTableResponse described = await client.DescribeTableAsync(table, cancellationToken).ConfigureAwait(false);
        return described.Table?.KeySchema?.Find(key => key.KeyType == KeyType.HASH)?.AttributeName;
    }
}
