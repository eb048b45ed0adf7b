using Amazon.DynamoDBv2.Model;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Scylla;
using Aspire.Hosting.Tables;

namespace Alternator.Aspire.Hosting.Tests;

public class TableTests
{
    private static IResourceBuilder<AlternatorTableResource> Table(string partitionKey = "Artist", string? sortKey = null) =>
        Model.Run().AddAlternator("a").AddTable("music", partitionKey: partitionKey, sortKey: sortKey);

    [Fact]
    public void A_declaration_becomes_the_request_that_creates_the_table()
    {
        CreateTableRequest request = Model.Run().AddAlternator("a").AddTable("t", "Music", "Artist", "Year", sortKeyType: AlternatorKeyType.Number)
            .WithGlobalIndex("ByGenre", "Genre", "Artist").WithLocalIndex("BySong", "SongTitle").WithProvisionedThroughput(5, 6)
            .WithStream(AlternatorStreamView.NewImage).WithTag("system:write_isolation", "always").WithTimeToLive("expires").Resource.Declaration.CreateRequest();
        Assert.Equal("key (Artist S, Year N), global index ByGenre (Genre S, Artist S), local index BySong (Artist S, SongTitle S), stream NEW_IMAGE", TableShape.Of(request).Text);
        Assert.Equal(("PROVISIONED", 5L, 6L), (request.BillingMode.Value, request.ProvisionedThroughput.ReadCapacityUnits!.Value, request.GlobalSecondaryIndexes[0].ProvisionedThroughput.WriteCapacityUnits!.Value));
        Assert.Equal("NEW_IMAGE", request.StreamSpecification.StreamViewType.Value);
        Assert.Equal(("system:write_isolation", "always"), (request.Tags.Single().Key, request.Tags.Single().Value));
        Assert.Equal(4, request.AttributeDefinitions.Count);
    }

    [Theory]
    [InlineData("2025.3.8", null)]
    [InlineData("2025.4.0", "none")]
    [InlineData("2026.1.11", "none")]
    [InlineData("2026.2.0", null)]
    [InlineData(null, null)]
    public void A_stream_keeps_its_table_off_tablets_on_the_releases_where_it_has_to(string? release, string? tag)
    {
        CreateTableRequest request = Table().WithStream().Resource.Declaration.CreateRequest(ScyllaRelease.TryParse(release));
        Assert.Equal(tag, request.Tags?.SingleOrDefault(t => t.Key == "system:initial_tablets")?.Value);
        Assert.Null(Table().Resource.Declaration.CreateRequest(ScyllaRelease.TryParse(release)).Tags);
    }

    [Fact]
    public void A_tag_about_tablets_that_was_set_by_hand_stays() =>
        Assert.Equal("4", Table().WithTag("system:initial_tablets", "4").WithStream().Resource.Declaration.CreateRequest(ScyllaRelease.Parse("2026.1.11")).Tags.Single().Value);

    [Fact]
    public async Task A_stream_asks_the_nodes_for_the_feature_that_it_needs()
    {
        IDistributedApplicationBuilder builder = Model.Publish();
        IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithImageTag("2026.1.11");
        alternator.AddTable("music").WithStream();
        Assert.Contains("alternator-streams", (await builder.ConfigurationAsync(alternator.Resource)).Arguments);
    }

    [Fact]
    public void A_table_that_can_not_be_is_refused_when_it_is_declared()
    {
        IResourceBuilder<AlternatorResource> alternator = Model.Run().AddAlternator("a");
        Assert.Contains("3 to 222", Assert.Throws<ArgumentException>("name", () => alternator.AddTable("t")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("tableName", () => alternator.AddTable("music", "my music"));
        Assert.Throws<ArgumentException>("sortKey", () => alternator.AddTable("music", partitionKey: "id", sortKey: "id"));
        Assert.Throws<ArgumentOutOfRangeException>("type", () => alternator.AddTable("music", partitionKeyType: (AlternatorKeyType)7));
        IResourceBuilder<AlternatorTableResource> table = alternator.AddTable("music", partitionKey: "Artist");
        Assert.Contains("as the resource 'music'", Assert.Throws<ArgumentException>("tableName", () => alternator.AddTable("again", "music")).Message, StringComparison.Ordinal);
        Assert.Contains("has no sort key", Assert.Throws<ArgumentException>("builder", () => table.WithLocalIndex("BySong", "Song")).Message, StringComparison.Ordinal);
        table.WithGlobalIndex("ByYear", "Year", partitionKeyType: AlternatorKeyType.Number);
        Assert.Throws<ArgumentException>("indexName", () => table.WithGlobalIndex("ByYear", "Genre"));
        Assert.Contains("is declared as Number, so it can't be String", Assert.Throws<ArgumentException>("partitionKey", () => table.WithGlobalIndex("ByYearToo", "Year")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("view", () => table.WithStream((AlternatorStreamView)9));
        Assert.Throws<ArgumentOutOfRangeException>("readCapacity", () => table.WithProvisionedThroughput(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("writeCapacity", () => table.WithProvisionedThroughput(1, 0));
        Assert.Throws<ArgumentException>("builder", () => ((IResourceBuilder<IAlternatorResource>)table).AddTable("child"));
    }

    [Fact]
    public void Two_clusters_may_have_a_table_of_one_name()
    {
        IDistributedApplicationBuilder builder = Model.Run();
        builder.AddAlternator("a").AddTable("a-music", "Music");
        builder.AddAlternator("b").AddTable("b-music", "Music");
    }

    [Fact]
    public void The_last_call_counts_and_adds_no_second_command()
    {
        AlternatorTableResource table = Table().WithTimeToLive("a").WithTimeToLive("b").WithTag("k", "1").WithTag("k", "2").WithSeedData("x.json").WithSeedData("y.json")
            .WithStream(AlternatorStreamView.KeysOnly).WithStream(AlternatorStreamView.OldImage).WithProvisionedThroughput(1, 1).WithProvisionedThroughput(2, 3).Resource;
        Assert.Equal(("b", "2", "y.json", AlternatorStreamView.OldImage, (2L, 3L)), (table.Declaration.TimeToLive, table.Declaration.Tags["k"], table.Declaration.SeedFile, table.Declaration.Stream, table.Declaration.Throughput!.Value));
        Assert.Equal(["truncate", "reseed"], table.Annotations.OfType<ResourceCommandAnnotation>().Select(c => c.Name));
    }

    [Fact]
    public void What_changes_everything_asks_first()
    {
        AlternatorTableResource table = Table().WithSeedData("x.json").Resource;
        Assert.All(table.Annotations.OfType<ResourceCommandAnnotation>(), command => Assert.Contains("Delete every item of the table 'music'", command.ConfirmationMessage, StringComparison.Ordinal));
    }
}
