using Alternator.Emulator.Tests.Engine;

namespace Alternator.Emulator.Tests.Operations;

/// <summary>Source: alternator/executor_util.hh (lengths of names), utils/rjson.hh (nesting of JSON); docs/alternator/compatibility.md, "Configurable or different limits".</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_key_has_a_name_of_at_most_255_bytes(int bytes, bool allowed)
    {
        using var engine = new TestEngine();
        Assert.Equal(allowed, Record.Exception(() => engine.CreateTable("things", new string('k', bytes - 2) + "é:S")) is null);
    }

    [Theory]
    [InlineData(65535, true)]
    [InlineData(65536, false)]
    public void Another_attribute_has_a_name_of_at_most_65535_bytes(int bytes, bool allowed)
    {
        using var engine = new TestEngine();
        engine.CreateTable("things");
        string body = "{\"TableName\":\"things\",\"Item\":{\"p\":{\"S\":\"k\"},\"" + new string('a', bytes) + "\":{\"BOOL\":true}}}";
        if (allowed) engine.Call("PutItem", body);
        else engine.RefuseAsInvalid("PutItem", body, "too large");
    }

    [Theory]
    [InlineData("L", 37, true)]
    [InlineData("L", 39, false)]
    [InlineData("M", 37, true)]
    [InlineData("M", 39, false)]
    public void An_item_nests_about_37_levels(string type, int levels, bool allowed)
    {
        using var engine = new TestEngine();
        engine.CreateTable("things");
        string open = type == "L" ? "{\"L\":[" : "{\"M\":{\"m\":";
        string close = type == "L" ? "]}" : "}}";
        string value = string.Concat(Enumerable.Repeat(open, levels)) + "{\"S\":\"x\"}" + string.Concat(Enumerable.Repeat(close, levels));
        string body = "{\"TableName\":\"things\",\"Item\":{\"p\":{\"S\":\"k\"},\"x\":" + value + "}}";
        if (allowed) engine.Call("PutItem", body);
        else engine.RefuseAsInvalid("PutItem", body, "nested");
    }

    [Theory]
    [InlineData("Global", 29, true)]
    [InlineData("Global", 30, false)]
    [InlineData("Local", 28, true)]
    [InlineData("Local", 29, false)]
    public void The_names_of_a_table_and_its_index_together_fit_into_222_characters(string kind, int length, bool allowed)
    {
        using var engine = new TestEngine();
        string index = "\"" + kind + "SecondaryIndexes\":[{\"IndexName\":\"" + new string('i', length) +
            "\",\"KeySchema\":[{\"AttributeName\":\"p\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"c\",\"KeyType\":\"RANGE\"}]}]";
        Assert.Equal(allowed, Record.Exception(() => engine.CreateTable(new string('t', 192), "p:S", "c:S", index)) is null);
    }

    [Fact]
    public void Items_and_keys_longer_than_those_of_DynamoDB_are_taken()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things");
        string key = new('k', 5000);
        engine.Call("PutItem", "{\"TableName\":\"things\",\"Item\":{\"p\":{\"S\":\"" + key + "\"},\"x\":{\"S\":\"" + new string('x', 500_000) + "\"}}}");
        Assert.Equal(500_000, ((string)engine.Call("GetItem", "{\"TableName\":\"things\",\"Key\":{\"p\":{\"S\":\"" + key + "\"}}}")["Item"]!["x"]!["S"]!).Length);
    }
}
