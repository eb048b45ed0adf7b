using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.Expressions;

/// <summary>
/// Source: DynamoDB developer guide, "Condition and filter expressions, operators, and functions";
/// ScyllaDB alternator/conditions.cc for absent attributes and for operands that are refused.
/// </summary>
public sealed class ConditionTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public ConditionTests()
    {
        _engine.CreateTable("things");
        _engine.Call("PutItem", """
            {"TableName":"things","Item":{"p":{"S":"k"},"s":{"S":"hello"},"n":{"N":"5"},"b":{"B":"AQID"},"t":{"BOOL":true},"z":{"NULL":true},
            "ss":{"SS":["x","y"]},"ns":{"NS":["1","2.0"]},"l":{"L":[{"S":"one"},{"N":"2"},{"L":[{"N":"3"}]}]},
            "m":{"M":{"a":{"N":"1"},"b":{"M":{"c":{"S":"deep"}}}}},"other":{"S":"hello"}}}
            """);
    }

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("s = :v", """{"S":"hello"}""", true)]
    [InlineData("s = :v", """{"S":"hell"}""", false)]
    [InlineData("s = other AND s <> :v", """{"S":"x"}""", true)]
    [InlineData("n = :v", """{"N":"5.000"}""", true)]
    [InlineData("n = :v", """{"S":"5"}""", false)]
    [InlineData("n < :v", """{"N":"10"}""", true)]
    [InlineData("n >= :v", """{"N":"-1"}""", true)]
    [InlineData("s < :v", """{"S":"hellp"}""", true)]
    [InlineData("s < :v", """{"N":"9"}""", false)]
    [InlineData("b > :v", """{"B":"AQE="}""", true)]
    [InlineData("b > :v", """{"B":"/w=="}""", false)]
    [InlineData("missing = :v", """{"S":"x"}""", false)]
    [InlineData("missing <> :v", """{"S":"x"}""", true)]
    [InlineData("missing < :v", """{"S":"x"}""", false)]
    [InlineData("NOT missing < :v", """{"S":"x"}""", true)]
    [InlineData("missing <> missing AND s <> :v", """{"S":"x"}""", true)]
    [InlineData("ss = :v", """{"SS":["y","x"]}""", true)]
    [InlineData("ns = :v", """{"NS":["2","1.0"]}""", true)]
    [InlineData("ss = :v", """{"SS":["y"]}""", false)]
    [InlineData("m = :v", """{"M":{"b":{"M":{"c":{"S":"deep"}}},"a":{"N":"1.0"}}}""", true)]
    [InlineData("m = :v", """{"M":{"a":{"N":"1"}}}""", false)]
    [InlineData("l = :v", """{"L":[{"S":"one"},{"N":"2"},{"L":[{"N":"3"}]}]}""", true)]
    [InlineData("l = :v", """{"L":[{"N":"2"},{"S":"one"},{"L":[{"N":"3"}]}]}""", false)]
    [InlineData("m.b.c = :v", """{"S":"deep"}""", true)]
    [InlineData("l[2][0] = :v", """{"N":"3"}""", true)]
    [InlineData("l[7] = :v", """{"N":"3"}""", false)]
    [InlineData("s[0] <> :v", """{"N":"3"}""", true)]
    [InlineData("t = :v", """{"BOOL":true}""", true)]
    [InlineData("z = :v", """{"NULL":true}""", true)]
    [InlineData("contains(s, :v)", """{"S":"ell"}""", true)]
    [InlineData("contains(ss, :v)", """{"S":"x"}""", true)]
    [InlineData("contains(ss, :v)", """{"S":"xx"}""", false)]
    [InlineData("contains(ns, :v)", """{"N":"2"}""", true)]
    [InlineData("contains(l, :v)", """{"L":[{"N":"3"}]}""", true)]
    [InlineData("contains(b, :v)", """{"B":"AgM="}""", true)]
    [InlineData("contains(n, :v)", """{"N":"5"}""", false)]
    [InlineData("begins_with(s, :v)", """{"S":"he"}""", true)]
    [InlineData("begins_with(b, :v)", """{"B":"AQI="}""", true)]
    [InlineData("begins_with(n, :v)", """{"S":"5"}""", false)]
    [InlineData("attribute_type(m, :v)", """{"S":"M"}""", true)]
    [InlineData("attribute_type(missing, :v)", """{"S":"M"}""", false)]
    [InlineData("size(s) = :v", """{"N":"5"}""", true)]
    [InlineData("size(b) = :v", """{"N":"3"}""", true)]
    [InlineData("size(l) = :v AND size(m) < :v AND size(ss) < :v", """{"N":"3"}""", true)]
    [InlineData("size(n) = :v", """{"N":"1"}""", false)]
    [InlineData("size(missing) = :v", """{"N":"0"}""", false)]
    [InlineData("n BETWEEN :v AND n", """{"N":"5"}""", true)]
    [InlineData("n BETWEEN :v AND :v", """{"N":"4"}""", false)]
    [InlineData("n IN (s, :v)", """{"N":"5"}""", true)]
    [InlineData("missing IN (missing, :v)", """{"N":"5"}""", false)]
    [InlineData("attribute_exists(m.b.c) AND attribute_not_exists(m.b.d) AND n = :v", """{"N":"5"}""", true)]
    [InlineData("s = :v OR n = :v AND NOT n = :v", """{"S":"hello"}""", true)]
    [InlineData("(s = :v OR n = :v) AND NOT s = :v", """{"S":"hello"}""", false)]
    public void A_condition_decides_whether_a_write_happens(string condition, string value, bool holds)
    {
        var body = $$$$$"""{"TableName":"things","Key":{"p":{"S":"k"}},"ConditionExpression":"{{{{{condition}}}}}","UpdateExpression":"SET w = :v","ExpressionAttributeValues":{":v":{{{{{value}}}}}}}""";
        if (holds)
        {
            _engine.Call("UpdateItem", body);
            Assert.NotNull(Get()["w"]);
        }
        else
        {
            Assert.Equal("ConditionalCheckFailedException", _engine.Refuse("UpdateItem", body).Type);
            Assert.Null(Get()["w"]);
        }
    }

    [Theory]
    [InlineData("n < :v", """{"BOOL":true}""")]
    [InlineData("n BETWEEN :v AND n", """{"L":[]}""")]
    [InlineData("begins_with(s, :v)", """{"N":"1"}""")]
    [InlineData("attribute_type(s, :v)", """{"S":"STRING"}""")]
    [InlineData("attribute_type(s, :v)", """{"N":"1"}""")]
    [InlineData("attribute_exists(:v)", """{"S":"x"}""")]
    [InlineData("size(:v) = n", """{"N":"1"}""")]
    [InlineData("size(size(s)) = :v", """{"N":"1"}""")]
    [InlineData("size(s, :v) = n", """{"N":"1"}""")]
    [InlineData("unknown(s, :v)", """{"N":"1"}""")]
    [InlineData("SIZE(s) = :v", """{"N":"1"}""")]
    [InlineData("if_not_exists(s, :v) = s", """{"S":"x"}""")]
    [InlineData("attribute_exists(s) = :v", """{"BOOL":true}""")]
    [InlineData("s = :v AND s = :missing", """{"S":"x"}""")]
    [InlineData("s = :v AND #missing = s", """{"S":"x"}""")]
    public void What_no_item_can_be_checked_against_is_refused_whatever_the_item_holds(string condition, string value) =>
        Assert.Equal("ValidationException", _engine.Refuse("PutItem", $$$$$"""
            {"TableName":"things","Item":{"p":{"S":"new"}},"ConditionExpression":"{{{{{condition}}}}}","ExpressionAttributeValues":{":v":{{{{{value}}}}}}}
            """).Type);

    [Fact]
    public void Bounds_of_BETWEEN_must_be_in_order_and_of_one_type()
    {
        Refuse("""{"N":"2"}""", """{"N":"1"}""");
        Refuse("""{"N":"2"}""", """{"S":"x"}""");

        void Refuse(string low, string high) => _engine.RefuseAsInvalid("PutItem", $$$$$"""
            {"TableName":"things","Item":{"p":{"S":"k"}},"ConditionExpression":"n BETWEEN :a AND :b","ExpressionAttributeValues":{":a":{{{{{low}}}}},":b":{{{{{high}}}}}}}
            """, "BETWEEN");
    }

    [Fact]
    public void Names_and_values_must_all_be_used_and_all_be_there()
    {
        const string Start = """{"TableName":"things","Item":{"p":{"S":"new"}}""";
        _engine.RefuseAsInvalid("PutItem", Start + ""","ConditionExpression":"s = :v","ExpressionAttributeValues":{":v":{"S":"x"},":w":{"S":"x"}}}""", ":w");
        _engine.RefuseAsInvalid("PutItem", Start + ""","ConditionExpression":"s = :v","ExpressionAttributeNames":{"#n":"x"},"ExpressionAttributeValues":{":v":{"S":"x"}}}""", "#n");
        _engine.RefuseAsInvalid("PutItem", Start + ""","ExpressionAttributeValues":{":v":{"S":"x"}}}""", "ExpressionAttributeValues");
        _engine.RefuseAsInvalid("PutItem", Start + ""","ConditionExpression":""}""", "empty");
    }

    [Fact]
    public void The_item_that_failed_a_condition_is_returned_on_request()
    {
        var failure = _engine.Refuse("PutItem", """
            {"TableName":"things","Item":{"p":{"S":"k"}},"ConditionExpression":"attribute_not_exists(p)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}
            """);
        Assert.Equal("hello", failure.Item!["s"]!.ToString());
        Assert.Null(_engine.Refuse("DeleteItem", """
            {"TableName":"things","Key":{"p":{"S":"nothing"}},"ConditionExpression":"attribute_exists(p)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}
            """).Item);
    }

    private System.Text.Json.Nodes.JsonNode Get() => _engine.Call("GetItem", """{"TableName":"things","Key":{"p":{"S":"k"}}}""")["Item"]!;
}
