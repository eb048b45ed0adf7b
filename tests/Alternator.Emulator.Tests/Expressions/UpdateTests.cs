using System.Text.Json.Nodes;
using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.Expressions;

/// <summary>Source: DynamoDB developer guide, "Update expressions"; ScyllaDB alternator/executor.cc, update_item_operation.</summary>
public sealed class UpdateTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public UpdateTests()
    {
        _engine.CreateTable("things");
        _engine.Call("PutItem", """
            {"TableName":"things","Item":{"p":{"S":"k"},"n":{"N":"5"},"s":{"S":"x"},"ss":{"SS":["a","b"]},"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]},
            "m":{"M":{"a":{"N":"1"},"b":{"L":[{"S":"q"}]}}}}}
            """);
    }

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("SET n = n + :v", """{"N":"1.5"}""", "n", """{"N":"6.5"}""")]
    [InlineData("SET n = :v - n", """{"N":"1"}""", "n", """{"N":"-4"}""")]
    [InlineData("SET new = if_not_exists(new, :v)", """{"N":"9"}""", "new", """{"N":"9"}""")]
    [InlineData("SET n = if_not_exists(n, :v)", """{"N":"9"}""", "n", """{"N":"5"}""")]
    [InlineData("SET l = list_append(:v, l)", """{"L":[{"S":"z"}]}""", "l", """{"L":[{"S":"z"},{"N":"0"},{"N":"1"},{"N":"2"}]}""")]
    [InlineData("SET c = if_not_exists(c, :v) + n", """{"N":"0"}""", "c", """{"N":"5"}""")]
    [InlineData("SET m.a = :v", """{"S":"new"}""", "m", """{"M":{"a":{"S":"new"},"b":{"L":[{"S":"q"}]}}}""")]
    [InlineData("SET m.c = :v", """{"S":"new"}""", "m", """{"M":{"a":{"N":"1"},"b":{"L":[{"S":"q"}]},"c":{"S":"new"}}}""")]
    [InlineData("SET m.b[0] = :v", """{"N":"7"}""", "m", """{"M":{"a":{"N":"1"},"b":{"L":[{"N":"7"}]}}}""")]
    [InlineData("SET l[1] = :v", """{"N":"7"}""", "l", """{"L":[{"N":"0"},{"N":"7"},{"N":"2"}]}""")]
    [InlineData("SET l[9] = :v, l[7] = s", """{"N":"7"}""", "l", """{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"S":"x"},{"N":"7"}]}""")]
    [InlineData("REMOVE l[0], l[2] SET s = :v", """{"S":"y"}""", "l", """{"L":[{"N":"1"}]}""")]
    [InlineData("REMOVE l[17] SET s = :v", """{"S":"y"}""", "l", """{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]}""")]
    [InlineData("REMOVE m.a SET s = :v", """{"S":"y"}""", "m", """{"M":{"b":{"L":[{"S":"q"}]}}}""")]
    [InlineData("ADD n :v", """{"N":"-5"}""", "n", """{"N":"0"}""")]
    [InlineData("ADD new :v", """{"N":"3"}""", "new", """{"N":"3"}""")]
    [InlineData("ADD ss :v", """{"SS":["b","c"]}""", "ss", """{"SS":["a","b","c"]}""")]
    [InlineData("ADD m.a :v", """{"N":"3"}""", "m", """{"M":{"a":{"N":"4"},"b":{"L":[{"S":"q"}]}}}""")]
    [InlineData("DELETE ss :v", """{"SS":["b","zzz"]}""", "ss", """{"SS":["a"]}""")]
    [InlineData("DELETE ss :v", """{"SS":["b","a"]}""", "ss", null)]
    [InlineData("SET s = n, n = :v", """{"S":"swap"}""", "s", """{"N":"5"}""")]
    public void An_update_changes_the_item(string expression, string value, string attribute, string? expected)
    {
        Update(expression, value);
        var actual = Get()[attribute];
        Assert.True(JsonNode.DeepEquals(expected is null ? null : JsonNode.Parse(expected), actual), actual?.ToJsonString());
    }

    [Theory]
    [InlineData("SET p = :v", """{"S":"x"}""", "key")]
    [InlineData("SET n = n + :v", """{"S":"x"}""", "number")]
    [InlineData("SET n = s + :v", """{"N":"1"}""", "incorrect operand type")]
    [InlineData("SET n = missing + :v", """{"N":"1"}""", "does not exist")]
    [InlineData("SET n = list_append(n, :v)", """{"L":[]}""", "non-list")]
    [InlineData("SET n = size(s), s = :v", """{"N":"1"}""", "not allowed")]
    [InlineData("ADD s :v", """{"N":"1"}""", "incorrect data type")]
    [InlineData("ADD n :v", """{"SS":["x"]}""", "mismatch")]
    [InlineData("ADD n :v", """{"S":"x"}""", "incorrect type")]
    [InlineData("DELETE n :v", """{"SS":["x"]}""", "mismatch")]
    [InlineData("DELETE ss :v", """{"N":"1"}""", "incorrect type")]
    [InlineData("SET missing.x = :v", """{"N":"1"}""", "document path")]
    [InlineData("SET s.x = :v", """{"N":"1"}""", "document path")]
    [InlineData("SET m[0] = :v", """{"N":"1"}""", "document path")]
    [InlineData("SET l.x = :v", """{"N":"1"}""", "document path")]
    [InlineData("SET m.z.y = :v", """{"N":"1"}""", "document path")]
    [InlineData("SET m = :v, m.a = :v", """{"N":"1"}""", "overlap")]
    [InlineData("SET m.a = :v REMOVE m", """{"N":"1"}""", "overlap")]
    [InlineData("SET n = :v, n = :v", """{"N":"1"}""", "overlap")]
    [InlineData("SET m.a = :v, m[1] = :v", """{"N":"1"}""", "conflict")]
    public void An_update_that_the_item_can_not_take_is_refused_and_changes_nothing(string expression, string value, string message)
    {
        var before = Get().ToJsonString();
        _engine.RefuseAsInvalid("UpdateItem", Body(expression, value), message);
        Assert.Equal(before, Get().ToJsonString());
    }

    [Fact]
    public void An_update_makes_an_absent_item_unless_it_only_removes()
    {
        const string Key = """{"TableName":"things","Key":{"p":{"S":"new"}}""";
        _engine.Call("UpdateItem", Key + ""","UpdateExpression":"REMOVE a"}""");
        Assert.Empty(_engine.Call("GetItem", Key + "}"));
        _engine.Call("UpdateItem", Key + "}");
        Assert.Single(_engine.Call("GetItem", Key + "}")["Item"]!.AsObject());
        _engine.RefuseAsInvalid("UpdateItem", """{"TableName":"things","Key":{"p":{"S":"absent"}},"UpdateExpression":"SET a.b = :v","ExpressionAttributeValues":{":v":{"N":"1"}}}""", "nested");
    }

    [Theory]
    [InlineData("NONE", null)]
    [InlineData("ALL_OLD", """{"p":{"S":"r"},"a":{"N":"1"},"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}}}""")]
    [InlineData("ALL_NEW", """{"p":{"S":"r"},"m":{"M":{"x":{"N":"9"},"y":{"N":"2"}}},"b":{"N":"9"}}""")]
    [InlineData("UPDATED_OLD", """{"a":{"N":"1"},"m":{"M":{"x":{"N":"1"}}}}""")]
    [InlineData("UPDATED_NEW", """{"m":{"M":{"x":{"N":"9"}}},"b":{"N":"9"}}""")]
    public void ReturnValues_tell_the_item_or_the_changed_parts_before_or_after(string returnValues, string? expected)
    {
        _engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"r"},"a":{"N":"1"},"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}}}}""");
        var answer = _engine.Call("UpdateItem", $$$$$"""
            {"TableName":"things","Key":{"p":{"S":"r"}},"UpdateExpression":"SET m.x = :v, b = :v REMOVE a","ExpressionAttributeValues":{":v":{"N":"9"}},"ReturnValues":"{{{{{returnValues}}}}}"}
            """);
        Assert.True(JsonNode.DeepEquals(expected is null ? null : JsonNode.Parse(expected), answer["Attributes"]), answer.ToJsonString());
    }

    [Fact]
    public void Copying_an_attribute_into_itself_can_not_nest_it_without_end()
    {
        _engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"deep"},"m":{"M":{}}}}""");
        var refused = false;
        for (var i = 0; i < 200 && !refused; i++)
        {
            try
            {
                _engine.Call("UpdateItem", """{"TableName":"things","Key":{"p":{"S":"deep"}},"UpdateExpression":"SET m.x = m"}""");
            }
            catch (Alternator.Emulator.Engine.AlternatorException exception)
            {
                Assert.Equal("ValidationException", exception.Type);
                refused = true;
            }
        }

        Assert.True(refused);
    }

    private static string Body(string expression, string value) =>
        $$$$$"""{"TableName":"things","Key":{"p":{"S":"k"}},"UpdateExpression":"{{{{{expression}}}}}","ExpressionAttributeValues":{":v":{{{{{value}}}}}}}""";

    private void Update(string expression, string value) => _engine.Call("UpdateItem", Body(expression, value));

    private JsonObject Get() => _engine.Call("GetItem", """{"TableName":"things","Key":{"p":{"S":"k"}}}""")["Item"]!.AsObject();
}
