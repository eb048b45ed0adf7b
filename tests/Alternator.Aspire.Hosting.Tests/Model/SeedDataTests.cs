using Amazon.DynamoDBv2.Model;
using Aspire.Hosting;
using Aspire.Hosting.Tables;

namespace Alternator.Aspire.Hosting.Tests;

public class SeedDataTests
{
    private static Dictionary<string, AttributeValue>[] Items(string content) => [.. SeedFile.Read(Seeds.File(content)).Select(entry => entry.Item)];

    private static string Refusal(string content) => Assert.Throws<DistributedApplicationException>(() => SeedFile.Read(Seeds.File(content))).Message;

    private static string KeyRefusal(string content)
    {
        TableDeclaration declaration = Model.Run().AddAlternator("a").AddTable("music", "MusicCollection", "Artist", "Year", sortKeyType: AlternatorKeyType.Number)
            .WithGlobalIndex("ByGenre", "Genre").Resource.Declaration;
        return Assert.Throws<DistributedApplicationException>(() => SeedCheck.Check(declaration, SeedFile.Read(Seeds.File(content)))).Message;
    }

    [Fact]
    public void Plain_items_and_items_in_dynamodbs_form_are_told_apart_one_by_one()
    {
        var items = Items("""[{"a":"x","n":1.50,"b":true,"z":null,"l":[1,"y"],"m":{"k":2}}, {"a":{"S":"x"},"n":{"N":"1.5"},"s":{"SS":["p","q"]}}]""");
        Assert.Equal(("x", "1.50", true, true), (items[0]["a"].S, items[0]["n"].N, items[0]["b"].BOOL!.Value, items[0]["z"].NULL!.Value));
        Assert.Equal(("1", "y", "2"), (items[0]["l"].L[0].N, items[0]["l"].L[1].S, items[0]["m"].M["k"].N));
        Assert.Equal(("x", "1.5", "p"), (items[1]["a"].S, items[1]["n"].N, items[1]["s"].SS[0]));
    }

    [Fact]
    public void Every_type_of_dynamodbs_form_is_read()
    {
        Dictionary<string, AttributeValue> item = Items("""
            [{"s":{"S":"x"},"n":{"N":"1"},"b":{"B":"AQI="},"t":{"BOOL":false},"z":{"NULL":true},"m":{"M":{"k":{"N":"2"}}},"l":{"L":[{"S":"y"}]},"ss":{"SS":["p"]},"ns":{"NS":["3"]},"bs":{"BS":["AQI="]}}]
            """)[0];
        Assert.Equal([1, 2], item["b"].B.ToArray());
        Assert.Equal([1, 2], item["bs"].BS.Single().ToArray());
        Assert.Equal(("x", "1", false, true, "2", "y", "p", "3"),
            (item["s"].S, item["n"].N, item["t"].BOOL!.Value, item["z"].NULL!.Value, item["m"].M["k"].N, item["l"].L[0].S, item["ss"].SS[0], item["ns"].NS[0]));
    }

    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_taken() =>
        Assert.Equal("1", Items("\uFEFF// items\n[\n  /* the first */ {\"id\": 1},\n]\n").Single()["id"].N);

    [Theory]
    [InlineData("{}", "must be a JSON array of items, and begins with an object")]
    [InlineData("[1]", "item 1 (line 1) must be a JSON object")]
    [InlineData("[\n  {\"id\": 1},\n\n  [2]\n]", "item 2 (line 4) must be a JSON object")]
    [InlineData("[\n  {\"id\": 1},\n  {\"id\" 2}\n]", "is no JSON, line 3")]
    [InlineData("[", "is no JSON, line 1")]
    [InlineData("[{\"id\":1}] []", "is no JSON")]
    [InlineData("[{\"id\":{\"N\":5}}]", "item 1 (line 1), 'id': the value doesn't fit the type N")]
    [InlineData("[\n{\"id\":{\"S\":\"x\"},\"b\":{\"B\":\"?\"}}]", "item 1 (line 2), 'b': the value doesn't fit the type B")]
    [InlineData("[{\"id\":{\"S\":\"x\"},\"m\":{\"M\":{\"k\":1}}}]", "'m' must have exactly one of the types S, N, B")]
    [InlineData("[{\"id\":1,\"id\":2}]", "item 1 (line 1) has the attribute 'id' twice")]
    public void Seed_data_that_can_not_be_read_is_refused_with_file_item_and_line(string content, string expected)
    {
        string message = Refusal(content);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("seed-", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"Artist":"x","Year":1},{"Artist":"x"}]""", "item 2 (line 1) lacks the key 'Year' of the table 'MusicCollection'")]
    [InlineData("""[{"Artist":"x","Year":"1965"}]""", "item 1 (line 1) has the key 'Year' as S, and the table 'MusicCollection' has it as N")]
    [InlineData("""[{"Artist":"","Year":1}]""", "item 1 (line 1) has an empty key 'Artist'")]
    [InlineData("""[{"Artist":"x","Year":1,"Genre":5}]""", "has 'Genre' as N, and an index of the table 'MusicCollection' has it as S")]
    [InlineData("[{\"Artist\":\"x\",\"Year\":1},\n{\"Artist\":\"y\",\"Year\":1},\n{\"Artist\":\"x\",\"Year\":1.0}]", "item 3 (line 3) has the same key as ")]
    public void Items_that_the_server_would_refuse_are_named_before_any_is_written(string content, string expected) =>
        Assert.Contains(expected, KeyRefusal(content), StringComparison.Ordinal);

    [Fact]
    public void A_missing_seed_file_is_named() =>
        Assert.Contains("/nowhere/seed.json' doesn't exist", Assert.Throws<DistributedApplicationException>(() => SeedFile.Read("/nowhere/seed.json")).Message, StringComparison.Ordinal);
}
