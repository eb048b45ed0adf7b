using System.Text.Json.Nodes;
using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.Operations;

/// <summary>Source: DynamoDB API reference, Scan; ScyllaDB alternator/executor_read.cc, get_range_for_segment.</summary>
public sealed class ScanTests : IDisposable
{
    private const int Items = 200;

    private readonly TestEngine _engine = new();

    public ScanTests()
    {
        _engine.CreateTable("things");
        for (var i = 0; i < Items; i++)
        {
            _engine.Call("PutItem", $$$$"""{"TableName":"things","Item":{"p":{"S":"key{{{{i}}}}"},"n":{"N":"{{{{i}}}}"}}}""");
        }
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void A_scan_gives_every_item_once_in_the_order_of_the_tokens()
    {
        var keys = Keys("").ToArray();
        Assert.Equal(Items, keys.Distinct().Count());
        Assert.NotEqual(keys.Order(StringComparer.Ordinal), keys);
        var tokens = keys.Select(key => Alternator.Emulator.Engine.Murmur3.Token(System.Text.Encoding.UTF8.GetBytes(key)));
        Assert.Equal(tokens.Order(), tokens);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(200)]
    public void Pages_of_a_scan_follow_each_other(int limit)
    {
        var seen = new List<string>();
        string? start = null;
        do
        {
            var more = $",\"Limit\":{limit}" + (start is null ? "" : ",\"ExclusiveStartKey\":" + start);
            var answer = _engine.Call("Scan", "{\"TableName\":\"things\"" + more + "}");
            seen.AddRange(Keys(answer));
            start = answer["LastEvaluatedKey"]?.ToJsonString();
        }
        while (start is not null);
        Assert.Equal(Keys(""), seen);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void The_segments_of_a_parallel_scan_divide_the_table(int segments) => Assert.Equal(
        Keys(""),
        Enumerable.Range(0, segments).SelectMany(segment => Keys($",\"Segment\":{segment},\"TotalSegments\":{segments}")));

    [Theory]
    [InlineData(",\"Segment\":0")]
    [InlineData(",\"TotalSegments\":2")]
    [InlineData(",\"Segment\":2,\"TotalSegments\":2")]
    [InlineData(",\"Segment\":-1,\"TotalSegments\":2")]
    [InlineData(",\"Segment\":0,\"TotalSegments\":1000001")]
    [InlineData(",\"Segment\":\"0\",\"TotalSegments\":2")]
    [InlineData(",\"Limit\":0")]
    [InlineData(",\"Limit\":\"1\"")]
    [InlineData(",\"IndexName\":\"nothing\"")]
    [InlineData(",\"ExclusiveStartKey\":{}")]
    [InlineData(",\"ExclusiveStartKey\":{\"p\":{\"N\":\"1\"}}")]
    [InlineData(",\"FilterExpression\":\"p =\"")]
    [InlineData(",\"ConditionalOperator\":\"AND\"")]
    [InlineData(",\"ConsistentRead\":1")]
    public void Impossible_parameters_are_refused(string more) =>
        Assert.Equal("ValidationException", _engine.Refuse("Scan", "{\"TableName\":\"things\"" + more + "}").Type);

    [Fact]
    public void A_start_in_another_segment_is_refused()
    {
        var first = Keys(",\"Segment\":0,\"TotalSegments\":2").First();
        _engine.RefuseAsInvalid(
            "Scan",
            "{\"TableName\":\"things\",\"Segment\":1,\"TotalSegments\":2,\"ExclusiveStartKey\":{\"p\":{\"S\":\"" + first + "\"}}}",
            "ExclusiveStartKey");
    }

    [Fact]
    public void A_scan_may_filter_on_its_key_and_on_old_style_conditions()
    {
        Assert.Equal(["key7"], Keys(""","FilterExpression":"p = :p","ExpressionAttributeValues":{":p":{"S":"key7"}}"""));
        Assert.Equal(10, Keys(""","ScanFilter":{"n":{"ComparisonOperator":"LT","AttributeValueList":[{"N":"10"}]}}""").Count());
        Assert.Equal(15, Keys(""","ConditionalOperator":"OR","ScanFilter":{"n":{"ComparisonOperator":"LT","AttributeValueList":[{"N":"10"}]},"p":{"ComparisonOperator":"IN","AttributeValueList":[{"S":"key5"},{"S":"key50"},{"S":"key51"},{"S":"key52"},{"S":"key53"},{"S":"key54"}]}}""").Count());
    }

    private static IEnumerable<string> Keys(JsonObject answer) => answer["Items"]!.AsArray().Select(item => (string)item!["p"]!["S"]!);

    private IEnumerable<string> Keys(string more) => Keys(_engine.Call("Scan", "{\"TableName\":\"things\"" + more + "}"));
}
