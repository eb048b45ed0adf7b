using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Tests.Engine;

/// <summary>An engine of its own, spoken to as a node does: JSON in, JSON out.</summary>
internal sealed class TestEngine : IDisposable
{
    public TestEngine(EngineOptions? options = null) => Engine = new AlternatorEngine(options ?? new EngineOptions());

    public AlternatorEngine Engine { get; }

    public string Host { get; init; } = "127.0.0.1:8000";

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    public JsonObject Call(string operation, string body)
    {
        var output = new ArrayBufferWriter<byte>();
        Engine.Execute(operation, Encoding.UTF8.GetBytes(body), new RequestContext(Host, "127.0.0.1", "dc1", "rack1", null), output);
        return output.WrittenCount == 0 ? [] : JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    public AlternatorException Refuse(string operation, string body) =>
        Assert.Throws<AlternatorException>(() => Call(operation, body));

    /// <summary>Calls and expects a ValidationException whose message holds a word.</summary>
    public void RefuseAsInvalid(string operation, string body, string messageHolds)
    {
        var exception = Refuse(operation, body);
        Assert.Equal("ValidationException", exception.Type);
        Assert.Contains(messageHolds, exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Makes a table with key attributes given as "name:type".</summary>
    public void CreateTable(string name, string hash = "p:S", string? range = null, string? more = null)
    {
        var keys = new[] { hash, range }.OfType<string>().Select(key => key.Split(':')).ToArray();
        var definitions = string.Join(",", keys.Select(key => $$"""{"AttributeName":"{{key[0]}}","AttributeType":"{{key[1]}}"}"""));
        var schema = string.Join(",", keys.Select((key, i) => $$"""{"AttributeName":"{{key[0]}}","KeyType":"{{(i == 0 ? "HASH" : "RANGE")}}"}"""));
        if (more?.StartsWith("DEFINE ", StringComparison.Ordinal) == true)
        {
            // "DEFINE a:N,b:S; rest" adds definitions for the keys of indexes.
            var end = more.IndexOf(';', StringComparison.Ordinal);
            definitions += string.Concat(more[7..end].Split(',').Select(key => key.Trim().Split(':'))
                .Select(key => $$""",{"AttributeName":"{{key[0]}}","AttributeType":"{{key[1]}}"}"""));
            more = more[(end + 1)..];
        }

        Call("CreateTable", $$"""{"TableName":"{{name}}","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{{definitions}}],"KeySchema":[{{schema}}]{{(more is null ? "" : "," + more)}}}""");
    }

    public void Dispose() => Engine.Dispose();
}
