using System.Text;

namespace Alternator.Emulator.Tests.Support;

/// <summary>API requests in a line.</summary>
internal static class Api
{
    public static string Head(string operation, int length, string more = "") =>
        $"POST / HTTP/1.1\nHost: localhost\nX-Amz-Target: DynamoDB_20120810.{operation}\nContent-Length: {length}{(more.Length > 0 ? "\n" + more : "")}";

    public static Task<RawAnswer> CallAsync(EmulatorNode node, string operation, string json, string more = "")
    {
        byte[] body = Encoding.UTF8.GetBytes(json);
        return RawHttp.OnceAsync(node, Head(operation, body.Length, more), body);
    }

    /// <summary>Creates a table with the string key <c>k</c>.</summary>
    public static async Task CreateTableAsync(EmulatorNode node, string name)
    {
        RawAnswer answer = await CallAsync(node, "CreateTable", $$"""
            {"TableName":"{{name}}","KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],
             "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}
            """);
        Assert.Equal((200, name), (answer.Status, answer.Text.Contains(name, StringComparison.Ordinal) ? name : answer.Text));
    }

    public static async Task PutAsync(EmulatorNode node, string table, string key, string value)
    {
        RawAnswer answer = await CallAsync(node, "PutItem", $$$$"""{"TableName":"{{{{table}}}}","Item":{"k":{"S":"{{{{key}}}}"},"v":{"S":"{{{{value}}}}"}}}""");
        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
    }

    public static Task<RawAnswer> GetAsync(EmulatorNode node, string table, string key, string more = "") =>
        CallAsync(node, "GetItem", $$$$"""{"TableName":"{{{{table}}}}","Key":{"k":{"S":"{{{{key}}}}"}}}""", more);
}
