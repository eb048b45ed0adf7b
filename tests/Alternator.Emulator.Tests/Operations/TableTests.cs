using System.Text.Json.Nodes;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.Operations;

/// <summary>Source: DynamoDB API reference, CreateTable, DescribeTable, UpdateTable; docs/alternator/compatibility.md; alternator/executor.cc.</summary>
public sealed class TableTests
{
    private const string Definitions = """
        "AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]
        """;

    [Theory]
    [InlineData("""{"TableName":"ab","BillingMode":"PAY_PER_REQUEST",DEF}""", "TableName")]
    [InlineData("""{"TableName":"a b c","BillingMode":"PAY_PER_REQUEST",DEF}""", "TableName")]
    [InlineData("""{"TableName":7,"BillingMode":"PAY_PER_REQUEST",DEF}""", "TableName")]
    [InlineData("""{"BillingMode":"PAY_PER_REQUEST",DEF}""", "TableName")]
    [InlineData("""{"TableName":".scylla.alternator.system.local","BillingMode":"PAY_PER_REQUEST",DEF}""", "reserved")]
    [InlineData("""{"TableName":"things",DEF}""", "ProvisionedThroughput")]
    [InlineData("""{"TableName":"things","BillingMode":"FREE",DEF}""", "BillingMode")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1},DEF}""", "ProvisionedThroughput")]
    [InlineData("""{"TableName":"things","BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":1},DEF}""", "writeCapacityUnits")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","SSESpecification":{"Enabled":true},DEF}""", "encryption")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","VectorIndexes":[{}],DEF}""", "vector")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"x","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}""", "spurious")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}""", "missing in AttributeDefinitions")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"BOOL"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}""", "key type")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"KeySchema":[]}""", "KeySchema")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"RANGE"}]}""", "HASH")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"p","KeyType":"RANGE"}]}""", "same")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"p","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}""", "Duplicate")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","LocalSecondaryIndexes":[{"IndexName":"loc","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"p","KeyType":"RANGE"}]}],DEF}""", "range key")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[{"IndexName":"x","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}],DEF}""", "IndexName")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[{"IndexName":"xxx","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]},{"IndexName":"xxx","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}],DEF}""", "Duplicate")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[{"IndexName":"xxx","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"q","KeyType":"HASH"},{"AttributeName":"r","KeyType":"HASH"}]}],DEF}""", "one or two")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","StreamSpecification":{},DEF}""", "StreamEnabled")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"ALL"},DEF}""", "StreamViewType")]
    [InlineData("""{"TableName":"things","BillingMode":"PAY_PER_REQUEST","Tags":[{"Key":"system:write_isolation","Value":"none"}],DEF}""", "isolation")]
    public void Definitions_that_can_not_be_are_refused_and_leave_no_table(string body, string message)
    {
        using var engine = new TestEngine();
        engine.RefuseAsInvalid("CreateTable", body.Replace("DEF", Definitions, StringComparison.Ordinal), message);
        Assert.Empty(engine.Call("ListTables", "{}")["TableNames"]!.AsArray());
    }

    [Theory]
    [InlineData(EmulatorRelease.V2026_2, 192)]
    [InlineData(EmulatorRelease.V2025_4, 192)]
    [InlineData(EmulatorRelease.V2025_3, 222)]
    public void The_longest_table_name_depends_on_the_release(EmulatorRelease release, int longest)
    {
        using var engine = new TestEngine(new EngineOptions { Release = release });
        engine.CreateTable(new string('x', longest));
        Assert.Equal("ValidationException", Assert.Throws<AlternatorException>(() => engine.CreateTable(new string('y', longest + 1))).Type);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_3, null, true)]
    [InlineData(EmulatorRelease.V2025_3, "experimental:initial_tablets", false)]
    [InlineData(EmulatorRelease.V2025_4, null, false)]
    [InlineData(EmulatorRelease.V2026_1, null, false)]
    [InlineData(EmulatorRelease.V2026_1, "system:initial_tablets", false)]
    [InlineData(EmulatorRelease.V2026_2, null, true)]
    public void Streams_need_vnodes_before_2026_2(EmulatorRelease release, string? tabletsTag, bool allowed)
    {
        using var engine = new TestEngine(new EngineOptions { Release = release });
        const string Stream = "\"StreamSpecification\":{\"StreamEnabled\":true}";
        var tags = tabletsTag is null ? "" : ",\"Tags\":[{\"Key\":\"" + tabletsTag + "\",\"Value\":\"0\"}]";
        Assert.Equal(allowed, Record.Exception(() => engine.CreateTable("things", more: Stream + tags)) is null);
        var vnodes = release >= EmulatorRelease.V2025_4 ? "system" : "experimental";
        engine.CreateTable("on-vnodes", more: Stream + ",\"Tags\":[{\"Key\":\"" + vnodes + ":initial_tablets\",\"Value\":\"none\"}]");
    }

    [Fact]
    public void Indexes_on_tablets_need_racks_that_match_the_replicas()
    {
        const string Index = """
            "GlobalSecondaryIndexes":[{"IndexName":"by-p","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}]
            """;
        using var engine = new TestEngine(new EngineOptions { AllowsIndexesOnTablets = () => false });
        engine.CreateTable("plain");
        engine.CreateTable("on-vnodes", more: Index + ""","Tags":[{"Key":"system:initial_tablets","Value":"none"}]""");
        Assert.Contains("racks", Assert.Throws<AlternatorException>(() => engine.CreateTable("things", more: Index)).Message, StringComparison.Ordinal);
        engine.RefuseAsInvalid(
            "UpdateTable",
            """{"TableName":"plain","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by-p","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}}]}""",
            "racks");
        using var older = new TestEngine(new EngineOptions { AllowsIndexesOnTablets = () => false, Release = EmulatorRelease.V2025_3 });
        older.CreateTable("things", more: Index);
    }

    [Fact]
    public void CreateTable_and_UpdateTable_answer_the_request_with_four_things_more()
    {
        using var engine = new TestEngine();
        var created = engine.Call("CreateTable", """
            {"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],
            "StreamSpecification":{"StreamEnabled":true},"Unknown":"\ud800\u0041"}
            """)["TableDescription"]!.AsObject();
        Assert.Equal(
            ["TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "Unknown", "CreationDateTime", "TableStatus", "TableId", "LatestStreamArn", "LatestStreamLabel", "StreamSpecification"],
            created.Select(member => member.Key));
        Assert.Equal("ACTIVE", (string)created["TableStatus"]!);
        Assert.Equal("KEYS_ONLY", (string)created["StreamSpecification"]!["StreamViewType"]!);
        var updated = engine.Call("UpdateTable", """{"TableName":"things","BillingMode":"PAY_PER_REQUEST"}""")["TableDescription"]!.AsObject();
        Assert.Null(updated["KeySchema"]);
        Assert.Null(updated["TableArn"]);
        Assert.Equal((string)created["TableId"]!, (string)updated["TableId"]!);
    }

    [Fact]
    public void DescribeTable_tells_what_Alternator_tells()
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        using var engine = new TestEngine(new EngineOptions { TimeProvider = new FixedTime(time), Seed = 1 });
        engine.CreateTable("things", "p:S", "c:N");
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"abc"},"c":{"N":"1"},"x":{"S":"12345"}}}""");
        var table = engine.Call("DescribeTable", """{"TableName":"things"}""")["Table"]!.AsObject();
        Assert.Equal("arn:scylla:alternator:alternator_things:scylla:table/things", (string)table["TableArn"]!);
        Assert.Equal(time.ToUnixTimeSeconds(), (double)table["CreationDateTime"]!);
        Assert.Equal("PAY_PER_REQUEST", (string)table["BillingModeSummary"]!["BillingMode"]!);
        Assert.Equal(["p", "c"], table["KeySchema"]!.AsArray().Select(key => (string)key!["AttributeName"]!));
        Assert.True((int)table["TableSizeBytes"]! >= 12);
        Assert.Null(table["ItemCount"]);
        using var again = new TestEngine(new EngineOptions { TimeProvider = new FixedTime(time), Seed = 1 });
        again.CreateTable("things", "p:S", "c:N");
        Assert.Equal((string)table["TableId"]!, (string)again.Call("DescribeTable", """{"TableName":"things"}""")["Table"]!["TableId"]!);
    }

    [Theory]
    [InlineData("""{"TableName":"things"}""", "ValidationException")]
    [InlineData("""{"TableName":"things","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}""", "ValidationException")]
    [InlineData("""{"TableName":"things","ReplicaUpdates":[]}""", "ValidationException")]
    [InlineData("""{"TableName":"things","SSESpecification":{"Enabled":false}}""", "ValidationException")]
    [InlineData("""{"TableName":"things","BillingMode":"X"}""", "ValidationException")]
    [InlineData("""{"TableName":"absent","BillingMode":"PAY_PER_REQUEST"}""", "ResourceNotFoundException")]
    [InlineData("""{"TableName":"things","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}},{"Delete":{"IndexName":"abd"}}]}""", "LimitExceededException")]
    [InlineData("""{"TableName":"things","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"abc"}}]}""", "ValidationException")]
    [InlineData("""{"TableName":"things","GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"abc"}}]}""", "ValidationException")]
    [InlineData("""{"TableName":"things","StreamSpecification":{"StreamEnabled":false}}""", "ValidationException")]
    public void UpdateTable_refuses_what_Alternator_refuses(string body, string type)
    {
        using var engine = new TestEngine();
        engine.CreateTable("things");
        Assert.Equal(type, engine.Refuse("UpdateTable", body).Type);
    }

    [Theory]
    [InlineData("TransactWriteItems")]
    [InlineData("TransactGetItems")]
    [InlineData("ExecuteStatement")]
    [InlineData("BatchExecuteStatement")]
    [InlineData("ExecuteTransaction")]
    [InlineData("CreateBackup")]
    [InlineData("UpdateContinuousBackups")]
    [InlineData("CreateGlobalTable")]
    [InlineData("EnableKinesisStreamingDestination")]
    [InlineData("ExportTableToPointInTime")]
    [InlineData("ImportTable")]
    [InlineData("DescribeLimits")]
    [InlineData("")]
    public void Operations_that_Alternator_lacks_are_unknown(string operation)
    {
        using var engine = new TestEngine();
        Assert.Equal("UnknownOperationException", engine.Refuse(operation, "{}").Type);
    }

    [Fact]
    public void DescribeEndpoints_echoes_the_host_unless_configured()
    {
        using var echo = new TestEngine { Host = "node:8000" };
        Assert.Equal("node:8000", (string)echo.Call("DescribeEndpoints", "{}")["Endpoints"]![0]!["Address"]!);
        using var configured = new TestEngine(new EngineOptions { DescribeEndpoints = "other:1" });
        Assert.Equal("other:1", (string)configured.Call("DescribeEndpoints", "{}")["Endpoints"]![0]!["Address"]!);
        using var disabled = new TestEngine(new EngineOptions { DescribeEndpoints = "disabled" });
        Assert.Equal("UnknownOperationException", disabled.Refuse("DescribeEndpoints", "{}").Type);
    }

    [Fact]
    public void DescribeContinuousBackups_is_answered()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things");
        Assert.Equal("DISABLED", (string)engine.Call("DescribeContinuousBackups", """{"TableName":"things"}""")["ContinuousBackupsDescription"]!["ContinuousBackupsStatus"]!);
        Assert.Equal("TableNotFoundException", engine.Refuse("DescribeContinuousBackups", """{"TableName":"absent"}""").Type);
    }

    [Fact]
    public void Tags_are_listed_replaced_removed_and_checked()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things", more: """ "Tags":[{"Key":"a","Value":"1"}] """);
        const string Arn = "\"ResourceArn\":\"arn:scylla:alternator:alternator_things:scylla:table/things\"";
        engine.Call("TagResource", "{" + Arn + ""","Tags":[{"Key":"a","Value":"2"},{"Key":"b","Value":""}]}""");
        engine.Call("UntagResource", "{" + Arn + ""","TagKeys":["b","absent"]}""");
        Assert.Equal("""[{"Key":"a","Value":"2"}]""", engine.Call("ListTagsOfResource", "{" + Arn + "}")["Tags"]!.ToJsonString());
        engine.RefuseAsInvalid("TagResource", "{" + Arn + ""","Tags":[]}""", "at least 1");
        engine.RefuseAsInvalid("TagResource", "{" + Arn + ""","Tags":[{"Key":"system:x","Value":"2"}]}""", "reserved");
        engine.RefuseAsInvalid("TagResource", "{" + Arn + ""","Tags":[{"Key":"!","Value":"2"}]}""", "letters");
        engine.RefuseAsInvalid("TagResource", "{" + Arn + ",\"Tags\":[" + string.Join(",", Enumerable.Range(0, 51).Select(i => "{\"Key\":\"k" + i + "\",\"Value\":\"\"}")) + "]}", "exceed");
        Assert.Equal("AccessDeniedException", engine.Refuse("ListTagsOfResource", """{"ResourceArn":"things"}""").Type);
        Assert.Equal("AccessDeniedException", engine.Refuse("ListTagsOfResource", "{}").Type);
        Assert.Equal("ResourceNotFoundException", engine.Refuse("ListTagsOfResource", """{"ResourceArn":"arn:scylla:alternator:alternator_x:scylla:table/x"}""").Type);
        engine.RefuseAsInvalid("ListTagsOfResource", """{"ResourceArn":"arn:scylla:alternator:alternator_x:scylla:disk/x"}""", "resource-type");
    }

    [Theory]
    [InlineData("PutItem", ""","Item":{"p":{"S":"k"}}""", true)]
    [InlineData("PutItem", ""","Item":{"p":{"S":"k"}},"ReturnValues":"ALL_OLD" """, false)]
    [InlineData("PutItem", ""","Item":{"p":{"S":"k"}},"ConditionExpression":"attribute_exists(p)" """, false)]
    [InlineData("PutItem", ""","Item":{"p":{"S":"k"}},"Expected":{"p":{"Exists":false}}""", false)]
    [InlineData("DeleteItem", ""","Key":{"p":{"S":"k"}}""", true)]
    [InlineData("DeleteItem", ""","Key":{"p":{"S":"k"}},"ReturnValues":"ALL_OLD" """, false)]
    [InlineData("UpdateItem", ""","Key":{"p":{"S":"k"}},"UpdateExpression":"SET a = :v REMOVE b","ExpressionAttributeValues":{":v":{"N":"1"}},"ReturnValues":"UPDATED_NEW" """, true)]
    [InlineData("UpdateItem", ""","Key":{"p":{"S":"k"}},"UpdateExpression":"SET a = b" """, false)]
    [InlineData("UpdateItem", ""","Key":{"p":{"S":"k"}},"UpdateExpression":"SET a = if_not_exists(a, :v)","ExpressionAttributeValues":{":v":{"N":"1"}}""", false)]
    [InlineData("UpdateItem", ""","Key":{"p":{"S":"k"}},"UpdateExpression":"ADD a :v","ExpressionAttributeValues":{":v":{"N":"1"}}""", false)]
    [InlineData("UpdateItem", ""","Key":{"p":{"S":"k"}},"UpdateExpression":"REMOVE a.b" """, false)]
    [InlineData("UpdateItem", ""","Key":{"p":{"S":"k"}},"AttributeUpdates":{"a":{"Action":"PUT","Value":{"N":"1"}}}""", true)]
    [InlineData("UpdateItem", ""","Key":{"p":{"S":"k"}},"AttributeUpdates":{"a":{"Action":"ADD","Value":{"N":"1"}}}""", false)]
    [InlineData("UpdateItem", ""","Key":{"p":{"S":"k"}},"ReturnValues":"ALL_NEW" """, false)]
    public void Under_forbid_rmw_a_write_that_needs_a_read_is_refused(string operation, string parameters, bool allowed)
    {
        var body = "{\"TableName\":\"things\"" + parameters + "}";
        using var engine = new TestEngine();
        engine.CreateTable("things", more: """ "Tags":[{"Key":"system:write_isolation","Value":"f"}] """);
        if (allowed)
        {
            engine.Call(operation, body);
        }
        else
        {
            engine.RefuseAsInvalid(operation, body, "forbid_rmw");
        }

        using var byDefault = new TestEngine(new EngineOptions { DefaultWriteIsolation = WriteIsolation.ForbidRmw });
        byDefault.CreateTable("things");
        Assert.Equal(allowed, Record.Exception(() => byDefault.Call(operation, body)) is null);
    }

    [Theory]
    [InlineData(EmulatorRelease.V2025_1, null, 300, true)]
    [InlineData(EmulatorRelease.V2026_2, null, 100, true)]
    [InlineData(EmulatorRelease.V2026_2, null, 101, false)]
    [InlineData(EmulatorRelease.V2026_2, 7, 8, false)]
    public void A_batch_of_writes_has_a_limit(EmulatorRelease release, int? configured, int count, bool allowed)
    {
        using var engine = new TestEngine(new EngineOptions { Release = release, MaxItemsInBatchWrite = configured });
        engine.CreateTable("things");
        var requests = string.Join(",", Enumerable.Range(0, count).Select(i => "{\"PutRequest\":{\"Item\":{\"p\":{\"S\":\"k" + i + "\"}}}}"));
        var failure = Record.Exception(() => engine.Call("BatchWriteItem", "{\"RequestItems\":{\"things\":[" + requests + "]}}"));
        Assert.Equal(allowed, failure is null);
        Assert.Equal(allowed ? count : 0, (int)engine.Call("Scan", """{"TableName":"things","Select":"COUNT"}""")["Count"]!);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"RequestItems":{}}""")]
    [InlineData("""{"RequestItems":{"things":[]}}""")]
    [InlineData("""{"RequestItems":{"things":[{}]}}""")]
    [InlineData("""{"RequestItems":{"things":[{"PutRequest":{}}]}}""")]
    [InlineData("""{"RequestItems":{"things":[{"UpdateRequest":{}}]}}""")]
    [InlineData("""{"RequestItems":{"things":[{"PutRequest":{"Item":{"p":{"S":"a"}}}},{"DeleteRequest":{"Key":{"p":{"S":"a"}}}}]}}""")]
    public void Malformed_batches_and_duplicates_are_refused(string body)
    {
        using var engine = new TestEngine();
        engine.CreateTable("things");
        Assert.Equal("ValidationException", engine.Refuse("BatchWriteItem", body).Type);
    }

    [Fact]
    public void A_batch_reads_by_key_with_projection_and_refuses_duplicates()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things");
        engine.Call("BatchWriteItem", """{"RequestItems":{"things":[{"PutRequest":{"Item":{"p":{"S":"a"},"x":{"N":"1"}}}},{"PutRequest":{"Item":{"p":{"S":"b"},"x":{"N":"2"}}}}]}}""");
        var answer = engine.Call("BatchGetItem", """{"ReturnConsumedCapacity":"TOTAL","RequestItems":{"things":{"Keys":[{"p":{"S":"a"}},{"p":{"S":"b"}},{"p":{"S":"c"}}],"ProjectionExpression":"#x","ExpressionAttributeNames":{"#x":"x"}}}}""");
        Assert.Equal("""[{"x":{"N":"1"}},{"x":{"N":"2"}}]""", answer["Responses"]!["things"]!.ToJsonString());
        Assert.Empty(answer["UnprocessedKeys"]!.AsObject());
        Assert.Equal(1.0, (double)answer["ConsumedCapacity"]![0]!["CapacityUnits"]!);
        engine.RefuseAsInvalid("BatchGetItem", """{"RequestItems":{"things":{"Keys":[{"p":{"S":"a"}},{"p":{"S":"a"}}]}}}""", "duplicates");
        Assert.Equal("ResourceNotFoundException", engine.Refuse("BatchGetItem", """{"RequestItems":{"absent":{"Keys":[{"p":{"S":"a"}}]}}}""").Type);
    }

    [Theory]
    [InlineData("TOTAL", 2000, 2.0, 0.5)]
    [InlineData("TOTAL", 5000, 5.0, 1.0)]
    public void Consumed_capacity_counts_kilobytes(string wanted, int bytes, double write, double read)
    {
        using var engine = new TestEngine();
        engine.CreateTable("things");
        var put = engine.Call("PutItem", "{\"TableName\":\"things\",\"ReturnConsumedCapacity\":\"" + wanted + "\",\"Item\":{\"p\":{\"S\":\"k\"},\"x\":{\"S\":\"" + new string('x', bytes - 3) + "\"}}}");
        Assert.Equal(write, (double)put["ConsumedCapacity"]!["CapacityUnits"]!);
        var get = engine.Call("GetItem", """{"TableName":"things","ReturnConsumedCapacity":"TOTAL","Key":{"p":{"S":"k"}}}""");
        Assert.Equal(read, (double)get["ConsumedCapacity"]!["CapacityUnits"]!);
        engine.RefuseAsInvalid("GetItem", """{"TableName":"things","ReturnConsumedCapacity":"INDEXES","Key":{"p":{"S":"k"}}}""", "INDEXES");
    }

    [Fact]
    public void A_snapshot_brings_everything_back()
    {
        var path = Path.Combine(Path.GetTempPath(), $"snapshot-{Guid.NewGuid():N}.json");
        try
        {
            using var engine = new TestEngine();
            engine.CreateTable("things", "p:S", "c:N", """
                DEFINE x:S;"Tags":[{"Key":"a","Value":"1"}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},"GlobalSecondaryIndexes":[{"IndexName":"by-x","KeySchema":[{"AttributeName":"x","KeyType":"HASH"}]}]
                """);
            engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"a"},"c":{"N":"1"},"x":{"S":"k"},"l":{"L":[{"B":"AQ=="},{"NS":["1","2"]},{"NULL":true}]}}}""");
            engine.Call("UpdateTimeToLive", """{"TableName":"things","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}""");
            engine.Engine.SaveSnapshot(path);
            using var restored = new TestEngine();
            restored.CreateTable("gone");
            restored.Engine.LoadSnapshot(path);
            Assert.Equal(Scan(engine), Scan(restored));
            Assert.Equal("""["things"]""", restored.Call("ListTables", "{}")["TableNames"]!.ToJsonString());
            Assert.Equal(1, (int)restored.Call("Query", """{"TableName":"things","IndexName":"by-x","KeyConditionExpression":"x = :x","ExpressionAttributeValues":{":x":{"S":"k"}}}""")["Count"]!);
            Assert.Equal("ttl", (string)restored.Call("DescribeTimeToLive", """{"TableName":"things"}""")["TimeToLiveDescription"]!["AttributeName"]!);
            Assert.Equal("NEW_IMAGE", (string)restored.Call("DescribeTable", """{"TableName":"things"}""")["Table"]!["StreamSpecification"]!["StreamViewType"]!);
            File.AppendAllText(path, "{\"item\":{\"p\":7}}\n");
            Assert.Contains("line 4", Assert.Throws<InvalidDataException>(() => restored.Engine.LoadSnapshot(path)).Message, StringComparison.Ordinal);
            Assert.Equal(Scan(engine), Scan(restored));
        }
        finally
        {
            File.Delete(path);
        }

        static string Scan(TestEngine engine) => engine.Call("Scan", """{"TableName":"things"}""").ToJsonString();
    }
}
