using Amazon.DynamoDBv2.Model;
using Aspire.Hosting;
using Aspire.Hosting.Tables;

namespace Alternator.Aspire.Hosting.Tests;

public class TableTests
{
    private static string File(string content)
    {
        string path = Path.Combine(Path.GetTempPath(), $"seed-{Guid.NewGuid():N}.json");
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    [Fact]
    public void A_declaration_becomes_the_request_that_creates_the_table()
    {
        CreateTableRequest request = Model.Run().AddAlternator("a").AddTable("t", "Music", "Artist", "Year", sortKeyType: AlternatorKeyType.Number)
            .WithGlobalIndex("ByGenre", "Genre", "Artist").WithLocalIndex("BySong", "SongTitle").WithProvisionedThroughput(5, 6)
            .WithStream(AlternatorStreamView.NewImage).WithTag("system:write_isolation", "always").WithTimeToLive("expires").Resource.Declaration.CreateRequest();
        Assert.Equal("key (Artist S, Year N), global index ByGenre (Genre S, Artist S), local index BySong (Artist S, SongTitle S)", TableShape.Of(request).Text);
        Assert.Equal(("PROVISIONED", 5L, 6L), (request.BillingMode.Value, request.ProvisionedThroughput.ReadCapacityUnits!.Value, request.GlobalSecondaryIndexes[0].ProvisionedThroughput.WriteCapacityUnits!.Value));
        Assert.Equal("NEW_IMAGE", request.StreamSpecification.StreamViewType.Value);
        Assert.Equal(("system:write_isolation", "always"), (request.Tags.Single().Key, request.Tags.Single().Value));
        Assert.Equal(4, request.AttributeDefinitions.Count);
    }

    [Fact]
    public void Plain_items_and_items_in_dynamodbs_form_are_told_apart_one_by_one()
    {
        var items = SeedData.Read(File("""[{"a":"x","n":1.50,"b":true,"z":null,"l":[1,"y"],"m":{"k":2}}, {"a":{"S":"x"},"n":{"N":"1.5"},"s":{"SS":["p","q"]}}]"""));
        Assert.Equal(("x", "1.50", true, true), (items[0]["a"].S, items[0]["n"].N, items[0]["b"].BOOL!.Value, items[0]["z"].NULL!.Value));
        Assert.Equal(("1", "y", "2"), (items[0]["l"].L[0].N, items[0]["l"].L[1].S, items[0]["m"].M["k"].N));
        Assert.Equal(("x", "1.5", "p"), (items[1]["a"].S, items[1]["n"].N, items[1]["s"].SS[0]));
    }

    [Theory]
    [InlineData("{}", "must be a JSON array")]
    [InlineData("[1]", "item 1 must be a JSON object")]
    [InlineData("[", "is no JSON")]
    public void Seed_data_that_can_not_be_read_is_refused_with_the_place(string content, string expected) =>
        Assert.Contains(expected, Assert.Throws<DistributedApplicationException>(() => SeedData.Read(File(content))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_seed_file_is_named() =>
        Assert.Contains("/nowhere/seed.json' doesn't exist", Assert.Throws<DistributedApplicationException>(() => SeedData.Read("/nowhere/seed.json")).Message, StringComparison.Ordinal);
}
