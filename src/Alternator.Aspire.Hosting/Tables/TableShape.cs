using Amazon.DynamoDBv2.Model;

namespace Aspire.Hosting.Tables;

/// <summary>
/// The part of a table that can't be changed or that was asked for: keys with their types, and indexes with theirs. Two shapes are
/// equal when their text is; the text is also what an error shows.
/// </summary>
internal sealed record TableShape(string Text)
{
    public static TableShape Of(CreateTableRequest request) => new(Write(
        request.KeySchema, request.AttributeDefinitions,
        request.GlobalSecondaryIndexes?.Select(i => (i.IndexName, i.KeySchema)),
        request.LocalSecondaryIndexes?.Select(i => (i.IndexName, i.KeySchema))));

    public static TableShape Of(TableDescription table) => new(Write(
        table.KeySchema, table.AttributeDefinitions,
        table.GlobalSecondaryIndexes?.Select(i => (i.IndexName, i.KeySchema)),
        table.LocalSecondaryIndexes?.Select(i => (i.IndexName, i.KeySchema))));

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
