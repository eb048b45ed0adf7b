using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

/// <summary>
/// Reads attribute values from DynamoDB's JSON. Reads what is usual and throws <see cref="UnusualJsonException"/> or
/// <see cref="JsonException"/> for everything else. Each method is called with the reader on the value's first token and leaves it
/// on its last.
/// </summary>
internal static class ValueReader
{
    private const int LargestGuess = 64;

    /// <summary>An item of the answer: a map whose size foretells the next item's.</summary>
    public static Dictionary<string, AttributeValue>? ReadItem(ref Utf8JsonReader reader, NameCache names)
    {
        Dictionary<string, AttributeValue>? item = ReadMap(ref reader, names, Math.Min(names.LastCount, LargestGuess));
        if (item is not null && item.Count != names.LastCount)
            names.LastCount = item.Count;
        return item;
    }

    public static Dictionary<string, AttributeValue>? ReadMap(ref Utf8JsonReader reader, NameCache names) => ReadMap(ref reader, names, 0);

    public static List<Dictionary<string, AttributeValue>>? ReadItems(ref Utf8JsonReader reader, NameCache names)
    {
        if (!StartsArray(ref reader))
            return null;
        var items = new List<Dictionary<string, AttributeValue>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(ReadItem(ref reader, names)!);
        return items;
    }

    public static AttributeValue? ReadValue(ref Utf8JsonReader reader, NameCache names)
    {
        if (!StartsObject(ref reader))
            return null;
        var value = new AttributeValue();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> type = MemberName(ref reader);
            reader.Read();
            switch (type)
            {
                case [(byte)'S']:
                    value.S = reader.GetString();
                    break;
                case [(byte)'N']:
                    value.N = reader.GetString();
                    break;
                case [(byte)'B']:
                    value.B = ReadBinary(ref reader);
                    break;
                case [(byte)'M']:
                    value.M = ReadMap(ref reader, names, 0);
                    break;
                case [(byte)'L']:
                    value.L = ReadValues(ref reader, names);
                    break;
                case [(byte)'S', (byte)'S']:
                    value.SS = ReadStrings(ref reader);
                    break;
                case [(byte)'N', (byte)'S']:
                    value.NS = ReadStrings(ref reader);
                    break;
                case [(byte)'B', (byte)'S']:
                    value.BS = ReadBinaries(ref reader);
                    break;
                case [(byte)'B', (byte)'O', (byte)'O', (byte)'L']:
                    value.BOOL = ReadBoolean(ref reader);
                    break;
                case [(byte)'N', (byte)'U', (byte)'L', (byte)'L']:
                    value.NULL = ReadBoolean(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        Expect(ref reader, JsonTokenType.EndObject);
        return value;
    }

    public static List<string>? ReadStrings(ref Utf8JsonReader reader)
    {
        if (!StartsArray(ref reader))
            return null;
        var strings = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            strings.Add(reader.GetString()!);
        return strings;
    }

    public static bool? ReadBoolean(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null ? null : reader.GetBoolean();

    /// <summary>The name of a member that the protocol defines.</summary>
    public static ReadOnlySpan<byte> MemberName(ref Utf8JsonReader reader) => reader.ValueIsEscaped ? throw new UnusualJsonException() : reader.ValueSpan;

    public static bool StartsObject(ref Utf8JsonReader reader) => Starts(ref reader, JsonTokenType.StartObject);

    public static bool StartsArray(ref Utf8JsonReader reader) => Starts(ref reader, JsonTokenType.StartArray);

    public static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (reader.TokenType != token)
            throw new UnusualJsonException();
    }

    /// <summary>False for <c>null</c>.</summary>
    private static bool Starts(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return false;
        Expect(ref reader, token);
        return true;
    }

    private static Dictionary<string, AttributeValue>? ReadMap(ref Utf8JsonReader reader, NameCache names, int capacity)
    {
        if (!StartsObject(ref reader))
            return null;
        var map = new Dictionary<string, AttributeValue>(capacity);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.ValueIsEscaped ? reader.GetString()! : names.Get(reader.ValueSpan);
            reader.Read();
            if (!map.TryAdd(name, ReadValue(ref reader, names)!))
                throw new UnusualJsonException();
        }
        Expect(ref reader, JsonTokenType.EndObject);
        return map;
    }

    private static List<AttributeValue>? ReadValues(ref Utf8JsonReader reader, NameCache names)
    {
        if (!StartsArray(ref reader))
            return null;
        var values = new List<AttributeValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            values.Add(ReadValue(ref reader, names)!);
        return values;
    }

    private static List<MemoryStream>? ReadBinaries(ref Utf8JsonReader reader)
    {
        if (!StartsArray(ref reader))
            return null;
        var binaries = new List<MemoryStream>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            binaries.Add(ReadBinary(ref reader)!);
        return binaries;
    }

    private static MemoryStream? ReadBinary(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out byte[]? bytes))
            throw new UnusualJsonException();
        return new MemoryStream(bytes, 0, bytes.Length, writable: true, publiclyVisible: true);
    }
}
