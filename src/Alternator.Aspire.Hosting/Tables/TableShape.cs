using Amazon.DynamoDBv2.Model;

namespace Aspire.Hosting.Tables;

/// <summary>
/// What a table is declared to be and what one that exists is: keys with their types, indexes with theirs, and its stream. Two shapes are
/// equal when their text is; the text is also what an error shows. Capacity isn't part of it: ScyllaDB doesn't keep it.
/// </summary>
/// <param name="Keys">Keys and indexes, which can't be changed.</param>
/// <param name="Stream">What the records of its stream hold; null without one.</param>
internal sealed record TableShape(string Keys, string? Stream)
{
    /// <summary>Both, in words.</summary>
    public string Text => Stream is null ? Keys : $"{Keys}, stream {Stream}";

    public static TableShape Of(CreateTableRequest request) => new(Write(
        request.KeySchema, request.AttributeDefinitions,
        request.GlobalSecondaryIndexes?.Select(i => (i.IndexName, i.KeySchema)),
        request.LocalSecondaryIndexes?.Select(i => (i.IndexName, i.KeySchema))), request.StreamSpecification?.StreamViewType?.Value);

    public static TableShape Of(TableDescription table) => new(Write(
        table.KeySchema, table.AttributeDefinitions,
        table.GlobalSecondaryIndexes?.Select(i => (i.IndexName, i.KeySchema)),
        table.LocalSecondaryIndexes?.Select(i => (i.IndexName, i.KeySchema))), table.StreamSpecification is { StreamEnabled: true } stream ? stream.StreamViewType?.Value : null);

    public override string ToString() => Text;

    private static string Write(
        List<KeySchemaElement> keys, List<AttributeDefinition> types,
        IEnumerable<(string Name, List<KeySchemaElement> Keys)>? global, IEnumerable<(string Name, List<KeySchemaElement> Keys)>? local)
    {
        IEnumerable<string> parts =
        [
            $"key ({Key(keys)})",
            .. (global ?? []).OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => $"global index {i.Name} ({Key(i.Keys)})"),
            .. (local ?? []).OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => $"local index {i.Name} ({Key(i.Keys)})"),
        ];
        return string.Join(", ", parts);

        string Key(List<KeySchemaElement> elements) => string.Join(", ", elements.OrderBy(e => e.KeyType == "HASH" ? 0 : 1).Select(e =>
            $"{e.AttributeName} {types.FirstOrDefault(t => t.AttributeName == e.AttributeName)?.AttributeType?.Value ?? "?"}"));
    }
}
