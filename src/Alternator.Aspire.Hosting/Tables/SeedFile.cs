using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace Aspire.Hosting.Tables;

/// <summary>An item of a seed file, and where it stands there.</summary>
/// <param name="Item">The item.</param>
/// <param name="Place">The file, the item's number and its line, for messages.</param>
internal sealed record SeedEntry(Dictionary<string, AttributeValue> Item, string Place);

/// <summary>
/// Reads a JSON file of items (an array). An item is either plain JSON (<c>{"Artist": "Nina Simone", "Year": 1965}</c>) or DynamoDB's own form
/// (<c>{"Artist": {"S": "Nina Simone"}, "Year": {"N": "1965"}}</c>), told apart item by item. What is wrong with an item is said with the file, the item and the line.
/// </summary>
internal static class SeedFile
{
    private static readonly JsonReaderOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static IReadOnlyList<SeedEntry> Read(string path)
    {
        if (!File.Exists(path))
            throw new DistributedApplicationException($"The seed data '{path}' doesn't exist. A relative path starts at the AppHost's folder.");
        byte[] text = File.ReadAllBytes(path);
        int start = text.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        try
        {
            return Read(path, text.AsSpan(start));
        }
        catch (JsonException e)
        {
            throw new DistributedApplicationException($"The seed data '{path}' is no JSON, line {e.LineNumber + 1}: {e.Message}");
        }
    }

    private static List<SeedEntry> Read(string path, ReadOnlySpan<byte> text)
    {
        var entries = new List<SeedEntry>();
        var reader = new Utf8JsonReader(text, Lenient);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new DistributedApplicationException($"The seed data '{path}' must be a JSON array of items, and begins with {Name(reader.TokenType)}.");
        int counted = 0, line = 1;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int at = (int)reader.TokenStartIndex;
            line += text[counted..at].Count((byte)'\n');
            counted = at;
            string place = $"'{path}', item {entries.Count + 1} (line {line})";
            using JsonDocument item = JsonDocument.ParseValue(ref reader);
            entries.Add(new SeedEntry(SeedItem.Read(item.RootElement, place), place));
        }
        if (reader.Read())
            throw new DistributedApplicationException($"The seed data '{path}' has something behind its array.");
        return entries;
    }

    private static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "a number",
        _ => token.ToString(),
    };
}
