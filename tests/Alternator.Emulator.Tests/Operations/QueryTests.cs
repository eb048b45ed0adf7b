using System.Globalization;
using System.Text.Json.Nodes;
using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.Operations;

/// <summary>Source: DynamoDB API reference, Query; ScyllaDB alternator/executor_read.cc.</summary>
public sealed class QueryTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public QueryTests()
    {
        _engine.CreateTable("numbers", "p:S", "c:N");
        _engine.CreateTable("strings", "p:S", "c:S");
        for (var i = -5; i < 15; i++)
        {
            _engine.Call("PutItem", $$$$$"""{"TableName":"numbers","Item":{"p":{"S":"k"},"c":{"N":"{{{{{i}}}}}"},"even":{"BOOL":{{{{{(i % 2 == 0 ? "true" : "false")}}}}}},"o":{"S":"x"}}}""");
        }

        foreach (var c in new[] { "a", "ab", "abc", "b", "ä", "\U0001F600", "\uFFFD" })
        {
            _engine.Call("PutItem", $$$$$"""{"TableName":"strings","Item":{"p":{"S":"k"},"c":{"S":"{{{{{c}}}}}"}}}""");
        }

        _engine.Call("PutItem", """{"TableName":"numbers","Item":{"p":{"S":"other"},"c":{"N":"3"}}}""");
    }

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("p = :p", "-5..14")]
    [InlineData("c = :a AND p = :p", "3..3")]
    [InlineData("p = :p AND c < :a", "-5..2")]
    [InlineData("p = :p AND c <= :a", "-5..3")]
    [InlineData("(p = :p) AND (c > :a)", "4..14")]
    [InlineData("p = :p AND :a < c", "4..14")]
    [InlineData("p = :p AND c >= :a", "3..14")]
    [InlineData("p = :p AND c BETWEEN :a AND :b", "3..10")]
    public void Key_conditions_select_a_range_in_the_order_of_the_numbers(string condition, string range)
    {
        var bounds = range.Split("..").Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var expected = Enumerable.Range(bounds[0], bounds[1] - bounds[0] + 1);
        Assert.Equal(expected, Numbers(Query(condition)));
        Assert.Equal(expected.Reverse(), Numbers(Query(condition, ""","ScanIndexForward":false""")));
    }

    [Fact]
    public void Strings_are_ordered_by_their_bytes()
    {
        var all = _engine.Call("Query", """{"TableName":"strings","KeyConditionExpression":"p = :p","ExpressionAttributeValues":{":p":{"S":"k"}}}""");
        Assert.Equal(["a", "ab", "abc", "b", "ä", "\uFFFD", "\U0001F600"], all["Items"]!.AsArray().Select(item => (string)item!["c"]!["S"]!));
        var prefixed = _engine.Call("Query", """{"TableName":"strings","KeyConditionExpression":"p = :p AND begins_with(c, :c)","ExpressionAttributeValues":{":p":{"S":"k"},":c":{"S":"ab"}}}""");
        Assert.Equal(2, (int)prefixed["Count"]!);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(7, false)]
    [InlineData(20, true)]
    public void Pages_follow_each_other_without_gap_or_repetition(int limit, bool forward)
    {
        var seen = new List<int>();
        string? start = null;
        for (var page = 0; page < 50; page++)
        {
            var answer = Query("p = :p", $",\"Limit\":{limit},\"ScanIndexForward\":{(forward ? "true" : "false")}{(start is null ? "" : ",\"ExclusiveStartKey\":" + start)}");
            seen.AddRange(Numbers(answer));
            start = answer["LastEvaluatedKey"]?.ToJsonString();
            if (start is null)
            {
                break;
            }
        }

        Assert.Equal(forward ? Enumerable.Range(-5, 20) : Enumerable.Range(-5, 20).Reverse(), seen);
    }

    [Fact]
    public void A_filter_is_applied_after_the_limit_and_counts_what_it_saw()
    {
        var answer = Query("p = :p", ""","Limit":10,"FilterExpression":"even = :t","ProjectionExpression":"c" """, ",\":t\":{\"BOOL\":true}");
        Assert.Equal(10, (int)answer["ScannedCount"]!);
        Assert.Equal(5, (int)answer["Count"]!);
        Assert.NotNull(answer["LastEvaluatedKey"]);
        Assert.All(answer["Items"]!.AsArray(), item => Assert.Single(item!.AsObject()));
    }

    [Fact]
    public void COUNT_returns_no_items()
    {
        var answer = Query("p = :p", ""","Select":"COUNT" """);
        Assert.Equal(20, (int)answer["Count"]!);
        Assert.Null(answer["Items"]);
    }

    [Theory]
    [InlineData("c = :a", "hash key")]
    [InlineData("p > :p", "not supported")]
    [InlineData("p = :p OR c = :a", "OR")]
    [InlineData("NOT p = :p", "NOT")]
    [InlineData("p = :p AND c <> :a", "<>")]
    [InlineData("p = :p AND c IN (:a)", "IN")]
    [InlineData("p = :p AND o = :a", "non-key")]
    [InlineData("p = :p AND p = :p", "only one condition")]
    [InlineData("p = :p AND c = :p", "mismatch")]
    [InlineData("p = :p AND begins_with(c, :a)", "begins_with")]
    [InlineData("p = :p AND c BETWEEN :b AND :a", "BETWEEN")]
    [InlineData("p = :p AND c.x = :a", "nested")]
    [InlineData("p = :p AND attribute_exists(c)", "begins_with")]
    [InlineData("p = :p AND c > :a AND c < :b", "one or two conditions")]
    [InlineData("p = c", "constant")]
    public void Key_conditions_that_select_no_range_are_refused(string condition, string message) =>
        Assert.Contains(message, Assert.Throws<Alternator.Emulator.Engine.AlternatorException>(() => Query(condition)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_filter_on_a_key_and_a_start_outside_of_the_range_are_refused()
    {
        Assert.Contains("key", Refusal(""","FilterExpression":"c = :p" """), StringComparison.Ordinal);
        Assert.Contains("ExclusiveStartKey", Refusal(""","ExclusiveStartKey":{"p":{"S":"other"},"c":{"N":"3"}}"""), StringComparison.Ordinal);
        Assert.Contains("Limit", Refusal(""","Limit":0"""), StringComparison.Ordinal);
        Assert.Contains("Select", Refusal(""","Select":"SPECIFIC_ATTRIBUTES" """), StringComparison.Ordinal);
        Assert.Contains("ALL_PROJECTED_ATTRIBUTES", Refusal(""","Select":"ALL_PROJECTED_ATTRIBUTES" """), StringComparison.Ordinal);

        string Refusal(string more) => Assert.Throws<Alternator.Emulator.Engine.AlternatorException>(() => Query("p = :p", more)).Message;
    }

    [Fact]
    public void A_page_ends_after_about_a_megabyte()
    {
        _engine.CreateTable("big", "p:S", "c:N");
        var text = new string('x', 100_000);
        for (var i = 0; i < 25; i++)
        {
            _engine.Call("PutItem", $$$$$"""{"TableName":"big","Item":{"p":{"S":"k"},"c":{"N":"{{{{{i}}}}}"},"t":{"S":"{{{{{text}}}}}"}}}""");
        }

        const string Body = """{"TableName":"big","KeyConditionExpression":"p = :p","ExpressionAttributeValues":{":p":{"S":"k"}}""";
        var first = _engine.Call("Query", Body + "}");
        Assert.InRange((int)first["Count"]!, 10, 11);
        var second = _engine.Call("Query", Body + ",\"ExclusiveStartKey\":" + first["LastEvaluatedKey"]!.ToJsonString() + "}");
        Assert.InRange((int)second["Count"]!, 10, 11);
    }

    private static IEnumerable<int> Numbers(JsonObject answer) =>
        answer["Items"]!.AsArray().Select(item => int.Parse((string)item!["c"]!["N"]!, CultureInfo.InvariantCulture));

    private JsonObject Query(string condition, string more = "", string values = "")
    {
        foreach (var (name, value) in new[] { (":p", """{"S":"k"}"""), (":a", """{"N":"3"}"""), (":b", """{"N":"10"}""") })
        {
            if (condition.Contains(name, StringComparison.Ordinal))
            {
                values += $",\"{name}\":{value}";
            }
        }

        values = values.TrimStart(',');
        return _engine.Call("Query", "{\"TableName\":\"numbers\",\"KeyConditionExpression\":\"" + condition + "\",\"ExpressionAttributeValues\":{" + values + "}" + more + "}");
    }
}
