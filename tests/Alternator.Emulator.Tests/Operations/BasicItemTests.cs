using System.Text.Json.Nodes;
using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.Operations;

/// <summary>Source: DynamoDB API reference, CreateTable, PutItem, GetItem, DeleteItem, ListTables.</summary>
public sealed class BasicItemTests
{
    [Fact]
    public void An_item_of_every_type_comes_back_as_it_was_put()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things");
        const string Item = """
            {"p":{"S":"k\u00e9y \"quoted\" \\ \ud83d\ude00"},"n":{"N":"-1.5"},"b":{"B":"AAEC/w=="},"t":{"BOOL":true},"f":{"BOOL":false},"z":{"NULL":true},
            "ss":{"SS":["a","b"]},"ns":{"NS":["1","2.5"]},"bs":{"BS":["AQ==","Ag=="]},"l":{"L":[{"S":""},{"L":[]},{"M":{}}]},"m":{"M":{"x":{"M":{"y":{"N":"7"}}}}}}
            """;
        engine.Call("PutItem", $$"""{"TableName":"things","Item":{{Item}}}""");
        var answer = engine.Call("GetItem", """{"TableName":"things","Key":{"p":{"S":"kéy \"quoted\" \\ 😀"}}}""");
        Assert.True(JsonNode.DeepEquals(TestEngine.Json(Item), answer["Item"]), answer.ToJsonString());
    }

    [Fact]
    public void A_deleted_item_is_gone_and_an_absent_one_gives_no_Item()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things", "p:S", "c:N");
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"a"},"c":{"N":"1.0"}}}""");
        Assert.NotNull(engine.Call("GetItem", """{"TableName":"things","Key":{"p":{"S":"a"},"c":{"N":"1"}}}""")["Item"]);
        engine.Call("DeleteItem", """{"TableName":"things","Key":{"p":{"S":"a"},"c":{"N":"1"}}}""");
        Assert.Empty(engine.Call("GetItem", """{"TableName":"things","Key":{"p":{"S":"a"},"c":{"N":"1"}}}"""));
    }

    [Fact]
    public void Keys_of_another_type_empty_missing_or_too_many_are_refused()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things");
        engine.RefuseAsInvalid("GetItem", """{"TableName":"things","Key":{"p":{"N":"1"}}}""", "type mismatch");
        engine.RefuseAsInvalid("GetItem", """{"TableName":"things","Key":{"p":{"S":""}}}""", "empty");
        engine.RefuseAsInvalid("GetItem", """{"TableName":"things","Key":{"q":{"S":"1"}}}""", "not found");
        engine.RefuseAsInvalid("GetItem", """{"TableName":"things","Key":{"p":{"S":"1"},"q":{"S":"1"}}}""", "not in schema");
    }

    [Fact]
    public void Missing_tables_are_not_found_and_impossible_names_invalid()
    {
        using var engine = new TestEngine();
        Assert.Equal("ResourceNotFoundException", engine.Refuse("GetItem", """{"TableName":"nothing","Key":{"p":{"S":"1"}}}""").Type);
        engine.RefuseAsInvalid("GetItem", """{"TableName":"a b c","Key":{"p":{"S":"1"}}}""", "TableName");
        engine.CreateTable("things");
        Assert.Equal("ResourceInUseException", Assert.Throws<Alternator.Emulator.Engine.AlternatorException>(() => engine.CreateTable("things")).Type);
    }

    [Fact]
    public void Tables_are_listed_page_by_page_described_and_deleted()
    {
        using var engine = new TestEngine();
        foreach (var name in new[] { "t-one", "t-two", "t-three" })
        {
            engine.CreateTable(name);
        }

        var first = engine.Call("ListTables", """{"Limit":2}""");
        Assert.Equal(2, first["TableNames"]!.AsArray().Count);
        var second = engine.Call("ListTables", $$"""{"ExclusiveStartTableName":"{{first["LastEvaluatedTableName"]}}"}""");
        Assert.Equal(
            ["t-one", "t-three", "t-two"],
            first["TableNames"]!.AsArray().Concat(second["TableNames"]!.AsArray()).Select(name => (string)name!).Order(StringComparer.Ordinal));
        Assert.Null(second["LastEvaluatedTableName"]);
        Assert.Equal("ACTIVE", (string)engine.Call("DescribeTable", """{"TableName":"t-one"}""")["Table"]!["TableStatus"]!);
        Assert.Equal("DELETING", (string)engine.Call("DeleteTable", """{"TableName":"t-one"}""")["TableDescription"]!["TableStatus"]!);
        Assert.Equal("ResourceNotFoundException", engine.Refuse("DescribeTable", """{"TableName":"t-one"}""").Type);
    }
}
