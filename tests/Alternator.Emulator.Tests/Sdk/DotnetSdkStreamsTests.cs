using Alternator.Emulator.Tests.Engine;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Emulator.Tests.Sdk;

/// <summary>
/// Streams with the AWS SDK for .NET: written with version 4, read with the streams client of version 3, in a process of its
/// own (tests/Alternator.StreamsReader); version 4 has that client in another package, AWSSDK.DynamoDBStreams.
/// </summary>
public sealed class DotnetSdkStreamsTests
{
    [Fact]
    public async Task All_four_view_types_are_read_with_expired_items_among_them()
    {
        var clock = new FixedTime(DateTimeOffset.UtcNow);
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, EnforceAuthorization = true, TimeProvider = clock });
        using var db = new AmazonDynamoDBClient(
            new BasicAWSCredentials(EmulatorOptions.DefaultAccessKey, EmulatorOptions.DefaultSecretKey),
            new AmazonDynamoDBConfig { ServiceURL = cluster.Nodes[0].Endpoint.ToString(), AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });
        StreamViewType[] views = [StreamViewType.KEYS_ONLY, StreamViewType.NEW_IMAGE, StreamViewType.OLD_IMAGE, StreamViewType.NEW_AND_OLD_IMAGES];
        foreach (StreamViewType view in views)
            await WriteAsync(db, view, expiry: clock.GetUtcNow().AddMinutes(5));
        clock.Advance(TimeSpan.FromMinutes(10));
        cluster.DeleteExpiredItems();

        (int code, string output) = await OtherClientsTests.RunAsync(
            "dotnet", [Reader, cluster.Nodes[0].Endpoint.ToString(), EmulatorOptions.DefaultAccessKey, EmulatorOptions.DefaultSecretKey]);

        Assert.True(code == 0, output);
        string e = $"{clock.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds()}";
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (StreamViewType view in views)
        {
            string start = $"{Table(view)} {view} ENABLED ";
            bool hasOld = view.Value.Contains("OLD", StringComparison.Ordinal);
            bool hasNew = view.Value.Contains("NEW", StringComparison.Ordinal);
            Assert.Equal(
                [
                    start + $"INSERT keys=k:a old=- new={(hasNew ? "k:a,v:1" : "-")} by=-",
                    start + $"MODIFY keys=k:a old={(hasOld ? "k:a,v:1" : "-")} new={(hasNew ? "k:a,v:2" : "-")} by=-",
                    start + $"REMOVE keys=k:a old={(hasOld ? "k:a,v:2" : "-")} new=- by=-",
                ],
                lines.Where(line => line.StartsWith(start, StringComparison.Ordinal) && line.Contains("keys=k:a ", StringComparison.Ordinal)));
            Assert.Equal(
                [
                    start + $"INSERT keys=k:b old=- new={(hasNew ? $"expires:{e},k:b" : "-")} by=-",
                    start + $"REMOVE keys=k:b old={(hasOld ? $"expires:{e},k:b" : "-")} new=- by=Service:dynamodb.amazonaws.com",
                ],
                lines.Where(line => line.StartsWith(start, StringComparison.Ordinal) && line.Contains("keys=k:b ", StringComparison.Ordinal)));
        }

        Assert.Equal(views.Length * 5, lines.Length);
    }

    private static string Reader { get; } = Path.Combine(
        AppContext.BaseDirectory.Replace("Alternator.Emulator.Tests", "Alternator.StreamsReader", StringComparison.Ordinal), "Alternator.StreamsReader.dll");

    private static string Table(StreamViewType view) => $"table-{view.Value.ToLowerInvariant()}";

    private static async Task WriteAsync(AmazonDynamoDBClient db, StreamViewType view, DateTimeOffset expiry)
    {
        string table = Table(view);
        await db.CreateTableAsync(new CreateTableRequest
        {
            TableName = table,
            KeySchema = [new("k", KeyType.HASH)],
            AttributeDefinitions = [new("k", ScalarAttributeType.S)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
            StreamSpecification = new() { StreamEnabled = true, StreamViewType = view },
        });
        await db.UpdateTimeToLiveAsync(new() { TableName = table, TimeToLiveSpecification = new() { AttributeName = "expires", Enabled = true } });
        await db.PutItemAsync(table, new() { ["k"] = new("a"), ["v"] = new() { N = "1" } });
        await db.PutItemAsync(table, new() { ["k"] = new("a"), ["v"] = new() { N = "2" } });
        await db.DeleteItemAsync(table, new() { ["k"] = new("a") });
        await db.PutItemAsync(table, new() { ["k"] = new("b"), ["expires"] = new() { N = $"{expiry.ToUnixTimeSeconds()}" } });
    }
}
