using System.Diagnostics.CodeAnalysis;
using Alternator.Client;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.DataModel;
using Amazon.DynamoDBv2.Model;

namespace Alternator.AotSample;

/// <summary>The client alone: item operations, the others, errors, paginators, and the object mapper.</summary>
internal static class Operations
{
    // The object mapper makes lists by reflection: what it is to make has to be kept.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor | DynamicallyAccessedMemberTypes.PublicMethods, typeof(List<string>))]
    public static async Task RunAsync(string connectionString)
    {
        var config = new AlternatorClientConfig(connectionString) { Compression = { CompressRequests = true, RequestThreshold = 200, AcceptResponses = ResponseCompression.All } };
        await using var client = new AlternatorDynamoDBClient(config);
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = "aot",
            KeySchema = [new("Id", KeyType.HASH), new("Page", KeyType.RANGE)],
            AttributeDefinitions = [new("Id", ScalarAttributeType.S), new("Page", ScalarAttributeType.N)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
        });
        await client.BatchWriteItemAsync(new BatchWriteItemRequest(new Dictionary<string, List<WriteRequest>>
        {
            ["aot"] = [.. Enumerable.Range(0, 5).Select(page => new WriteRequest(new PutRequest(Item(page))))],
        }));
        await client.PutItemAsync("aot", Item(5));
        UpdateItemResponse updated = await client.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = "aot",
            Key = Key(5),
            UpdateExpression = "SET #t = :t",
            ExpressionAttributeNames = new() { ["#t"] = "Text" },
            ExpressionAttributeValues = new() { [":t"] = new("changed") },
            ReturnValues = ReturnValue.ALL_NEW,
        });
        GetItemResponse got = await client.GetItemAsync("aot", Key(0));
        QueryResponse queried = await client.QueryAsync(new QueryRequest("aot") { KeyConditionExpression = "Id = :id", ExpressionAttributeValues = new() { [":id"] = new("a") } });
        int paged = 0;
        await foreach (ScanResponse page in client.Paginators.Scan(new ScanRequest("aot") { Limit = 2 }).Responses)
            paged += page.Items.Count;
        BatchGetItemResponse some = await client.BatchGetItemAsync(new BatchGetItemRequest(new Dictionary<string, KeysAndAttributes> { ["aot"] = new() { Keys = [Key(1), Key(2)] } }));
        await client.DeleteItemAsync("aot", Key(4));
        Console.WriteLine($"items: {updated.Attributes["Text"].S}, {got.Item["Tags"].SS.Count} tags, {queried.Count} queried, {paged} paged, {some.Responses["aot"].Count} of a batch");

        string refused = "nothing";
        try
        {
            await client.PutItemAsync(new PutItemRequest("aot", Item(0)) { ConditionExpression = "attribute_not_exists(Id)", ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD });
        }
        catch (ConditionalCheckFailedException exception)
        {
            refused = exception.Item["Text"].S;
        }
        Console.WriteLine($"a failed condition brings {refused}");

        await client.UpdateTimeToLiveAsync(new UpdateTimeToLiveRequest { TableName = "aot", TimeToLiveSpecification = new() { AttributeName = "Expires", Enabled = true } });
        DescribeTimeToLiveResponse ttl = await client.DescribeTimeToLiveAsync("aot");
        DescribeTableResponse described = await client.DescribeTableAsync("aot");
        await client.TagResourceAsync(new TagResourceRequest { ResourceArn = described.Table.TableArn, Tags = [new() { Key = "made", Value = "ahead of time" }] });
        ListTagsOfResourceResponse tags = await client.ListTagsOfResourceAsync(new ListTagsOfResourceRequest { ResourceArn = described.Table.TableArn });
        Console.WriteLine($"tables: {described.Table.TableStatus}, {ttl.TimeToLiveDescription.AttributeName}, {tags.Tags[0].Value}");

        using var context = new DynamoDBContextBuilder().WithDynamoDBClient(() => client).Build();
        await context.SaveAsync(new Note { Id = "b", Page = 1, Text = "mapped", Tags = ["x", "y"] });
        Note loaded = await context.LoadAsync<Note>("b", 1);
        List<Note> found = await context.QueryAsync<Note>("b").GetRemainingAsync();
        Console.WriteLine($"mapper: {loaded.Text}, {string.Join(' ', loaded.Tags)}, {found.Count} found");

        // A subscriber closes the fast path: the SDK's chain of handlers serves.
        client.AfterResponseEvent += static (_, _) => { };
        got = await client.GetItemAsync("aot", Key(1));
        ListTablesResponse tables = await client.ListTablesAsync();
        Console.WriteLine($"chain: {got.Item["Text"].S}, {tables.TableNames[0]}");
    }

    private static Dictionary<string, AttributeValue> Key(int page) => new() { ["Id"] = new("a"), ["Page"] = new() { N = page.ToString(System.Globalization.CultureInfo.InvariantCulture) } };

    private static Dictionary<string, AttributeValue> Item(int page) => new(Key(page)) { ["Text"] = new("page " + page), ["Tags"] = new() { SS = ["x", "y"] } };

    [DynamoDBTable("aot")]
    public sealed class Note
    {
        [DynamoDBHashKey]
        public string Id { get; set; } = "";

        [DynamoDBRangeKey]
        public int Page { get; set; }

        public string Text { get; set; } = "";

        public List<string> Tags { get; set; } = [];
    }
}
