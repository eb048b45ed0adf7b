using System.Globalization;
using System.Text.Json.Nodes;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.Streams;

/// <summary>Source: DynamoDB Streams API reference; docs/alternator/compatibility.md, "Alternator Streams"; alternator/streams.cc.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData("KEYS_ONLY", false, false)]
    [InlineData("NEW_IMAGE", true, false)]
    [InlineData("OLD_IMAGE", false, true)]
    [InlineData("NEW_AND_OLD_IMAGES", true, true)]
    public void Records_hold_the_images_of_the_view_type(string view, bool hasNew, bool hasOld)
    {
        using var engine = new TestEngine();
        Create(engine, view);
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"k"},"x":{"N":"1"}}}""");
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"k"},"x":{"N":"2"}}}""");
        engine.Call("UpdateItem", """{"TableName":"things","Key":{"p":{"S":"k"}},"UpdateExpression":"SET x = x"}""");
        engine.Call("DeleteItem", """{"TableName":"things","Key":{"p":{"S":"k"}}}""");
        engine.Call("DeleteItem", """{"TableName":"things","Key":{"p":{"S":"k"}}}""");
        var records = Records(engine);
        Assert.Equal(["INSERT", "MODIFY", "REMOVE"], records.Select(record => (string)record["eventName"]!));
        Assert.All(records, record =>
        {
            Assert.Equal("""{"p":{"S":"k"}}""", record["dynamodb"]!["Keys"]!.ToJsonString());
            Assert.Equal("scylladb:alternator", (string)record["eventSource"]!);
            Assert.Equal("dc1", (string)record["awsRegion"]!);
            Assert.Null(record["dynamodb"]!["SizeBytes"]);
        });
        Assert.Equal(hasNew ? "2" : null, (string?)records[1]["dynamodb"]!["NewImage"]?["x"]!["N"]);
        Assert.Equal(hasOld ? "1" : null, (string?)records[1]["dynamodb"]!["OldImage"]?["x"]!["N"]);
        Assert.Null(records[0]["dynamodb"]!["OldImage"]);
        Assert.Null(records[2]["dynamodb"]!["NewImage"]);
    }

    [Fact]
    public void Without_increased_compatibility_overwrites_are_inserts_and_writes_without_effect_are_told()
    {
        using var engine = new TestEngine(new EngineOptions { StreamsIncreasedCompatibility = false });
        Create(engine, "KEYS_ONLY");
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"k"},"x":{"N":"1"}}}""");
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"k"},"x":{"N":"1"}}}""");
        engine.Call("DeleteItem", """{"TableName":"things","Key":{"p":{"S":"k"}}}""");
        engine.Call("DeleteItem", """{"TableName":"things","Key":{"p":{"S":"k"}}}""");
        Assert.Equal(["INSERT", "INSERT", "REMOVE", "REMOVE"], Records(engine).Select(record => (string)record["eventName"]!));
    }

    [Fact]
    public void Ids_and_sequence_numbers_have_the_form_that_clients_expect()
    {
        using var engine = new TestEngine();
        var arn = Create(engine, "KEYS_ONLY");
        for (var i = 0; i < 50; i++)
        {
            engine.Call("PutItem", "{\"TableName\":\"things\",\"Item\":{\"p\":{\"S\":\"k\"},\"x\":{\"N\":\"" + i + "\"}}}");
        }

        Assert.Matches("^arn:aws:dynamodb:us-east-1:000000000000:table/alternator_things@things_scylla_cdc_log/stream/.+", arn);
        Assert.All(Shards(engine, arn), shard => Assert.InRange(shard.Length, 28, 65));
        var numbers = Records(engine).Select(record => (string)record["dynamodb"]!["SequenceNumber"]!).ToArray();
        Assert.Equal(50, numbers.Length);
        Assert.All(numbers, number => Assert.InRange(number.Length, 21, 40));
        var values = numbers.Select(number => UInt128.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(values.Order(), values);
    }

    [Fact]
    public void Iterators_begin_where_they_are_told_to()
    {
        using var engine = new TestEngine();
        var arn = Create(engine, "NEW_IMAGE");
        Put("1");
        Put("2");
        Put("3");
        var all = Records(engine);
        var second = (string)all[1]["dynamodb"]!["SequenceNumber"]!;
        var shard = Shards(engine, arn).Single(id => Read(engine, Iterator(engine, arn, id, "TRIM_HORIZON")).Count > 0);
        var latest = Iterator(engine, arn, shard, "LATEST");
        Assert.Empty(Read(engine, latest));
        Put("4");
        Assert.Equal(["4"], Values(Read(engine, latest)));
        Assert.Equal(["2", "3", "4"], Values(Read(engine, Iterator(engine, arn, shard, "AT_SEQUENCE_NUMBER", second))));
        Assert.Equal(["3", "4"], Values(Read(engine, Iterator(engine, arn, shard, "AFTER_SEQUENCE_NUMBER", second))));
        var page = engine.Call("GetRecords", "{\"Limit\":3,\"ShardIterator\":\"" + Iterator(engine, arn, shard, "TRIM_HORIZON") + "\"}");
        Assert.Equal(3, page["Records"]!.AsArray().Count);
        Assert.Equal(["4"], Values(Read(engine, (string)page["NextShardIterator"]!)));

        void Put(string x) => engine.Call("PutItem", "{\"TableName\":\"things\",\"Item\":{\"p\":{\"S\":\"k\"},\"x\":{\"S\":\"" + x + "\"}}}");

        static IEnumerable<string> Values(List<JsonObject> records) => records.Select(record => (string)record["dynamodb"]!["NewImage"]!["x"]!["S"]!);
    }

    [Fact]
    public void A_change_is_visible_after_the_time_window()
    {
        var time = new FixedTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var engine = new TestEngine(new EngineOptions { TimeProvider = time, StreamsTimeWindow = TimeSpan.FromSeconds(10) });
        Create(engine, "KEYS_ONLY");
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"k"}}}""");
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(Records(engine));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(Records(engine));
    }

    [Fact]
    public void A_disabled_stream_stays_readable_until_it_is_enabled_again()
    {
        using var engine = new TestEngine(new EngineOptions { Release = EmulatorRelease.V2026_3 });
        var arn = Create(engine, "KEYS_ONLY");
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"k"}}}""");
        engine.RefuseAsInvalid("UpdateTable", """{"TableName":"things","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}""", "already");
        engine.Call("UpdateTable", """{"TableName":"things","StreamSpecification":{"StreamEnabled":false}}""");
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"unseen"}}}""");
        Assert.Single(Records(engine));
        Assert.Equal("DISABLED", (string)engine.Call("DescribeStream", "{\"StreamArn\":\"" + arn + "\"}")["StreamDescription"]!["StreamStatus"]!);
        var iterator = Iterator(engine, arn, Shards(engine, arn)[0], "LATEST");
        Assert.Null(engine.Call("GetRecords", "{\"ShardIterator\":\"" + iterator + "\"}")["NextShardIterator"]);
        engine.Call("UpdateTable", """{"TableName":"things","StreamSpecification":{"StreamEnabled":true}}""");
        Assert.Equal("ResourceNotFoundException", engine.Refuse("DescribeStream", "{\"StreamArn\":\"" + arn + "\"}").Type);
        Assert.Equal("ResourceNotFoundException", engine.Refuse("GetRecords", "{\"ShardIterator\":\"" + iterator + "\"}").Type);
        Assert.Empty(Records(engine));
    }

    [Fact]
    public void Streams_and_shards_are_listed_page_by_page()
    {
        using var engine = new TestEngine();
        var arn = Create(engine, "KEYS_ONLY");
        engine.CreateTable("another", more: """ "StreamSpecification":{"StreamEnabled":true} """);
        engine.CreateTable("without");
        var first = engine.Call("ListStreams", """{"Limit":1}""");
        Assert.Equal("another", (string)first["Streams"]![0]!["TableName"]!);
        var second = engine.Call("ListStreams", "{\"ExclusiveStartStreamArn\":\"" + first["LastEvaluatedStreamArn"] + "\"}");
        Assert.Equal("things", (string)second["Streams"]!.AsArray().Single()!["TableName"]!);
        Assert.Null(second["LastEvaluatedStreamArn"]);
        var shards = new List<string>();
        string? start = null;
        do
        {
            var page = engine.Call("DescribeStream", "{\"Limit\":3,\"StreamArn\":\"" + arn + "\"" + (start is null ? "" : ",\"ExclusiveStartShardId\":\"" + start + "\"") + "}")["StreamDescription"]!;
            shards.AddRange(page["Shards"]!.AsArray().Select(shard => (string)shard!["ShardId"]!));
            start = (string?)page["LastEvaluatedShardId"];
        }
        while (start is not null);
        Assert.Equal(Shards(engine, arn), shards);
    }

    [Theory]
    [InlineData("DescribeStream", "{}", "ValidationException")]
    [InlineData("DescribeStream", """{"StreamArn":"things"}""", "ValidationException")]
    [InlineData("DescribeStream", """{"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/alternator_x@x_scylla_cdc_log/stream/2020-01-01T00:00:00.000"}""", "ResourceNotFoundException")]
    [InlineData("DescribeStream", """{"StreamArn":"ARN","Limit":0}""", "ValidationException")]
    [InlineData("DescribeStream", """{"StreamArn":"ARN","ShardFilter":{"Type":"X"}}""", "ValidationException")]
    [InlineData("GetShardIterator", """{"StreamArn":"ARN","ShardId":"x","ShardIteratorType":"LATEST"}""", "ResourceNotFoundException")]
    [InlineData("GetShardIterator", """{"StreamArn":"ARN","ShardId":"SHARD","ShardIteratorType":"FIRST"}""", "ValidationException")]
    [InlineData("GetShardIterator", """{"StreamArn":"ARN","ShardId":"SHARD"}""", "ValidationException")]
    [InlineData("GetShardIterator", """{"StreamArn":"ARN","ShardId":"SHARD","ShardIteratorType":"AT_SEQUENCE_NUMBER"}""", "ValidationException")]
    [InlineData("GetShardIterator", """{"StreamArn":"ARN","ShardId":"SHARD","ShardIteratorType":"LATEST","SequenceNumber":"1"}""", "ValidationException")]
    [InlineData("GetShardIterator", """{"StreamArn":"ARN","ShardId":"SHARD","ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"x"}""", "ValidationException")]
    [InlineData("GetRecords", """{"ShardIterator":"x"}""", "ValidationException")]
    [InlineData("GetRecords", """{"ShardIterator":"ITERATOR","Limit":1001}""", "ValidationException")]
    [InlineData("GetRecords", """{"ShardIterator":"ITERATOR","Limit":0}""", "ValidationException")]
    [InlineData("ListStreams", """{"Limit":0}""", "ValidationException")]
    [InlineData("ListStreams", """{"TableName":"absent"}""", "ResourceNotFoundException")]
    public void Impossible_requests_are_refused(string operation, string body, string type)
    {
        using var engine = new TestEngine();
        var arn = Create(engine, "KEYS_ONLY");
        var shard = Shards(engine, arn)[0];
        body = body.Replace("\"ARN\"", "\"" + arn + "\"", StringComparison.Ordinal)
            .Replace("\"SHARD\"", "\"" + shard + "\"", StringComparison.Ordinal)
            .Replace("ITERATOR", Iterator(engine, arn, shard, "LATEST"), StringComparison.Ordinal);
        Assert.Equal(type, engine.Refuse(operation, body).Type);
    }

    private static string Create(TestEngine engine, string view)
    {
        engine.CreateTable("things", more: "\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"" + view + "\"}");
        return (string)engine.Call("DescribeTable", """{"TableName":"things"}""")["Table"]!["LatestStreamArn"]!;
    }

    private static List<string> Shards(TestEngine engine, string arn) =>
        [.. engine.Call("DescribeStream", "{\"StreamArn\":\"" + arn + "\"}")["StreamDescription"]!["Shards"]!.AsArray().Select(shard => (string)shard!["ShardId"]!)];

    private static string Iterator(TestEngine engine, string arn, string shard, string type, string? sequence = null) =>
        (string)engine.Call("GetShardIterator", "{\"StreamArn\":\"" + arn + "\",\"ShardId\":\"" + shard + "\",\"ShardIteratorType\":\"" + type + "\"" +
            (sequence is null ? "" : ",\"SequenceNumber\":\"" + sequence + "\"") + "}")["ShardIterator"]!;

    private static List<JsonObject> Read(TestEngine engine, string iterator) =>
        [.. engine.Call("GetRecords", "{\"ShardIterator\":\"" + iterator + "\"}")["Records"]!.AsArray().Select(record => record!.AsObject())];

    private static List<JsonObject> Records(TestEngine engine)
    {
        var arn = (string)engine.Call("ListStreams", """{"TableName":"things"}""")["Streams"]![0]!["StreamArn"]!;
        return [.. Shards(engine, arn).SelectMany(shard => Read(engine, Iterator(engine, arn, shard, "TRIM_HORIZON")))];
    }
}
