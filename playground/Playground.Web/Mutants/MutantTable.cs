using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Playground.Web.Mutants;

/// <summary>The mutants with <see cref="IAmazonDynamoDB"/>. A batch may be answered in part; what is left is asked for again.</summary>
public sealed class MutantTable(IAmazonDynamoDB dynamoDb) : IMutants
{
    public const string Table = "mutant_data";

    public Task<bool> CreateTableAsync(CancellationToken cancellationToken) => Tables.CreateIfMissingAsync(dynamoDb, new()
    {
        TableName = Table,
        KeySchema = [new("last_name", KeyType.HASH)],
        AttributeDefinitions = [new("last_name", ScalarAttributeType.S)],
        BillingMode = BillingMode.PAY_PER_REQUEST,
    }, cancellationToken);

    public Task<bool> DeleteTableAsync(CancellationToken cancellationToken) => Tables.DeleteIfThereAsync(dynamoDb, Table, cancellationToken);

    public async Task WriteAsync(IReadOnlyList<Mutant> mutants, CancellationToken cancellationToken)
    {
        var left = new Dictionary<string, List<WriteRequest>>
        {
            [Table] = [.. mutants.Select(mutant => new WriteRequest(new PutRequest(ItemOf(mutant))))],
        };
        while (left is { Count: > 0 })
            left = (await dynamoDb.BatchWriteItemAsync(new BatchWriteItemRequest(left), cancellationToken)).UnprocessedItems;
    }

    public async Task<IReadOnlyList<Mutant>> GetAsync(IReadOnlyList<string> lastNames, CancellationToken cancellationToken)
    {
        var found = new List<Mutant>();
        var left = new Dictionary<string, KeysAndAttributes>
        {
            [Table] = new() { Keys = [.. lastNames.Select(name => new Dictionary<string, AttributeValue> { ["last_name"] = new(name) })] },
        };
        while (left is { Count: > 0 })
        {
            var page = await dynamoDb.BatchGetItemAsync(new BatchGetItemRequest(left), cancellationToken);
            found.AddRange((page.Responses?.GetValueOrDefault(Table) ?? []).Select(item =>
                new Mutant(item["last_name"].S, item.GetValueOrDefault("first_name")?.S, item.GetValueOrDefault("address")?.S)));
            left = page.UnprocessedKeys;
        }
        return found;
    }

    private static Dictionary<string, AttributeValue> ItemOf(Mutant mutant)
    {
        var item = new Dictionary<string, AttributeValue> { ["last_name"] = new(mutant.LastName) };
        if (mutant.FirstName is { } firstName)
            item["first_name"] = new(firstName);
        if (mutant.Address is { } address)
            item["address"] = new(address);
        return item;
    }
}
