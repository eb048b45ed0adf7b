using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Tests.Engine;

/// <summary>
/// Random bodies and expressions: whatever comes in, the engine answers or refuses with an error of the API, and soon.
/// A minute and more with ALTERNATOR_LONG_TESTS=1.
/// </summary>
public sealed class FuzzTests
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("ALTERNATOR_LONG_TESTS") == "1" ? 90 : 2);

    private static readonly string[] Tokens =
    [
        "SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN", "a", "b", "p", "m", "l", "#n", "#m", ":v", ":w", ":s", ":l",
        "size", "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "if_not_exists", "list_append",
        "(", ")", "[", "]", ".", ",", "=", "<", ">", "<>", "<=", ">=", "+", "-", "0", "1", "99999999999", "é", "\"", " ",
    ];

    private static readonly string[] Bodies =
    [
        """{"TableName":"things","Item":{"p":{"S":"k"},"a":{"N":"1"},"m":{"M":{"a":{"L":[{"N":"1"},{"SS":["x","y"]}]}}},"b":{"B":"AQ=="}},"ReturnValues":"ALL_OLD"}""",
        """{"TableName":"things","Key":{"p":{"S":"k"}},"ProjectionExpression":"a, m.a[0], #n","ExpressionAttributeNames":{"#n":"b"},"ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL"}""",
        """{"TableName":"things","Key":{"p":{"S":"k"}},"UpdateExpression":"SET a = if_not_exists(a, :v) + :v, m.a[1] = :v REMOVE b","ConditionExpression":"attribute_exists(p) OR size(b) > :v","ExpressionAttributeValues":{":v":{"N":"1"}},"ReturnValues":"UPDATED_NEW"}""",
        """{"TableName":"things","Key":{"p":{"S":"k"}},"AttributeUpdates":{"a":{"Action":"ADD","Value":{"N":"1"}},"b":{"Action":"DELETE"}},"Expected":{"a":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"1"},{"N":"2"}]}}}""",
        """{"RequestItems":{"things":[{"PutRequest":{"Item":{"p":{"S":"a"}}}},{"DeleteRequest":{"Key":{"p":{"S":"b"}}}}]}}""",
        """{"RequestItems":{"things":{"Keys":[{"p":{"S":"a"}},{"p":{"S":"b"}}],"AttributesToGet":["a"]}}}""",
        """{"TableName":"things","KeyConditionExpression":"p = :v","FilterExpression":"contains(a, :s)","ExpressionAttributeValues":{":v":{"S":"k"},":s":{"S":"x"}},"Limit":5,"ScanIndexForward":false,"ExclusiveStartKey":{"p":{"S":"k"}}}""",
        """{"TableName":"things","KeyConditions":{"p":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"k"}]}},"QueryFilter":{"a":{"ComparisonOperator":"NOT_NULL"}},"Select":"COUNT"}""",
        """{"TableName":"things","IndexName":"by-x","Segment":0,"TotalSegments":4,"ScanFilter":{"a":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"1"}]}}}""",
        """{"TableName":"made","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},"Tags":[{"Key":"k","Value":"v"}],"GlobalSecondaryIndexes":[{"IndexName":"gsi","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}""",
        """{"TableName":"things","AttributeDefinitions":[{"AttributeName":"z","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"gsi","KeySchema":[{"AttributeName":"z","KeyType":"HASH"}]}}]}""",
        """{"TableName":"things","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}""",
        """{"ResourceArn":"arn:scylla:alternator:alternator_things:scylla:table/things","Tags":[{"Key":"a","Value":"b"}],"TagKeys":["a"]}""",
        """{"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/alternator_things@things_scylla_cdc_log/stream/x","ShardId":"H 1:2","ShardIteratorType":"LATEST","Limit":3}""",
        """{"ShardIterator":"I00000000-0000-0000-0000-000000000000:1:H 1:2","Limit":3,"ExclusiveStartTableName":"a"}""",
        "{}",
    ];

    // All but the one that would leave nothing for the others to work on.
    private static readonly string[] Operations = [.. AlternatorEngine.OperationNames.Where(name => name != "DeleteTable").Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Mutated_bodies_are_answered_or_refused(int seed)
    {
        var random = new Random(seed);
        using var engine = Create();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Time;)
        {
            var body = Bodies[random.Next(Bodies.Length)];
            var bytes = random.Next(3) switch
            {
                0 => MutateBytes(Encoding.UTF8.GetBytes(body), random),
                1 => Encoding.UTF8.GetBytes(MutateTree(JsonNode.Parse(body)!, random, 0)?.ToJsonString() ?? "null"),
                _ => Encoding.UTF8.GetBytes(body),
            };
            Check(engine, Operations[random.Next(Operations.Length)], bytes);
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Random_expressions_are_answered_or_refused(int seed)
    {
        var random = new Random(seed);
        using var engine = Create();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Time;)
        {
            var expression = JsonSerializer.Serialize(Expression(random));
            var used = new[] { ":v", ":w", ":s", ":l" }.Where(name => expression.Contains(name, StringComparison.Ordinal)).ToArray();
            var values = used.Length == 0 ? "" : ",\"ExpressionAttributeValues\":{" + string.Join(",", used.Select(name => $"\"{name}\":{Value(random)}")) + "}";
            var named = new[] { "#n", "#m" }.Where(name => expression.Contains(name, StringComparison.Ordinal)).ToArray();
            var names = named.Length == 0 ? "" : ",\"ExpressionAttributeNames\":{" + string.Join(",", named.Select(name => $"\"{name}\":\"m\"")) + "}";
            const string Key = "\"TableName\":\"things\",\"Key\":{\"p\":{\"S\":\"k\"}}";
            Check(engine, "UpdateItem", "{" + Key + ",\"UpdateExpression\":" + expression + values + names + "}");
            Check(engine, "DeleteItem", "{" + Key + ",\"ConditionExpression\":" + expression + values + names + "}");
            Check(engine, "GetItem", "{" + Key + ",\"ProjectionExpression\":" + expression + names + "}");
            Check(engine, "Scan", "{\"TableName\":\"things\",\"FilterExpression\":" + expression + values + names + "}");
            Check(engine, "Query", "{\"TableName\":\"things\",\"KeyConditionExpression\":" + expression + values + names + "}");
        }
    }

    [Theory]
    [InlineData("(")]
    [InlineData("NOT ")]
    [InlineData("size(")]
    [InlineData("a[0]")]
    [InlineData("a.")]
    [InlineData("a AND ")]
    [InlineData(",")]
    public void Hostile_repetition_is_refused_at_once(string piece)
    {
        using var engine = Create();
        foreach (var count in new[] { 10, 400, 401, 1000, 4000, 1_000_000 })
        {
            var text = JsonSerializer.Serialize(string.Concat(Enumerable.Repeat(piece, count)));
            Check(engine, "Scan", "{\"TableName\":\"things\",\"FilterExpression\":" + text + "}");
            Check(engine, "GetItem", "{\"TableName\":\"things\",\"Key\":{\"p\":{\"S\":\"k\"}},\"ProjectionExpression\":" + text + "}");
        }
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("{\"TableName\":\"things\",\"Item\":{\"p\":{\"S\":\"k\"},\"x\":")]
    public void Deep_nesting_never_overflows_the_stack(string start)
    {
        using var engine = Create();
        Check(engine, "PutItem", start + string.Concat(Enumerable.Repeat("{\"L\":[", 500_000)));
        Check(engine, "PutItem", start + string.Concat(Enumerable.Repeat("{\"M\":{\"m\":", 36)) + "{\"S\":\"x\"}" + new string('}', 74));
        Check(engine, "PutItem", string.Concat(Enumerable.Repeat(start, 10_000)));
    }

    /// <summary>Bytes that are no UTF-8, and escapes that spell half of a surrogate pair, at every place where a request may have text.</summary>
    [Fact]
    public void Text_that_is_no_Unicode_is_refused_or_passed_over_wherever_it_stands()
    {
        using var engine = Create();
        var random = new Random(51);
        foreach (var body in Bodies)
        {
            for (var at = body.IndexOf('"', StringComparison.Ordinal) + 1; at > 0; at = body.IndexOf('"', at) + 1)
            {
                foreach (var text in new[] { "\xDA", "\xED\xA0\x80", "\\ud800", "\\udc00 and so long that it has to be unescaped" })
                {
                    var bytes = Encoding.Latin1.GetBytes(body.Insert(at, text));
                    foreach (var operation in random.GetItems(Operations, 6))
                    {
                        Check(engine, operation, bytes);
                    }
                }
            }

            foreach (var operation in Operations)
            {
                Check(engine, operation, "{\"\\ud800 a name that nothing asks for\":1," + body[1..]);
            }
        }
    }

    private static TestEngine Create()
    {
        var engine = new TestEngine(new EngineOptions { TtlPeriod = TimeSpan.Zero });
        engine.CreateTable("things", more: """
            DEFINE x:S;"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},"GlobalSecondaryIndexes":[{"IndexName":"by-x","KeySchema":[{"AttributeName":"x","KeyType":"HASH"}]}]
            """);
        engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"k"},"a":{"N":"1"},"b":{"S":"x"},"m":{"M":{"a":{"N":"1"}}},"l":{"L":[{"N":"1"}]}}}""");
        return engine;
    }

    private static void Check(TestEngine engine, string operation, string body) => Check(engine, operation, Encoding.UTF8.GetBytes(body));

    private static void Check(TestEngine engine, string operation, byte[] body)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var watch = Stopwatch.StartNew();
        try
        {
            engine.Engine.Execute(operation, body, new RequestContext("h", "127.0.0.1", "dc1", "rack1", null), output);
            if (output.WrittenCount > 0)
            {
                using var answer = JsonDocument.Parse(output.WrittenMemory, new JsonDocumentOptions { MaxDepth = 200 });
            }
        }
        catch (AlternatorException exception)
        {
            Assert.InRange(exception.StatusCode, 400, 499);
        }
        catch (Exception exception)
        {
            Assert.Fail($"{operation} {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 2000)))}: {exception}");
        }

        // Generous: it is there to find what grows without end, on a machine that may be busy.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{operation} took {watch.Elapsed}");
    }

    private static byte[] MutateBytes(byte[] bytes, Random random)
    {
        var list = bytes.ToList();
        for (var i = random.Next(1, 6); i > 0 && list.Count > 0; i--)
        {
            var position = random.Next(list.Count);
            switch (random.Next(4))
            {
                case 0:
                    list[position] = (byte)random.Next(256);
                    break;
                case 1:
                    list.RemoveAt(position);
                    break;
                case 2:
                    list.InsertRange(position, list.GetRange(position, Math.Min(random.Next(20), list.Count - position)));
                    break;
                default:
                    list.RemoveRange(position, Math.Min(random.Next(20), list.Count - position));
                    break;
            }
        }

        return [.. list];
    }

    private static JsonNode? MutateTree(JsonNode? node, Random random, int depth)
    {
        if (random.Next(depth == 0 ? 1000 : 12) == 0)
        {
            return JsonNode.Parse(random.Next(12) switch
            {
                0 => "null",
                1 => "\"\"",
                2 => "-1",
                3 => "1e400",
                4 => "[]",
                5 => "{}",
                6 => "true",
                7 => "\"1e200\"",
                8 => Value(random),
                9 => "[null]",
                10 => "99999999999999999999",
                _ => "\"x\"",
            });
        }

        switch (node)
        {
            case JsonObject source:
                var target = new JsonObject();
                foreach (var (name, value) in source)
                {
                    if (random.Next(25) > 0)
                    {
                        target[random.Next(40) == 0 ? Tokens[random.Next(Tokens.Length)] : name] = MutateTree(value?.DeepClone(), random, depth + 1);
                    }
                }

                return target;
            case JsonArray array:
                return new JsonArray([.. array.Select(element => MutateTree(element?.DeepClone(), random, depth + 1))]);
            default:
                return node?.DeepClone();
        }
    }

    private static string Value(Random random) => random.Next(9) switch
    {
        0 => """{"N":"1"}""",
        1 => """{"S":"x"}""",
        2 => """{"B":"AQ=="}""",
        3 => """{"L":[{"N":"1"}]}""",
        4 => """{"M":{"a":{"N":"1"}}}""",
        5 => """{"SS":["x"]}""",
        6 => """{"N":"9e125"}""",
        7 => """{"BOOL":true}""",
        _ => """{"S":"N"}""",
    };

    // Half of the time something that is nearly an expression, else tokens in any order.
    private static string Expression(Random random) => random.Next(2) == 0
        ? string.Concat(Enumerable.Range(0, random.Next(1, 15)).Select(_ => Tokens[random.Next(Tokens.Length)] + (random.Next(2) == 0 ? " " : "")))
        : random.Next(3) switch
        {
            0 => $"SET {Path(random)} = {Operand(random, 0)} + {Operand(random, 0)}, {Path(random)} = {Operand(random, 0)} REMOVE {Path(random)} ADD {Path(random)} :v",
            1 => Condition(random, 0),
            _ => $"{Path(random)}, {Path(random)}",
        };

    private static string Condition(Random random, int depth) => random.Next(depth > 4 ? 3 : 7) switch
    {
        0 => $"{Operand(random, 0)} {new[] { "=", "<>", "<", "<=", ">", ">=" }[random.Next(6)]} {Operand(random, 0)}",
        1 => $"{new[] { "attribute_exists", "attribute_not_exists" }[random.Next(2)]}({Path(random)})",
        2 => $"{new[] { "contains", "begins_with", "attribute_type" }[random.Next(3)]}({Operand(random, 0)}, {Operand(random, 0)})",
        3 => $"({Condition(random, depth + 1)}) AND {Condition(random, depth + 1)}",
        4 => $"{Condition(random, depth + 1)} OR {Condition(random, depth + 1)}",
        5 => $"NOT {Condition(random, depth + 1)}",
        _ => $"{Operand(random, 0)} BETWEEN {Operand(random, 0)} AND {Operand(random, 0)}",
    };

    private static string Operand(Random random, int depth) => random.Next(depth > 3 ? 2 : 5) switch
    {
        0 => Path(random),
        1 => new[] { ":v", ":w", ":s", ":l" }[random.Next(4)],
        2 => $"size({Operand(random, depth + 1)})",
        3 => $"if_not_exists({Path(random)}, {Operand(random, depth + 1)})",
        _ => $"list_append({Operand(random, depth + 1)}, {Operand(random, depth + 1)})",
    };

    private static string Path(Random random) =>
        new[] { "a", "b", "p", "m", "l", "#n", "m.a", "l[0]", "l[5]", "m.#m.x", "a.b[1]", "x" }[random.Next(12)];
}
