using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Emulator.Tests.Sdk;

/// <summary>
/// The operations with the AWS SDK for .NET, signed, against a cluster that verifies signatures, over all its nodes in turn.
/// Reading streams needs another package of the SDK: <see cref="DotnetSdkStreamsTests"/>.
/// </summary>
public sealed class DotnetSdkWalkTests : IAsyncLifetime
{
    private EmulatorCluster _cluster = null!;
    private AmazonDynamoDBClient _db = null!;

    public async Task InitializeAsync()
    {
        _cluster = await EmulatorCluster.StartAsync(new() { EnforceAuthorization = true });
        _db = Client(_cluster.Nodes[0]);
    }

    public async Task DisposeAsync()
    {
        _db.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Tables_items_batches_and_reads()
    {
        CreateTableResponse created = await _db.CreateTableAsync(MusicTable("MusicCollection"));
        Assert.Equal(TableStatus.ACTIVE, created.TableDescription.TableStatus);
        Assert.Contains("MusicCollection", (await _db.ListTablesAsync()).TableNames);
        Assert.Equal("Artist", (await _db.DescribeTableAsync("MusicCollection")).Table.KeySchema[0].AttributeName);

        for (int i = 0; i < 20; i++)
        {
            using AmazonDynamoDBClient other = Client(_cluster.Nodes[i % 3]);
            await other.PutItemAsync("MusicCollection", new()
            {
                ["Artist"] = new($"Artist {i % 2}"),
                ["SongTitle"] = new($"Song {i:00}"),
                ["Year"] = new() { N = $"{1990 + i}" },
                ["Tags"] = new() { SS = ["a", "b"] },
                ["Live"] = new() { BOOL = i % 3 == 0 },
                ["Notes"] = new() { M = new() { ["deep"] = new() { L = [new("x"), new() { NULL = true }] } } },
                ["Cover"] = new() { B = new MemoryStream([1, 2, 3]) },
            });
        }

        Dictionary<string, AttributeValue> key = new() { ["Artist"] = new("Artist 1"), ["SongTitle"] = new("Song 03") };
        GetItemResponse got = await _db.GetItemAsync(new() { TableName = "MusicCollection", Key = key, ConsistentRead = true });
        Assert.Equal(("1993", "x"), (got.Item["Year"].N, got.Item["Notes"].M["deep"].L[0].S));
        UpdateItemResponse updated = await _db.UpdateItemAsync(new()
        {
            TableName = "MusicCollection",
            Key = key,
            UpdateExpression = "SET #y = #y + :one REMOVE Cover ADD Tags :c",
            ConditionExpression = "attribute_exists(Artist)",
            ExpressionAttributeNames = new() { ["#y"] = "Year" },
            ExpressionAttributeValues = new() { [":one"] = new() { N = "1" }, [":c"] = new() { SS = ["c"] } },
            ReturnValues = ReturnValue.ALL_NEW,
        });
        Assert.Equal("1994", updated.Attributes["Year"].N);
        Assert.Equal(["a", "b", "c"], updated.Attributes["Tags"].SS.Order());
        var failed = await Assert.ThrowsAsync<ConditionalCheckFailedException>(() => _db.PutItemAsync(new()
        {
            TableName = "MusicCollection",
            Item = key,
            ConditionExpression = "attribute_not_exists(Artist)",
            ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
        }));
        Assert.Equal("1994", failed.Item["Year"].N);

        var titles = new List<string>();
        QueryRequest query = new()
        {
            TableName = "MusicCollection",
            KeyConditionExpression = "Artist = :a AND begins_with(SongTitle, :s)",
            FilterExpression = "Live = :f",
            ExpressionAttributeValues = new() { [":a"] = new("Artist 0"), [":s"] = new("Song"), [":f"] = new() { BOOL = false } },
            Limit = 3,
        };
        do
        {
            QueryResponse page = await _db.QueryAsync(query);
            titles.AddRange(page.Items.Select(i => i["SongTitle"].S));
            query.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (query.ExclusiveStartKey is { Count: > 0 });
        Assert.Equal(["Song 02", "Song 04", "Song 08", "Song 10", "Song 14", "Song 16"], titles);

        int scanned = 0;
        for (int segment = 0; segment < 3; segment++) scanned += (await _db.ScanAsync(new() { TableName = "MusicCollection", Segment = segment, TotalSegments = 3 })).Items.Count;
        Assert.Equal(20, scanned);

        await _db.BatchWriteItemAsync(new BatchWriteItemRequest
        {
            RequestItems = new()
            {
                ["MusicCollection"] =
                [
                    new(new PutRequest(new() { ["Artist"] = new("B"), ["SongTitle"] = new("1") })),
                    new(new DeleteRequest(key)),
                ],
            },
        });
        BatchGetItemResponse batch = await _db.BatchGetItemAsync(new BatchGetItemRequest
        {
            RequestItems = new() { ["MusicCollection"] = new() { Keys = [key, new() { ["Artist"] = new("B"), ["SongTitle"] = new("1") }] } },
        });
        Assert.Equal("B", Assert.Single(batch.Responses["MusicCollection"])["Artist"].S);
        DeleteItemResponse deleted = await _db.DeleteItemAsync(new() { TableName = "MusicCollection", Key = new() { ["Artist"] = new("B"), ["SongTitle"] = new("1") }, ReturnValues = ReturnValue.ALL_OLD });
        Assert.Equal("1", deleted.Attributes["SongTitle"].S);
        Assert.Equal(TableStatus.DELETING, (await _db.DeleteTableAsync("MusicCollection")).TableDescription.TableStatus);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => _db.DescribeTableAsync("MusicCollection"));
    }

    [Fact]
    public async Task Indexes_tags_time_to_live_and_the_service_operations()
    {
        await _db.CreateTableAsync(MusicTable("Music2"));
        string arn = (await _db.DescribeTableAsync("Music2")).Table.TableArn;
        await _db.PutItemAsync("Music2", new() { ["Artist"] = new("A"), ["SongTitle"] = new("S"), ["Genre"] = new("jazz") });
        await _db.UpdateTableAsync(new UpdateTableRequest
        {
            TableName = "Music2",
            AttributeDefinitions = [new("Genre", ScalarAttributeType.S)],
            GlobalSecondaryIndexUpdates = [new() { Create = new() { IndexName = "by-genre", KeySchema = [new("Genre", KeyType.HASH)], Projection = new() { ProjectionType = ProjectionType.ALL } } }],
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await _db.DescribeTableAsync("Music2", limit.Token)).Table.GlobalSecondaryIndexes[0].IndexStatus != IndexStatus.ACTIVE) await Task.Delay(20, limit.Token);
        QueryResponse byGenre = await _db.QueryAsync(new()
        {
            TableName = "Music2",
            IndexName = "by-genre",
            KeyConditionExpression = "Genre = :g",
            ExpressionAttributeValues = new() { [":g"] = new("jazz") },
        });
        Assert.Equal("S", Assert.Single(byGenre.Items)["SongTitle"].S);

        await _db.TagResourceAsync(new() { ResourceArn = arn, Tags = [new() { Key = "team", Value = "a" }, new() { Key = "old", Value = "b" }] });
        await _db.UntagResourceAsync(new() { ResourceArn = arn, TagKeys = ["old"] });
        Assert.Equal("team", Assert.Single((await _db.ListTagsOfResourceAsync(new() { ResourceArn = arn })).Tags).Key);

        await _db.UpdateTimeToLiveAsync(new() { TableName = "Music2", TimeToLiveSpecification = new() { AttributeName = "expires", Enabled = true } });
        Assert.Equal(TimeToLiveStatus.ENABLED, (await _db.DescribeTimeToLiveAsync("Music2")).TimeToLiveDescription.TimeToLiveStatus);

        Assert.Equal($"127.0.0.1:{_cluster.Port}", Assert.Single((await _db.DescribeEndpointsAsync(new())).Endpoints).Address);
        Assert.Equal(ContinuousBackupsStatus.DISABLED, (await _db.DescribeContinuousBackupsAsync(new() { TableName = "Music2" })).ContinuousBackupsDescription.ContinuousBackupsStatus);
        var transaction = await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => _db.TransactGetItemsAsync(new() { TransactItems = [] }));
        Assert.Equal("UnknownOperationException", transaction.ErrorCode);
    }

    private static readonly BasicAWSCredentials Credentials = new(EmulatorOptions.DefaultAccessKey, EmulatorOptions.DefaultSecretKey);

    private static AmazonDynamoDBClient Client(EmulatorNode node) => new(
        Credentials,
        new AmazonDynamoDBConfig { ServiceURL = node.Endpoint.ToString(), AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });

    private static CreateTableRequest MusicTable(string name) => new()
    {
        TableName = name,
        KeySchema = [new("Artist", KeyType.HASH), new("SongTitle", KeyType.RANGE)],
        AttributeDefinitions = [new("Artist", ScalarAttributeType.S), new("SongTitle", ScalarAttributeType.S)],
        BillingMode = BillingMode.PAY_PER_REQUEST,
    };
}
