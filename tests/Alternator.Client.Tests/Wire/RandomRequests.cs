using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client.Tests.Wire;

/// <summary>Random requests and answers of the item operations, from a seed.</summary>
internal sealed class RandomRequests(int seed)
{
    private readonly Random _random = new(seed);

    public bool Chance(int percent) => _random.Next(100) < percent;

    public int Number(int below) => _random.Next(below);

    public string Text(int longest = 12)
    {
        var text = new StringBuilder();
        for (int i = _random.Next(longest + 1); i > 0; i--)
        {
            text.Append(_random.Next(12) switch
            {
                0 => "\"",
                1 => "\\",
                2 => "\n",
                3 => "ü",
                4 => "😀",
                5 => "\u0001",
                6 => "<&+'>",
                _ => ((char)_random.Next('a', 'z' + 1)).ToString(),
            });
        }
        return text.ToString();
    }

    public AttributeValue Value(int depth = 3) => _random.Next(depth > 0 ? 11 : 8) switch
    {
        0 => new AttributeValue { S = Text() },
        1 => new AttributeValue { N = _random.Next(-1000, 1000).ToString(System.Globalization.CultureInfo.InvariantCulture) },
        2 => new AttributeValue { B = Bytes() },
        3 => new AttributeValue { BOOL = Chance(50) },
        4 => new AttributeValue { NULL = true },
        5 => new AttributeValue { SS = [.. Some(() => Text())] },
        6 => new AttributeValue { NS = [.. Some(() => "1.50")] },
        7 => new AttributeValue { BS = [.. Some(Bytes)] },
        8 => new AttributeValue { L = [.. Some(() => Value(depth - 1))] },
        9 => new AttributeValue { M = Map(depth - 1) },
        _ => new AttributeValue(),
    };

    public Dictionary<string, AttributeValue> Map(int depth = 3)
    {
        var map = new Dictionary<string, AttributeValue>();
        for (int i = _random.Next(9); i > 0; i--)
            map[Text() + i] = Value(depth);
        return map;
    }

    public GetItemRequest Get() => new()
    {
        AttributesToGet = Maybe(() => Some(() => Text())),
        ConsistentRead = Flag(),
        ExpressionAttributeNames = Names(),
        Key = Maybe(() => Map(0)),
        ProjectionExpression = Maybe(() => Text()),
        ReturnConsumedCapacity = Maybe(() => ReturnConsumedCapacity.INDEXES),
        TableName = Maybe(() => Text()),
    };

    public PutItemRequest Put() => new()
    {
        ConditionExpression = Maybe(() => Text()),
        ConditionalOperator = Maybe(() => ConditionalOperator.OR),
        Expected = Expected(),
        ExpressionAttributeNames = Names(),
        ExpressionAttributeValues = Maybe(() => Map()),
        Item = Maybe(() => Map()),
        ReturnConsumedCapacity = Maybe(() => ReturnConsumedCapacity.TOTAL),
        ReturnItemCollectionMetrics = Maybe(() => ReturnItemCollectionMetrics.SIZE),
        ReturnValues = Maybe(() => ReturnValue.ALL_OLD),
        ReturnValuesOnConditionCheckFailure = Maybe(() => ReturnValuesOnConditionCheckFailure.ALL_OLD),
        TableName = Maybe(() => Text()),
    };

    public UpdateItemRequest Update() => new()
    {
        AttributeUpdates = Maybe(() => Some(() => Chance(10) ? null! : new AttributeValueUpdate { Action = Maybe(() => AttributeAction.PUT), Value = Maybe(() => Value()) }).Select((update, i) => (update, i)).ToDictionary(pair => "a" + pair.i, pair => pair.update)),
        ConditionExpression = Maybe(() => Text()),
        ConditionalOperator = Maybe(() => ConditionalOperator.AND),
        Expected = Expected(),
        ExpressionAttributeNames = Names(),
        ExpressionAttributeValues = Maybe(() => Map()),
        Key = Maybe(() => Map(0)),
        ReturnConsumedCapacity = Maybe(() => ReturnConsumedCapacity.NONE),
        ReturnItemCollectionMetrics = Maybe(() => ReturnItemCollectionMetrics.NONE),
        ReturnValues = Maybe(() => ReturnValue.UPDATED_NEW),
        ReturnValuesOnConditionCheckFailure = Maybe(() => ReturnValuesOnConditionCheckFailure.NONE),
        TableName = Maybe(() => Text()),
        UpdateExpression = Maybe(() => Text()),
    };

    public DeleteItemRequest Delete() => new()
    {
        ConditionExpression = Maybe(() => Text()),
        ConditionalOperator = Maybe(() => ConditionalOperator.AND),
        Expected = Expected(),
        ExpressionAttributeNames = Names(),
        ExpressionAttributeValues = Maybe(() => Map()),
        Key = Maybe(() => Map(0)),
        ReturnConsumedCapacity = Maybe(() => ReturnConsumedCapacity.NONE),
        ReturnItemCollectionMetrics = Maybe(() => ReturnItemCollectionMetrics.SIZE),
        ReturnValues = Maybe(() => ReturnValue.ALL_OLD),
        ReturnValuesOnConditionCheckFailure = Maybe(() => ReturnValuesOnConditionCheckFailure.ALL_OLD),
        TableName = Maybe(() => Text()),
    };

    public QueryRequest Query() => new()
    {
        AttributesToGet = Maybe(() => Some(() => Text())),
        ConditionalOperator = Maybe(() => ConditionalOperator.AND),
        ConsistentRead = Flag(),
        ExclusiveStartKey = Maybe(() => Map(0)),
        ExpressionAttributeNames = Names(),
        ExpressionAttributeValues = Maybe(() => Map()),
        FilterExpression = Maybe(() => Text()),
        IndexName = Maybe(() => Text()),
        KeyConditionExpression = Maybe(() => Text()),
        KeyConditions = Conditions(),
        Limit = Chance(30) ? Number(1000) : null,
        ProjectionExpression = Maybe(() => Text()),
        QueryFilter = Conditions(),
        ReturnConsumedCapacity = Maybe(() => ReturnConsumedCapacity.TOTAL),
        ScanIndexForward = Flag(),
        Select = Maybe(() => Select.COUNT),
        TableName = Maybe(() => Text()),
    };

    public ScanRequest Scan() => new()
    {
        AttributesToGet = Maybe(() => Some(() => Text())),
        ConditionalOperator = Maybe(() => ConditionalOperator.AND),
        ConsistentRead = Flag(),
        ExclusiveStartKey = Maybe(() => Map(0)),
        ExpressionAttributeNames = Names(),
        ExpressionAttributeValues = Maybe(() => Map()),
        FilterExpression = Maybe(() => Text()),
        IndexName = Maybe(() => Text()),
        Limit = Chance(30) ? Number(1000) : null,
        ProjectionExpression = Maybe(() => Text()),
        ReturnConsumedCapacity = Maybe(() => ReturnConsumedCapacity.TOTAL),
        ScanFilter = Conditions(),
        Segment = Chance(30) ? Number(5) : null,
        Select = Maybe(() => Select.ALL_ATTRIBUTES),
        TableName = Maybe(() => Text()),
        TotalSegments = Chance(30) ? 5 : null,
    };

    public BatchGetItemRequest BatchGet() => new()
    {
        RequestItems = Maybe(() => Some(() => Chance(5) ? null! : new KeysAndAttributes
        {
            AttributesToGet = Maybe(() => Some(() => Text())),
            ConsistentRead = Flag(),
            ExpressionAttributeNames = Names(),
            Keys = Maybe(() => Some(() => Map(0))),
            ProjectionExpression = Maybe(() => Text()),
        }).Select((keys, i) => (keys, i)).ToDictionary(pair => "t" + pair.i, pair => pair.keys)),
        ReturnConsumedCapacity = Maybe(() => ReturnConsumedCapacity.TOTAL),
    };

    public BatchWriteItemRequest BatchWrite() => new()
    {
        RequestItems = Maybe(() => Some(() => Some(() => Chance(5) ? null! : new WriteRequest
        {
            PutRequest = Maybe(() => new PutRequest { Item = Maybe(() => Map()) }),
            DeleteRequest = Maybe(() => new DeleteRequest { Key = Maybe(() => Map(0)) }),
        })).Select((writes, i) => (writes, i)).ToDictionary(pair => "t" + pair.i, pair => pair.writes)),
        ReturnConsumedCapacity = Maybe(() => ReturnConsumedCapacity.TOTAL),
        ReturnItemCollectionMetrics = Maybe(() => ReturnItemCollectionMetrics.SIZE),
    };

    /// <summary>An answer to an operation, as text with random white space, escapes, unknown members and nulls; now and then of a form
    /// that no server would send.</summary>
    public string Answer(string operation)
    {
        var answer = new JsonObject();
        foreach (string member in Members(operation))
        {
            if (Chance(60))
                answer[member] = Chance(5) ? null : Member(operation, member);
        }
        if (Chance(30))
            answer["Unknown" + Number(3)] = Wire(Value());
        string text = answer.ToJsonString(new JsonSerializerOptions { WriteIndented = Chance(30), Encoder = Chance(50) ? System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping : null });
        return Chance(90) ? text : Damaged(text);
    }

    public string Damaged(string text)
    {
        if (text.Length < 4)
            return text;
        int at = Number(text.Length - 1);
        return Number(4) switch
        {
            0 => text[..at],
            1 => text[..at] + "null" + text[(at + 1)..],
            2 => text.Remove(at, 1),
            _ => text + "}garbage",
        };
    }

    public JsonNode? Wire(AttributeValue value)
    {
        var node = new JsonObject();
        if (value.S is not null)
            node["S"] = value.S;
        if (value.N is not null)
            node["N"] = value.N;
        if (value.B is not null)
            node["B"] = Convert.ToBase64String(value.B.ToArray());
        if (value.BOOL is { } boolean)
            node["BOOL"] = boolean;
        if (value.NULL is { } isNull)
            node["NULL"] = isNull;
        if (value.SS is not null)
            node["SS"] = new JsonArray([.. value.SS.Select(text => (JsonNode)text)]);
        if (value.NS is not null)
            node["NS"] = new JsonArray([.. value.NS.Select(text => (JsonNode)text)]);
        if (value.BS is not null)
            node["BS"] = new JsonArray([.. value.BS.Select(bytes => (JsonNode)Convert.ToBase64String(bytes.ToArray()))]);
        if (value.L is not null)
            node["L"] = new JsonArray([.. value.L.Select(Wire)]);
        if (value.M is not null)
            node["M"] = WireMap(value.M);
        return node;
    }

    private static string[] Members(string operation) => operation switch
    {
        "GetItem" => ["Item", "ConsumedCapacity"],
        "Query" or "Scan" => ["Items", "Count", "ScannedCount", "LastEvaluatedKey", "ConsumedCapacity"],
        "BatchGetItem" => ["Responses", "UnprocessedKeys", "ConsumedCapacity"],
        "BatchWriteItem" => ["UnprocessedItems", "ItemCollectionMetrics", "ConsumedCapacity"],
        _ => ["Attributes", "ConsumedCapacity", "ItemCollectionMetrics"],
    };

    private JsonNode Member(string operation, string member) => member switch
    {
        "Item" or "Attributes" or "LastEvaluatedKey" => WireMap(Map()),
        "Items" => new JsonArray([.. Some(() => (JsonNode)WireMap(Map()))]),
        "Count" or "ScannedCount" => Chance(5) ? "7" : Number(100),
        "ConsumedCapacity" when operation.StartsWith("Batch", StringComparison.Ordinal) => new JsonArray([.. Some(() => Capacity())]),
        "ConsumedCapacity" => Capacity(),
        "ItemCollectionMetrics" when operation == "BatchWriteItem" => ByTable(() => new JsonArray([.. Some(Metrics)])),
        "ItemCollectionMetrics" => Metrics(),
        "Responses" => ByTable(() => new JsonArray([.. Some(() => (JsonNode)WireMap(Map()))])),
        "UnprocessedKeys" => ByTable(() => new JsonObject
        {
            ["Keys"] = new JsonArray([.. Some(() => (JsonNode)WireMap(Map(0)))]),
            ["ConsistentRead"] = true,
            ["AttributesToGet"] = new JsonArray("a", "b"),
            ["ExpressionAttributeNames"] = new JsonObject { ["#a"] = Text() },
            ["ProjectionExpression"] = Text(),
        }),
        _ => ByTable(() => new JsonArray([.. Some(() => (JsonNode)(Chance(50)
            ? new JsonObject { ["PutRequest"] = new JsonObject { ["Item"] = WireMap(Map()) } }
            : new JsonObject { ["DeleteRequest"] = new JsonObject { ["Key"] = WireMap(Map(0)) } }))])),
    };

    private JsonObject WireMap(Dictionary<string, AttributeValue> map)
    {
        var node = new JsonObject();
        foreach ((string name, AttributeValue value) in map)
            node[name] = Chance(2) ? null : Wire(value);
        return node;
    }

    private JsonNode Capacity() => new JsonObject
    {
        ["TableName"] = Text(),
        ["CapacityUnits"] = Number(100) / 8.0,
        ["ReadCapacityUnits"] = 1,
        ["WriteCapacityUnits"] = 2.5e3,
        ["Table"] = new JsonObject { ["CapacityUnits"] = 0.5, ["Other"] = new JsonArray(1, 2) },
        ["GlobalSecondaryIndexes"] = new JsonObject { ["g"] = new JsonObject { ["ReadCapacityUnits"] = 1 } },
        ["LocalSecondaryIndexes"] = new JsonObject(),
    };

    private JsonNode Metrics() => new JsonObject { ["ItemCollectionKey"] = WireMap(Map(0)), ["SizeEstimateRangeGB"] = new JsonArray(0.5, 1) };

    private JsonObject ByTable(Func<JsonNode> make)
    {
        var tables = new JsonObject();
        for (int i = Number(3); i > 0; i--)
            tables["table" + i + Text()] = make();
        return tables;
    }

    private MemoryStream Bytes()
    {
        byte[] bytes = new byte[Number(20)];
        _random.NextBytes(bytes);
        if (Chance(50))
            return new MemoryStream(bytes);
        var written = new MemoryStream();
        written.Write(bytes);
        return written;
    }

    private bool? Flag() => Number(3) switch { 0 => true, 1 => false, _ => null };

    private Dictionary<string, string>? Names() => Maybe(() => new Dictionary<string, string> { ["#a"] = Text(), ["#" + Text()] = Text() });

    private Dictionary<string, Condition>? Conditions() => Maybe(() => new Dictionary<string, Condition>
    {
        [Text()] = new() { AttributeValueList = Maybe(() => Some(() => Value(1))), ComparisonOperator = Maybe(() => ComparisonOperator.BETWEEN) },
    });

    private Dictionary<string, ExpectedAttributeValue>? Expected() => Maybe(() => new Dictionary<string, ExpectedAttributeValue>
    {
        [Text()] = new() { AttributeValueList = Maybe(() => Some(() => Value(1))), ComparisonOperator = Maybe(() => ComparisonOperator.EQ), Exists = Flag(), Value = Maybe(() => Value(1)) },
    });

    private List<T> Some<T>(Func<T> make) => [.. Enumerable.Range(0, Number(4)).Select(_ => make())];

    private T? Maybe<T>(Func<T> make) where T : class => Chance(40) ? make() : null;
}
