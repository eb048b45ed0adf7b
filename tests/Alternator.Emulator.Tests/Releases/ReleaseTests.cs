using System.Text.Json.Nodes;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.Releases;

/// <summary>
/// What a client sees change between ScyllaDB's release lines. Each was read in the source of the newest tags on both sides
/// (scylla-2025.1.14 to scylla-2026.3.0-rc2); the file and function stand at the trait in ReleaseTraits.
/// </summary>
public sealed class ReleaseTests
{
    private const string VnodesTag = "\"Tags\":[{\"Key\":\"system:initial_tablets\",\"Value\":\"none\"}]";
    private const string OldTabletsTag = "\"Tags\":[{\"Key\":\"experimental:initial_tablets\",\"Value\":\"0\"}]";

    [Theory]
    [InlineData(EmulatorRelease.V2025_2, true)]
    [InlineData(EmulatorRelease.V2025_3, false)]
    public void A_batch_without_writes_is_refused_from_2025_3(EmulatorRelease release, bool accepted)
    {
        using TestEngine engine = Start(release);
        engine.CreateTable("things");
        foreach (string body in new[] { """{"RequestItems":{}}""", """{"RequestItems":{"things":[]}}""" })
            Assert.Equal(accepted, Record.Exception(() => engine.Call("BatchWriteItem", body)) is null);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_1, true)]
    [InlineData(EmulatorRelease.V2025_2, false)]
    public void Switching_a_stream_to_what_it_is_is_refused_from_2025_2(EmulatorRelease release, bool accepted)
    {
        using TestEngine engine = Start(release);
        engine.CreateTable("things");
        const string Off = """{"TableName":"things","StreamSpecification":{"StreamEnabled":false}}""";
        const string On = """{"TableName":"things","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}""";
        Assert.Equal(accepted, Record.Exception(() => engine.Call("UpdateTable", Off)) is null);
        engine.Call("UpdateTable", On);
        Assert.Equal(accepted, Record.Exception(() => engine.Call("UpdateTable", On)) is null);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_2, false)]
    [InlineData(EmulatorRelease.V2025_3, true)]
    public void Time_to_live_works_on_tablets_from_2025_3(EmulatorRelease release, bool works)
    {
        using TestEngine engine = Start(release);
        engine.CreateTable("tablets", more: OldTabletsTag);
        engine.CreateTable("vnodes");
        const string Specification = "\"TimeToLiveSpecification\":{\"AttributeName\":\"e\",\"Enabled\":true}}";
        Assert.Equal(works, Record.Exception(() => engine.Call("UpdateTimeToLive", "{\"TableName\":\"tablets\"," + Specification)) is null);
        engine.Call("UpdateTimeToLive", "{\"TableName\":\"vnodes\"," + Specification);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_3, WriteIsolation.AlwaysUseLwt, false, false)]
    [InlineData(EmulatorRelease.V2025_3, WriteIsolation.OnlyRmwUsesLwt, true, false)]
    [InlineData(EmulatorRelease.V2025_3, WriteIsolation.UnsafeRmw, true, true)]
    [InlineData(EmulatorRelease.V2025_4, WriteIsolation.AlwaysUseLwt, true, true)]
    public void Writes_that_need_a_transaction_fail_on_tablets_before_2025_4(EmulatorRelease release, WriteIsolation isolation, bool plain, bool conditional)
    {
        using var engine = new TestEngine(new EngineOptions { Release = release, DefaultWriteIsolation = isolation });
        engine.CreateTable("things", more: release < EmulatorRelease.V2025_4 ? OldTabletsTag : null);
        Check(plain, """{"TableName":"things","Item":{"p":{"S":"a"}}}""");
        Check(conditional, """{"TableName":"things","Item":{"p":{"S":"b"}},"ConditionExpression":"attribute_not_exists(p)"}""");

        void Check(bool works, string body)
        {
            if (works) engine.Call("PutItem", body);
            else Assert.Equal(500, engine.Refuse("PutItem", body).StatusCode);
        }
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_2, 60)]
    [InlineData(EmulatorRelease.V2025_3, 0)]
    public void A_table_knows_when_it_was_made_from_2025_3(EmulatorRelease release, int secondsLater)
    {
        var time = new FixedTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        long made = time.GetUtcNow().ToUnixTimeSeconds();
        using var engine = new TestEngine(new EngineOptions { Release = release, TimeProvider = time });
        engine.CreateTable("things");
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(made + secondsLater, (double)Describe(engine)["CreationDateTime"]!);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_4, false)]
    [InlineData(EmulatorRelease.V2026_1, true)]
    public void DescribeTable_tells_the_size_from_2026_1(EmulatorRelease release, bool tells)
    {
        using TestEngine engine = Start(release);
        engine.CreateTable("things");
        Assert.Equal(tells, Describe(engine)["TableSizeBytes"] is not null);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_3, "x,p")]
    [InlineData(EmulatorRelease.V2025_4, "x")]
    public void An_index_without_range_key_is_described_so_from_2025_4(EmulatorRelease release, string keys)
    {
        using TestEngine engine = Start(release);
        engine.CreateTable("things", more: """DEFINE x:S;"GlobalSecondaryIndexes":[{"IndexName":"by-x","KeySchema":[{"AttributeName":"x","KeyType":"HASH"}]}]""");
        Assert.Equal(keys, IndexKeys(engine, 0));
    }

    [Fact]
    public void An_index_without_range_key_that_UpdateTable_adds_is_described_with_one_in_every_release()
    {
        using TestEngine engine = Start(EmulatorRelease.V2026_2);
        engine.CreateTable("things", "p:S", "c:S");
        engine.Call("UpdateTable", """{"TableName":"things","AttributeDefinitions":[{"AttributeName":"x","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by-x","KeySchema":[{"AttributeName":"x","KeyType":"HASH"}]}}]}""");
        engine.Call("UpdateTable", """{"TableName":"things","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by-p","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}}]}""");
        Assert.Equal("x,p", IndexKeys(engine, 0));
        Assert.Equal("p,c", IndexKeys(engine, 1));

        string file = Path.GetTempFileName();
        engine.Engine.SaveSnapshot(file);
        using TestEngine restored = Start(EmulatorRelease.V2026_2);
        restored.Engine.LoadSnapshot(file);
        File.Delete(file);
        Assert.Equal("x,p", IndexKeys(restored, 0));
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_3, null)]
    [InlineData(EmulatorRelease.V2025_4, "1.0")]
    [InlineData(EmulatorRelease.V2026_1, "1.1")]
    public void Stream_records_have_a_version_and_a_region_from_2025_4(EmulatorRelease release, string? version)
    {
        using TestEngine engine = StartStream(release);
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"a"}}}""");
        JsonNode record = Records(engine).Single();
        Assert.Equal(version, (string?)record["eventVersion"]);
        Assert.Equal(version is null ? null : "dc1", (string?)record["awsRegion"]);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_4, false)]
    [InlineData(EmulatorRelease.V2026_1, true)]
    public void Stream_records_tell_expiry_from_deletion_from_2026_1(EmulatorRelease release, bool tells)
    {
        using TestEngine engine = StartStream(release);
        engine.Call("UpdateTimeToLive", """{"TableName":"things","TimeToLiveSpecification":{"AttributeName":"e","Enabled":true}}""");
        engine.Call("PutItem", "{\"TableName\":\"things\",\"Item\":{\"p\":{\"S\":\"a\"},\"e\":{\"N\":\"" + (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 5) + "\"}}}");
        engine.Engine.DeleteExpired();
        JsonNode removed = Records(engine).Single(record => (string)record["eventName"]! == "REMOVE");
        Assert.Equal(tells ? "Service" : null, (string?)removed["userIdentity"]?["Type"]);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2026_1, "^S[0-9a-f-]{36}$")]
    [InlineData(EmulatorRelease.V2026_2, "^arn:aws:dynamodb:")]
    public void Streams_have_ARNs_in_the_form_of_AWS_from_2026_2(EmulatorRelease release, string form)
    {
        using TestEngine engine = StartStream(release);
        string arn = (string)Describe(engine)["LatestStreamArn"]!;
        Assert.Matches(form, arn);
        Assert.Equal("ENABLED", (string)engine.Call("DescribeStream", "{\"StreamArn\":\"" + arn + "\"}")["StreamDescription"]!["StreamStatus"]!);
        Assert.Equal("ResourceNotFoundException", engine.Refuse("DescribeStream", "{\"StreamArn\":\"" + arn.Replace('0', '1') + "x\"}").Type);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2026_1, false)]
    [InlineData(EmulatorRelease.V2026_2, true)]
    public void Shards_are_filtered_from_2026_2(EmulatorRelease release, bool filters)
    {
        using TestEngine engine = StartStream(release);
        string arn = (string)Describe(engine)["LatestStreamArn"]!;
        string shard = (string)engine.Call("DescribeStream", "{\"StreamArn\":\"" + arn + "\"}")["StreamDescription"]!["Shards"]![0]!["ShardId"]!;
        JsonNode children = engine.Call("DescribeStream", "{\"StreamArn\":\"" + arn + "\",\"ShardFilter\":{\"Type\":\"CHILD_SHARDS\",\"ShardId\":\"" + shard + "\"}}");
        Assert.Equal(filters, children["StreamDescription"]!["Shards"]!.AsArray().Count == 0);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2026_2, false)]
    [InlineData(EmulatorRelease.V2026_3, true)]
    public void A_disabled_stream_is_described_and_listed_from_2026_3(EmulatorRelease release, bool shown)
    {
        using TestEngine engine = StartStream(release);
        string arn = (string)Describe(engine)["LatestStreamArn"]!;
        engine.Call("UpdateTable", """{"TableName":"things","StreamSpecification":{"StreamEnabled":false}}""");
        Assert.Equal(shown, Describe(engine)["LatestStreamArn"] is not null);
        Assert.Equal(shown, engine.Call("ListStreams", "{}")["Streams"]!.AsArray().Count == 1);
        JsonNode description = engine.Call("DescribeStream", "{\"StreamArn\":\"" + arn + "\"}")["StreamDescription"]!;
        Assert.Equal("DISABLED", (string)description["StreamStatus"]!);
        Assert.Equal(shown, description["Shards"] is not null);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2026_1, false)]
    [InlineData(EmulatorRelease.V2026_2, true)]
    public void Vector_search_is_not_known_before_2026_2_and_refused_by_the_emulator_since(EmulatorRelease release, bool known)
    {
        using TestEngine engine = Start(release);
        Assert.Equal(known, Record.Exception(() => engine.CreateTable("vectors", more: """ "VectorIndexes":[{}] """)) is not null);
        engine.CreateTable("things");
        Assert.Equal(known, Record.Exception(() => engine.Call(
            "Query", """{"TableName":"things","VectorSearch":{},"KeyConditionExpression":"p = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}""")) is not null);
    }

    private static TestEngine Start(EmulatorRelease release) => new(new EngineOptions { Release = release });

    private static TestEngine StartStream(EmulatorRelease release)
    {
        TestEngine engine = Start(release);
        engine.CreateTable("things", more: "\"StreamSpecification\":{\"StreamEnabled\":true}," + VnodesTag);
        return engine;
    }

    private static JsonNode Describe(TestEngine engine) => engine.Call("DescribeTable", """{"TableName":"things"}""")["Table"]!;

    private static string IndexKeys(TestEngine engine, int index) =>
        string.Join(',', Describe(engine)["GlobalSecondaryIndexes"]![index]!["KeySchema"]!.AsArray().Select(key => (string)key!["AttributeName"]!));

    private static IEnumerable<JsonNode> Records(TestEngine engine)
    {
        string arn = (string)Describe(engine)["LatestStreamArn"]!;
        foreach (JsonNode? shard in engine.Call("DescribeStream", "{\"StreamArn\":\"" + arn + "\"}")["StreamDescription"]!["Shards"]!.AsArray())
        {
            JsonNode iterator = engine.Call("GetShardIterator", "{\"StreamArn\":\"" + arn + "\",\"ShardId\":\"" + shard!["ShardId"] + "\",\"ShardIteratorType\":\"TRIM_HORIZON\"}");
            foreach (JsonNode? record in engine.Call("GetRecords", "{\"ShardIterator\":\"" + iterator["ShardIterator"] + "\"}")["Records"]!.AsArray()) yield return record!;
        }
    }
}
