using System.Text.Json.Nodes;
using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.Operations;

/// <summary>Source: DynamoDB developer guide, "Legacy conditional parameters" and its pages; alternator/conditions.cc, executor.cc.</summary>
public sealed class LegacyParameterTests : IDisposable
{
    private const string Thing = "\"TableName\":\"things\",\"Key\":{\"p\":{\"S\":\"k\"},\"c\":{\"N\":\"1\"}}";

    private readonly TestEngine _engine = new();

    public LegacyParameterTests()
    {
        _engine.CreateTable("things", "p:S", "c:N");
        for (var c = 1; c <= 5; c++)
        {
            Put(c, $$$""","n":{"N":"{{{c * 10}}}"},"s":{"S":"text{{{c}}}"},"set":{"SS":["a","b"]},"list":{"L":[{"N":"1"}]}""");
        }
    }

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("""{"n":{"Value":{"N":"10.0"}}}""", true)]
    [InlineData("""{"n":{"Value":{"N":"11"}}}""", false)]
    [InlineData("""{"absent":{"Value":{"N":"1"}}}""", false)]
    [InlineData("""{"absent":{"Exists":false}}""", true)]
    [InlineData("""{"n":{"Exists":false}}""", false)]
    [InlineData("""{"n":{"Exists":true,"Value":{"N":"10"}}}""", true)]
    [InlineData("""{"n":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"10"}]}}""", true)]
    [InlineData("""{"list":{"ComparisonOperator":"EQ","AttributeValueList":[{"L":[{"N":"1"}]}]}}""", true)]
    [InlineData("""{"n":{"ComparisonOperator":"NE","AttributeValueList":[{"N":"10"}]}}""", false)]
    [InlineData("""{"absent":{"ComparisonOperator":"NE","AttributeValueList":[{"N":"10"}]}}""", true)]
    [InlineData("""{"n":{"ComparisonOperator":"LT","AttributeValueList":[{"N":"10"}]}}""", false)]
    [InlineData("""{"n":{"ComparisonOperator":"LE","AttributeValueList":[{"N":"10"}]}}""", true)]
    [InlineData("""{"n":{"ComparisonOperator":"GT","AttributeValueList":[{"N":"9"}]}}""", true)]
    [InlineData("""{"n":{"ComparisonOperator":"GE","AttributeValueList":[{"N":"11"}]}}""", false)]
    [InlineData("""{"n":{"ComparisonOperator":"GT","AttributeValueList":[{"S":"9"}]}}""", false)]
    [InlineData("""{"n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"10"},{"N":"11"}]}}""", true)]
    [InlineData("""{"n":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"9"},{"N":"10"}]}}""", true)]
    [InlineData("""{"absent":{"ComparisonOperator":"NULL"}}""", true)]
    [InlineData("""{"n":{"ComparisonOperator":"NOT_NULL","AttributeValueList":[]}}""", true)]
    [InlineData("""{"s":{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"S":"te"}]}}""", true)]
    [InlineData("""{"s":{"ComparisonOperator":"CONTAINS","AttributeValueList":[{"S":"ext"}]}}""", true)]
    [InlineData("""{"set":{"ComparisonOperator":"CONTAINS","AttributeValueList":[{"S":"b"}]}}""", true)]
    [InlineData("""{"set":{"ComparisonOperator":"NOT_CONTAINS","AttributeValueList":[{"S":"b"}]}}""", false)]
    [InlineData("""{"n":{"Value":{"N":"10"}},"s":{"Value":{"S":"other"}}}""", false)]
    [InlineData("""{"n":{"Value":{"N":"10"}},"s":{"Value":{"S":"other"}}}""", true, ",\"ConditionalOperator\":\"OR\"")]
    public void Expected_decides_whether_a_write_happens(string expected, bool holds, string more = "")
    {
        string body = "{" + Thing + ",\"AttributeUpdates\":{\"done\":{\"Value\":{\"BOOL\":true}}},\"Expected\":" + expected + more + "}";
        if (holds) _engine.Call("UpdateItem", body);
        else Assert.Equal("ConditionalCheckFailedException", _engine.Refuse("UpdateItem", body).Type);
        Assert.Equal(holds, Item()["done"] is not null);
    }

    [Theory]
    [InlineData("""{"n":{"ComparisonOperator":"EQ"}}""")]
    [InlineData("""{"n":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"1"},{"N":"2"}]}}""")]
    [InlineData("""{"n":{"ComparisonOperator":"LT","AttributeValueList":[{"L":[]}]}}""")]
    [InlineData("""{"n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"2"},{"N":"1"}]}}""")]
    [InlineData("""{"n":{"ComparisonOperator":"LIKE","AttributeValueList":[{"N":"1"}]}}""")]
    [InlineData("""{"n":{"ComparisonOperator":"NULL","AttributeValueList":[{"N":"1"}]}}""")]
    [InlineData("""{"n":{"ComparisonOperator":"EQ","Value":{"N":"1"}}}""")]
    [InlineData("""{"n":{"Exists":false,"Value":{"N":"1"}}}""")]
    [InlineData("""{"n":{"Exists":true}}""")]
    [InlineData("""{"n":{}}""")]
    [InlineData("[]")]
    public void An_Expected_that_can_not_be_is_refused(string expected) =>
        Assert.Equal("ValidationException", _engine.Refuse("DeleteItem", "{" + Thing + ",\"Expected\":" + expected + "}").Type);

    [Theory]
    [InlineData("n", """{"Action":"PUT","Value":{"S":"new"}}""", """{"S":"new"}""")]
    [InlineData("n", """{"Value":{"S":"new"}}""", """{"S":"new"}""")]
    [InlineData("n", """{"Action":"ADD","Value":{"N":"2.5"}}""", """{"N":"12.5"}""")]
    [InlineData("absent", """{"Action":"ADD","Value":{"N":"2"}}""", """{"N":"2"}""")]
    [InlineData("set", """{"Action":"ADD","Value":{"SS":["c"]}}""", """{"SS":["a","b","c"]}""")]
    [InlineData("list", """{"Action":"ADD","Value":{"L":[{"N":"2"}]}}""", """{"L":[{"N":"1"},{"N":"2"}]}""")]
    [InlineData("n", """{"Action":"DELETE"}""", null)]
    [InlineData("set", """{"Action":"DELETE","Value":{"SS":["a"]}}""", """{"SS":["b"]}""")]
    [InlineData("set", """{"Action":"DELETE","Value":{"SS":["a","b"]}}""", null)]
    public void AttributeUpdates_put_add_and_delete(string attribute, string update, string? result)
    {
        _engine.Call("UpdateItem", "{" + Thing + ",\"AttributeUpdates\":{\"" + attribute + "\":" + update + "}}");
        Assert.Equal(result, Item()[attribute]?.ToJsonString());
    }

    [Theory]
    [InlineData("n", """{"Action":"ADD","Value":{"S":"x"}}""")]
    [InlineData("s", """{"Action":"ADD","Value":{"N":"1"}}""")]
    [InlineData("n", """{"Action":"DELETE","Value":{"N":"1"}}""")]
    [InlineData("n", """{"Action":"SET","Value":{"N":"1"}}""")]
    [InlineData("n", """{"Action":"PUT"}""")]
    [InlineData("p", """{"Action":"PUT","Value":{"S":"k"}}""")]
    public void AttributeUpdates_that_can_not_be_are_refused_and_change_nothing(string attribute, string update)
    {
        string before = Item().ToJsonString();
        Assert.Equal("ValidationException", _engine.Refuse("UpdateItem", "{" + Thing + ",\"AttributeUpdates\":{\"" + attribute + "\":" + update + "}}").Type);
        Assert.Equal(before, Item().ToJsonString());
    }

    [Theory]
    [InlineData("""{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"3"}]}""", "3")]
    [InlineData("""{"ComparisonOperator":"LT","AttributeValueList":[{"N":"3"}]}""", "1,2")]
    [InlineData("""{"ComparisonOperator":"LE","AttributeValueList":[{"N":"3"}]}""", "1,2,3")]
    [InlineData("""{"ComparisonOperator":"GT","AttributeValueList":[{"N":"3"}]}""", "4,5")]
    [InlineData("""{"ComparisonOperator":"GE","AttributeValueList":[{"N":"3"}]}""", "3,4,5")]
    [InlineData("""{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"2"},{"N":"4"}]}""", "2,3,4")]
    [InlineData(null, "1,2,3,4,5")]
    public void KeyConditions_select_a_range(string? condition, string keys) =>
        Assert.Equal(keys, Query(condition is null ? "" : ",\"c\":" + condition, ""));

    [Theory]
    [InlineData("""{"ComparisonOperator":"NE","AttributeValueList":[{"N":"3"}]}""")]
    [InlineData("""{"ComparisonOperator":"IN","AttributeValueList":[{"N":"3"}]}""")]
    [InlineData("""{"ComparisonOperator":"EQ","AttributeValueList":[]}""")]
    [InlineData("""{"ComparisonOperator":"EQ"}""")]
    [InlineData("""{"AttributeValueList":[{"N":"3"}]}""")]
    [InlineData("""{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"N":"3"}]}""")]
    [InlineData("""{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"3"}]}""")]
    public void KeyConditions_that_select_no_range_are_refused(string condition) =>
        Assert.Equal("ValidationException", _engine.Refuse("Query", Body(",\"c\":" + condition, "")).Type);

    [Theory]
    [InlineData(""" "QueryFilter":{"n":{"ComparisonOperator":"GT","AttributeValueList":[{"N":"20"}]}} """, "3,4,5")]
    [InlineData(""" "QueryFilter":{"n":{"ComparisonOperator":"LT","AttributeValueList":[{"N":"20"}]},"s":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"text5"}]}},"ConditionalOperator":"OR" """, "1,5")]
    [InlineData(""" "AttributesToGet":["c"] """, "1,2,3,4,5")]
    public void QueryFilter_filters_and_AttributesToGet_projects(string more, string keys)
    {
        Assert.Equal(keys, Query("", "," + more));
        if (more.Contains("ToGet", StringComparison.Ordinal))
            Assert.All(_engine.Call("Query", Body("", "," + more))["Items"]!.AsArray(), item => Assert.Single(item!.AsObject()));
    }

    [Theory]
    [InlineData("UpdateItem", """ "AttributeUpdates":{"n":{"Value":{"N":"1"}}},"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"N":"1"}} """)]
    [InlineData("UpdateItem", """ "AttributeUpdates":{"n":{"Value":{"N":"1"}}},"ConditionExpression":"attribute_exists(p)" """)]
    [InlineData("DeleteItem", """ "Expected":{"n":{"Exists":false}},"ConditionExpression":"attribute_exists(p)" """)]
    [InlineData("GetItem", """ "AttributesToGet":["n"],"ProjectionExpression":"n" """)]
    [InlineData("GetItem", """ "AttributesToGet":[] """)]
    [InlineData("GetItem", """ "AttributesToGet":["n","n"] """)]
    [InlineData("DeleteItem", """ "ConditionalOperator":"AND" """)]
    [InlineData("DeleteItem", """ "ConditionalOperator":"XOR","Expected":{"n":{"Exists":false}} """)]
    public void Old_and_new_parameters_are_not_mixed(string operation, string more) =>
        Assert.Equal("ValidationException", _engine.Refuse(operation, "{" + Thing + "," + more + "}").Type);

    private void Put(int c, string more) => _engine.Call("PutItem", "{\"TableName\":\"things\",\"Item\":{\"p\":{\"S\":\"k\"},\"c\":{\"N\":\"" + c + "\"}" + more + "}}");

    private JsonObject Item() => _engine.Call("GetItem", "{" + Thing + "}")["Item"]!.AsObject();

    private string Query(string condition, string more) =>
        string.Join(',', _engine.Call("Query", Body(condition, more))["Items"]!.AsArray().Select(item => (string)item!["c"]!["N"]!));

    private static string Body(string condition, string more) =>
        "{\"TableName\":\"things\",\"KeyConditions\":{\"p\":{\"ComparisonOperator\":\"EQ\",\"AttributeValueList\":[{\"S\":\"k\"}]}" + condition + "}" + more + "}";
}
