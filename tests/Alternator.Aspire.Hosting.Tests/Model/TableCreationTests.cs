using Alternator.Client;
using Alternator.Emulator;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Tables;
using Microsoft.Extensions.Logging;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>What creates tables, against an emulated node of its own; no application is started.</summary>
public class TableCreationTests
{
    private static Task<EmulatorCluster> StartAsync(EmulatorRelease release = EmulatorRelease.V2026_2) =>
        EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1, Control = false, Release = release });

    private static AlternatorTableResource Declare(Func<IResourceBuilder<AlternatorTableResource>, IResourceBuilder<AlternatorTableResource>>? configure = null, string? sortKey = "SongTitle")
    {
        IResourceBuilder<AlternatorTableResource> table = Model.Run().AddAlternatorConnection("alternator").AddTable("music", partitionKey: "Artist", sortKey: sortKey);
        return (configure?.Invoke(table) ?? table).Resource;
    }

    private static Task EnsureAsync(IAmazonDynamoDB client, AlternatorTableResource table, ILogger? logger = null) =>
        TableCreation.EnsureAsync(client, table, Path.GetTempPath(), logger ?? new Lines(), CancellationToken.None);

    private static async Task<int> CountAsync(IAmazonDynamoDB client) => (await client.ScanAsync(new ScanRequest { TableName = "music", Select = "COUNT" })).Count!.Value;

    private static string Songs(int count) => $"[{string.Join(',', Enumerable.Range(1, count).Select(i => $$"""{"Artist":"A","SongTitle":"S{{i}}"}"""))}]";

    [Fact]
    public async Task A_table_is_created_with_all_that_was_declared()
    {
        await using EmulatorCluster cluster = await StartAsync();
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        AlternatorTableResource table = Declare(t => t.WithGlobalIndex("ByGenre", "Genre", "Year", sortKeyType: AlternatorKeyType.Number).WithLocalIndex("ByYear", "Year", AlternatorKeyType.Number)
            .WithTimeToLive("expires").WithStream(AlternatorStreamView.KeysOnly).WithTag("system:write_isolation", "always_use_lwt").WithProvisionedThroughput(3, 4));
        await EnsureAsync(client, table);

        TableDescription made = (await client.DescribeTableAsync("music")).Table;
        Assert.Equal(
            "key (Artist S, SongTitle S), global index ByGenre (Genre S, Year N), local index ByYear (Artist S, Year N), stream KEYS_ONLY", TableShape.Of(made).Text);
        Assert.Equal("expires", (await client.DescribeTimeToLiveAsync("music")).TimeToLiveDescription.AttributeName);
        Assert.Contains((await client.ListTagsOfResourceAsync(new ListTagsOfResourceRequest { ResourceArn = made.TableArn })).Tags, tag => tag is { Key: "system:write_isolation", Value: "always_use_lwt" });
        Assert.Equal("active", table.Progress.Text);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_3)]
    [InlineData(EmulatorRelease.V2025_4)]
    [InlineData(EmulatorRelease.V2026_1)]
    [InlineData(EmulatorRelease.V2026_2)]
    public async Task A_stream_works_on_every_release_that_is_asked_for_its_version(EmulatorRelease release)
    {
        await using EmulatorCluster cluster = await StartAsync(release);
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        await EnsureAsync(client, Declare(t => t.WithStream()));
        Assert.NotNull((await client.DescribeTableAsync("music")).Table.LatestStreamArn);
    }

    [Fact]
    public async Task A_table_with_another_schema_is_refused_with_both()
    {
        await using EmulatorCluster cluster = await StartAsync();
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        await EnsureAsync(client, Declare());
        AlternatorTableResource other = Declare(t => t.WithGlobalIndex("ByYear", "Year", partitionKeyType: AlternatorKeyType.Number), sortKey: null);
        var e = await Assert.ThrowsAsync<DistributedApplicationException>(() => EnsureAsync(client, other));
        Assert.Contains("Declared: key (Artist S), global index ByYear (Year N). Existing: key (Artist S, SongTitle S).", e.Message, StringComparison.Ordinal);
        Assert.Equal((e.Message, false), (other.Progress.Text, other.Progress.Done));
    }

    [Fact]
    public async Task Another_view_of_the_stream_is_another_schema_too()
    {
        await using EmulatorCluster cluster = await StartAsync();
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        await EnsureAsync(client, Declare(t => t.WithStream(AlternatorStreamView.KeysOnly)));
        var e = await Assert.ThrowsAsync<DistributedApplicationException>(() => EnsureAsync(client, Declare(t => t.WithStream(AlternatorStreamView.NewImage))));
        Assert.Contains("stream NEW_IMAGE. Existing: key (Artist S, SongTitle S), stream KEYS_ONLY.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_exists_gets_the_stream_the_tags_and_the_expiry_that_it_lacks()
    {
        await using EmulatorCluster cluster = await StartAsync();
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        await EnsureAsync(client, Declare());
        await EnsureAsync(client, Declare(t => t.WithStream().WithTag("team", "music").WithTimeToLive("expires")));
        TableDescription table = (await client.DescribeTableAsync("music")).Table;
        Assert.Equal("NEW_AND_OLD_IMAGES", table.StreamSpecification.StreamViewType.Value);
        Assert.Contains((await client.ListTagsOfResourceAsync(new ListTagsOfResourceRequest { ResourceArn = table.TableArn })).Tags, tag => tag is { Key: "team", Value: "music" });
        Assert.Equal("expires", (await client.DescribeTimeToLiveAsync("music")).TimeToLiveDescription.AttributeName);
        var e = await Assert.ThrowsAsync<DistributedApplicationException>(() => EnsureAsync(client, Declare(t => t.WithStream().WithTimeToLive("until"))));
        Assert.Contains("by the attribute 'expires', but 'until' is declared", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed_data_is_written_once_and_says_how_far_it_has_come()
    {
        await using EmulatorCluster cluster = await StartAsync();
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        AlternatorTableResource table = Declare(t => t.WithSeedData(Seeds.File(Songs(60))));
        var log = new Lines();
        await EnsureAsync(client, table, log);
        Assert.Equal(60, await CountAsync(client));
        Assert.Equal("active, seeded with 60 items", table.Progress.Text);
        Assert.Equal(["Seeding music: 25 of 60 items", "Seeding music: 50 of 60 items", "Seeding music: 60 of 60 items"], log.All.Where(line => line.StartsWith("Seeding", StringComparison.Ordinal)));

        await client.DeleteItemAsync("music", new() { ["Artist"] = new AttributeValue("A"), ["SongTitle"] = new AttributeValue("S1") });
        await EnsureAsync(client, table);
        Assert.Equal(59, await CountAsync(client));
        Assert.Equal("active", table.Progress.Text);
    }

    [Fact]
    public async Task What_the_server_leaves_unprocessed_is_written_again()
    {
        await using EmulatorCluster cluster = await StartAsync();
        using var client = new LeavesSome(cluster.Nodes[0].Endpoint, times: 3);
        var log = new Lines();
        await EnsureAsync(client, Declare(t => t.WithSeedData(Seeds.File(Songs(30)))), log);
        Assert.Equal(30, await CountAsync(client));
        Assert.Equal(3, log.All.Count(line => line.Contains("were left unprocessed", StringComparison.Ordinal)));
        Assert.Equal(["Seeding music: 25 of 30 items", "Seeding music: 30 of 30 items"], log.All.Where(line => line.EndsWith(" of 30 items", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_cluster_that_goes_on_leaving_items_ends_in_an_error_that_says_what_to_do()
    {
        await using EmulatorCluster cluster = await StartAsync();
        using var client = new LeavesSome(cluster.Nodes[0].Endpoint, times: int.MaxValue);
        AlternatorTableResource table = Declare(t => t.WithSeedData(Seeds.File(Songs(2))));
        var e = await Assert.ThrowsAsync<DistributedApplicationException>(() => EnsureAsync(client, table));
        Assert.Contains("left unprocessed 10 times. The cluster is overloaded: run Reseed", e.Message, StringComparison.Ordinal);
        Assert.Equal(e.Message, table.Progress.Text);
    }

    [Fact]
    public async Task A_batch_that_the_server_refuses_is_named_with_its_items()
    {
        await using EmulatorCluster cluster = await StartAsync();
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        string tooMuch = $$"""[{"Artist":"A","SongTitle":"S","n":{{new string('9', 60)}}}]""";
        var e = await Assert.ThrowsAsync<DistributedApplicationException>(() => EnsureAsync(client, Declare(t => t.WithSeedData(Seeds.File(tooMuch)))));
        Assert.Matches(@"could not be written to 'music', items 1 to 1 \(from '.*', item 1 \(line 1\) on\): ", e.Message);
    }

    [Fact]
    public async Task Truncate_empties_and_reseed_fills_again()
    {
        await using EmulatorCluster cluster = await StartAsync();
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        AlternatorTableResource table = Declare(t => t.WithSeedData(Seeds.File(Songs(3))).WithTimeToLive("expires"));
        await EnsureAsync(client, table);
        await TableCreation.TruncateAsync(client, table, reseed: false, Path.GetTempPath(), new Lines(), CancellationToken.None);
        Assert.Equal((0, "active, truncated", true), (await CountAsync(client), table.Progress.Text, table.Progress.Done));
        Assert.Equal("expires", (await client.DescribeTimeToLiveAsync("music")).TimeToLiveDescription.AttributeName);
        await TableCreation.TruncateAsync(client, table, reseed: true, Path.GetTempPath(), new Lines(), CancellationToken.None);
        Assert.Equal((3, "active, seeded with 3 items"), (await CountAsync(client), table.Progress.Text));
    }

    /// <summary>Keeps back half of each batch, as a server under load may, as many times as it is told.</summary>
    private sealed class LeavesSome(Uri endpoint, int times)
        : AmazonDynamoDBClient(new BasicAWSCredentials("a", "b"), new AmazonDynamoDBConfig { ServiceURL = endpoint.ToString(), AuthenticationRegion = "us-east-1" })
    {
        private int _times = times;

        public override async Task<BatchWriteItemResponse> BatchWriteItemAsync(BatchWriteItemRequest request, CancellationToken cancellationToken = default)
        {
            if (_times-- <= 0)
                return await base.BatchWriteItemAsync(request, cancellationToken);
            (string table, List<WriteRequest> items) = request.RequestItems.Single();
            List<WriteRequest> kept = [.. items.Skip(items.Count / 2)];
            if (items.Count > kept.Count)
                await base.BatchWriteItemAsync(new BatchWriteItemRequest { RequestItems = new() { [table] = [.. items.Take(items.Count / 2)] } }, cancellationToken);
            return new BatchWriteItemResponse { UnprocessedItems = new() { [table] = kept } };
        }
    }

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Add(formatter(state, exception));
    }
}
