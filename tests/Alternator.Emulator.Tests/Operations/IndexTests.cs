using System.Text.Json.Nodes;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.Operations;

/// <summary>Source: docs/alternator/compatibility.md ("Global Secondary Indexes"); DynamoDB developer guide, "Secondary indexes".</summary>
public sealed class IndexTests
{
    private const string Global = """
        DEFINE x:S,y:N;"GlobalSecondaryIndexes":[{"IndexName":"by-x","KeySchema":[{"AttributeName":"x","KeyType":"HASH"},{"AttributeName":"y","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]
        """;

    private const string Local = """
        DEFINE y:N;"LocalSecondaryIndexes":[{"IndexName":"by-y","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"y","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}]
        """;

    [Fact]
    public void A_global_index_follows_every_write_of_its_keys()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things", "p:S", "c:S", Global);
        Put(engine, "a", "1", """,{"x":{"S":"k"},"y":{"N":"2"},"z":{"S":"kept"}}""");
        Put(engine, "b", "1", """,{"x":{"S":"k"},"y":{"N":"1"}}""");
        Put(engine, "c", "1", """,{"x":{"S":"k"}}""");
        Assert.Equal(["b", "a"], Query(engine, "k"));
        Assert.Equal("kept", (string)engine.Call("Query", QueryBody("k"))["Items"]![1]!["z"]!["S"]!);
        engine.Call("UpdateItem", """{"TableName":"things","Key":{"p":{"S":"b"},"c":{"S":"1"}},"UpdateExpression":"SET y = :y","ExpressionAttributeValues":{":y":{"N":"3"}}}""");
        Assert.Equal(["a", "b"], Query(engine, "k"));
        engine.Call("UpdateItem", """{"TableName":"things","Key":{"p":{"S":"a"},"c":{"S":"1"}},"UpdateExpression":"SET x = :x","ExpressionAttributeValues":{":x":{"S":"other"}}}""");
        Assert.Equal(["b"], Query(engine, "k"));
        Assert.Equal(["a"], Query(engine, "other"));
        engine.Call("UpdateItem", """{"TableName":"things","Key":{"p":{"S":"a"},"c":{"S":"1"}},"UpdateExpression":"REMOVE x"}""");
        engine.Call("DeleteItem", """{"TableName":"things","Key":{"p":{"S":"b"},"c":{"S":"1"}}}""");
        Assert.Empty(Query(engine, "k"));
        Assert.Empty(Query(engine, "other"));
    }

    [Fact]
    public void Pages_of_an_index_go_on_between_rows_with_equal_index_keys()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things", "p:S", "c:S", Global);
        for (var i = 0; i < 20; i++)
        {
            Put(engine, $"p{i % 5}", $"c{i}", """,{"x":{"S":"k"},"y":{"N":"1"}}""");
        }

        var seen = new List<string>();
        string? start = null;
        do
        {
            var answer = engine.Call("Query", QueryBody("k", ",\"Limit\":3" + (start is null ? "" : ",\"ExclusiveStartKey\":" + start)));
            seen.AddRange(answer["Items"]!.AsArray().Select(item => (string)item!["c"]!["S"]!));
            start = answer["LastEvaluatedKey"]?.ToJsonString();
            Assert.Equal(start is null ? null : 4, answer["LastEvaluatedKey"]?.AsObject().Count);
        }
        while (start is not null);
        Assert.Equal(20, seen.Distinct().Count());
        Assert.Equal(20, seen.Count);
    }

    [Fact]
    public void Values_of_another_type_in_an_index_key_are_refused()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things", "p:S", "c:S", Global);
        engine.RefuseAsInvalid("PutItem", """{"TableName":"things","Item":{"p":{"S":"a"},"c":{"S":"1"},"x":{"N":"1"}}}""", "type mismatch");
        engine.RefuseAsInvalid("PutItem", """{"TableName":"things","Item":{"p":{"S":"a"},"c":{"S":"1"},"x":{"S":""}}}""", "empty");
        engine.RefuseAsInvalid("UpdateItem", """{"TableName":"things","Key":{"p":{"S":"a"},"c":{"S":"1"}},"UpdateExpression":"SET y = :y","ExpressionAttributeValues":{":y":{"S":"3"}}}""", "type mismatch");
        engine.RefuseAsInvalid("BatchWriteItem", """{"RequestItems":{"things":[{"PutRequest":{"Item":{"p":{"S":"a"},"c":{"S":"1"},"x":{"BOOL":true}}}}]}}""", "type mismatch");
    }

    [Fact]
    public void A_local_index_orders_a_partition_by_another_attribute()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things", "p:S", "c:S", Local);
        for (var i = 0; i < 10; i++)
        {
            Put(engine, "p", $"c{i}", $$$$""",{"y":{"N":"{{{{9 - i}}}}"}}""");
        }

        Put(engine, "other", "c", """,{"y":{"N":"0"}}""");
        var answer = engine.Call("Query", """{"TableName":"things","IndexName":"by-y","ConsistentRead":true,"KeyConditionExpression":"p = :p AND y < :y","ExpressionAttributeValues":{":p":{"S":"p"},":y":{"N":"3"}}}""");
        Assert.Equal(["c9", "c8", "c7"], answer["Items"]!.AsArray().Select(item => (string)item!["c"]!["S"]!));
    }

    [Fact]
    public void Consistent_reads_of_a_global_index_and_unknown_indexes_are_refused()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things", "p:S", "c:S", Global);
        engine.RefuseAsInvalid("Query", QueryBody("k", ",\"ConsistentRead\":true"), "consistent");
        engine.RefuseAsInvalid("Scan", """{"TableName":"things","IndexName":"nothing"}""", "nothing");
        Assert.Equal("ResourceNotFoundException", engine.Refuse("Scan", """{"TableName":"absent","IndexName":"nothing"}""").Type);
    }

    [Fact]
    public void An_index_can_be_added_to_a_table_with_items_and_deleted()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things", "p:S", "c:S");
        Put(engine, "a", "1", """,{"x":{"S":"k"},"y":{"N":"2"}}""");
        Put(engine, "b", "1", """,{"x":{"N":"7"},"y":{"N":"2"}}""");
        Put(engine, "c", "1", """,{"x":{"S":""},"y":{"N":"2"}}""");
        const string Create = """
            {"TableName":"things","AttributeDefinitions":[{"AttributeName":"x","AttributeType":"S"},{"AttributeName":"y","AttributeType":"N"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by-x","KeySchema":[{"AttributeName":"x","KeyType":"HASH"},{"AttributeName":"y","KeyType":"RANGE"}]}}]}
            """;
        engine.Call("UpdateTable", Create);
        Assert.Equal(["a"], Query(engine, "k"));
        engine.RefuseAsInvalid("UpdateTable", Create, "already exists");
        var described = engine.Call("DescribeTable", """{"TableName":"things"}""")["Table"]!["GlobalSecondaryIndexes"]![0]!;
        Assert.Equal("ACTIVE", (string)described["IndexStatus"]!);
        Assert.Equal("ALL", (string)described["Projection"]!["ProjectionType"]!);
        const string Delete = """{"TableName":"things","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by-x"}}]}""";
        engine.Call("UpdateTable", Delete);
        Assert.Equal("ResourceNotFoundException", engine.Refuse("UpdateTable", Delete).Type);
    }

    [Fact]
    public void A_new_index_is_CREATING_while_it_takes_up_the_items_and_can_be_read_meanwhile()
    {
        var time = new FixedTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var engine = new TestEngine(new EngineOptions { TimeProvider = time, IndexBuildTime = TimeSpan.FromSeconds(10) });
        engine.CreateTable("things", "p:S", "c:S");
        for (var i = 0; i < 100; i++)
        {
            Put(engine, $"p{i}", "1", """,{"x":{"S":"k"},"y":{"N":"2"}}""");
        }

        engine.Call("UpdateTable", """
            {"TableName":"things","AttributeDefinitions":[{"AttributeName":"x","AttributeType":"S"},{"AttributeName":"y","AttributeType":"N"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by-x","KeySchema":[{"AttributeName":"x","KeyType":"HASH"},{"AttributeName":"y","KeyType":"RANGE"}]}}]}
            """);
        Assert.Equal(("CREATING", true), Status());
        Assert.Empty(Query(engine, "k"));

        Put(engine, "p7", "1", """,{"x":{"S":"k"},"y":{"N":"2"}}""");
        Put(engine, "new", "1", """,{"x":{"S":"k"},"y":{"N":"2"}}""");
        engine.Call("DeleteItem", """{"TableName":"things","Key":{"p":{"S":"p8"},"c":{"S":"1"}}}""");
        Assert.Equal(["new", "p7"], Query(engine, "k").Order());

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(("CREATING", true), Status());
        Assert.InRange(Query(engine, "k").Count(), 30, 70);
        Assert.Contains("new", Query(engine, "k"));

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(("ACTIVE", null), Status());
        var all = Query(engine, "k").ToArray();
        Assert.Equal(100, all.Length);
        Assert.Equal(100, all.Distinct().Count());
        Assert.DoesNotContain("p8", all);

        (string Status, bool? Backfilling) Status()
        {
            var index = engine.Call("DescribeTable", """{"TableName":"things"}""")["Table"]!["GlobalSecondaryIndexes"]![0]!;
            return ((string)index["IndexStatus"]!, (bool?)index["Backfilling"]);
        }
    }

    [Theory]
    [InlineData("none", "CREATING")]
    [InlineData("0", "ACTIVE")]
    public void The_indexes_of_a_new_table_are_ACTIVE_at_once_on_tablets_only(string tablets, string status)
    {
        var time = new FixedTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var engine = new TestEngine(new EngineOptions { TimeProvider = time, IndexBuildTime = TimeSpan.FromSeconds(10) });
        engine.CreateTable("things", "p:S", "c:S", Global + ",\"Tags\":[{\"Key\":\"system:initial_tablets\",\"Value\":\"" + tablets + "\"}]");
        Assert.Equal(status, (string)engine.Call("DescribeTable", """{"TableName":"things"}""")["Table"]!["GlobalSecondaryIndexes"]![0]!["IndexStatus"]!);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("ACTIVE", (string)engine.Call("DescribeTable", """{"TableName":"things"}""")["Table"]!["GlobalSecondaryIndexes"]![0]!["IndexStatus"]!);
    }

    private static string QueryBody(string x, string more = "") =>
        "{\"TableName\":\"things\",\"IndexName\":\"by-x\",\"KeyConditionExpression\":\"x = :x\",\"ExpressionAttributeValues\":{\":x\":{\"S\":\"" + x + "\"}}" + more + "}";

    private static IEnumerable<string> Query(TestEngine engine, string x) =>
        engine.Call("Query", QueryBody(x))["Items"]!.AsArray().Select(item => (string)item!["p"]!["S"]!);

    private static void Put(TestEngine engine, string p, string c, string more)
    {
        var item = JsonNode.Parse(more[1..])!.AsObject();
        item["p"] = new JsonObject { ["S"] = p };
        item["c"] = new JsonObject { ["S"] = c };
        engine.Call("PutItem", new JsonObject { ["TableName"] = "things", ["Item"] = item }.ToJsonString());
    }
}
