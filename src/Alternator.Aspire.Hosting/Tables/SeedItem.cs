using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace Aspire.Hosting.Tables;

/// <summary>Turns one JSON object into an item.</summary>
internal static class SeedItem
{
    private static readonly HashSet<string> Types = new(StringComparer.Ordinal) { "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS" };

    public static Dictionary<string, AttributeValue> Read(JsonElement item, string where)
    {
        if (item.ValueKind != JsonValueKind.Object)
            throw new DistributedApplicationException($"The seed data {where} must be a JSON object.");
        bool typed = item.EnumerateObject().All(property => IsTyped(property.Value)) && item.EnumerateObject().Any();
        return Attributes(item, where, p => typed ? Typed(p.Value, $"{where}, '{p.Name}'") : Plain(p.Value, where));
    }

    private static Dictionary<string, AttributeValue> Attributes(JsonElement value, string where, Func<JsonProperty, AttributeValue> read)
    {
        var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (!attributes.TryAdd(property.Name, read(property)))
                throw new DistributedApplicationException($"The seed data {where} has the attribute '{property.Name}' twice.");
        }
        return attributes;
    }

    private static bool IsTyped(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return false;
        using JsonElement.ObjectEnumerator properties = value.EnumerateObject();
        return properties.MoveNext() && Types.Contains(properties.Current.Name) && !properties.MoveNext();
    }

    private static AttributeValue Plain(JsonElement value, string where) => value.ValueKind switch
    {
        JsonValueKind.String => new AttributeValue { S = value.GetString() },
        JsonValueKind.Number => new AttributeValue { N = value.GetRawText() },
        JsonValueKind.True or JsonValueKind.False => new AttributeValue { BOOL = value.GetBoolean() },
        JsonValueKind.Array => new AttributeValue { L = [.. value.EnumerateArray().Select(element => Plain(element, where))], IsLSet = true },
        JsonValueKind.Object => new AttributeValue { M = Attributes(value, where, p => Plain(p.Value, where)), IsMSet = true },
        _ => new AttributeValue { NULL = true },
    };

    private static AttributeValue Typed(JsonElement value, string where)
    {
        if (!IsTyped(value))
            throw new DistributedApplicationException($"The seed data {where} must have exactly one of the types {string.Join(", ", Types)}.");
        JsonProperty only = value.EnumerateObject().First();
        try
        {
            return only.Name switch
            {
                "S" => new AttributeValue { S = Text(only.Value) },
                "N" => new AttributeValue { N = Text(only.Value) },
                "B" => new AttributeValue { B = Bytes(only.Value) },
                "BOOL" => new AttributeValue { BOOL = only.Value.GetBoolean() },
                "M" => new AttributeValue { M = Attributes(only.Value, where, p => Typed(p.Value, where)), IsMSet = true },
                "L" => new AttributeValue { L = [.. only.Value.EnumerateArray().Select(v => Typed(v, where))], IsLSet = true },
                "SS" => new AttributeValue { SS = [.. only.Value.EnumerateArray().Select(Text)] },
                "NS" => new AttributeValue { NS = [.. only.Value.EnumerateArray().Select(Text)] },
                "BS" => new AttributeValue { BS = [.. only.Value.EnumerateArray().Select(Bytes)] },
                _ => new AttributeValue { NULL = true },
            };
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new DistributedApplicationException($"The seed data {where}: the value doesn't fit the type {only.Name}: {e.Message}");
        }
    }

    private static string Text(JsonElement value) => value.GetString() ?? throw new FormatException("null stands where text is expected.");

    private static MemoryStream Bytes(JsonElement value) => new(value.GetBytesFromBase64());
}
