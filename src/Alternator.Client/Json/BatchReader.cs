using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

/// <summary>Reads the maps by table of the batch operations.</summary>
internal static class BatchReader
{
    private delegate T? Read<T>(ref Utf8JsonReader reader, NameCache names);

    public static Dictionary<string, List<Dictionary<string, AttributeValue>>>? ReadResponses(ref Utf8JsonReader reader, NameCache names) =>
        ReadByName<List<Dictionary<string, AttributeValue>>>(ref reader, names, ValueReader.ReadItems);

    public static Dictionary<string, KeysAndAttributes>? ReadUnprocessedKeys(ref Utf8JsonReader reader, NameCache names) =>
        ReadByName<KeysAndAttributes>(ref reader, names, ReadKeysAndAttributes);

    public static Dictionary<string, List<WriteRequest>>? ReadUnprocessedItems(ref Utf8JsonReader reader, NameCache names) =>
        ReadByName<List<WriteRequest>>(ref reader, names, static (ref r, n) => ReadList<WriteRequest>(ref r, n, ReadWriteRequest));

    public static Dictionary<string, List<ItemCollectionMetrics>>? ReadItemCollectionMetrics(ref Utf8JsonReader reader, NameCache names) =>
        ReadByName<List<ItemCollectionMetrics>>(ref reader, names, static (ref r, n) => ReadList<ItemCollectionMetrics>(ref r, n, MetricsReader.ReadItemCollectionMetrics));

    private static Dictionary<string, T>? ReadByName<T>(ref Utf8JsonReader reader, NameCache names, Read<T> read)
    {
        if (!ValueReader.StartsObject(ref reader))
            return null;
        var all = new Dictionary<string, T>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (!all.TryAdd(name, read(ref reader, names)!))
                throw new UnusualJsonException();
        }
        ValueReader.Expect(ref reader, JsonTokenType.EndObject);
        return all;
    }

    private static List<T>? ReadList<T>(ref Utf8JsonReader reader, NameCache names, Read<T> read)
    {
        if (!ValueReader.StartsArray(ref reader))
            return null;
        var list = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            list.Add(read(ref reader, names)!);
        return list;
    }

    private static KeysAndAttributes? ReadKeysAndAttributes(ref Utf8JsonReader reader, NameCache names)
    {
        if (!ValueReader.StartsObject(ref reader))
            return null;
        var wanted = new KeysAndAttributes();
        while (ResponseJson.NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("Keys"u8))
                wanted.Keys = ReadList<Dictionary<string, AttributeValue>>(ref reader, names, ValueReader.ReadMap);
            else if (name.SequenceEqual("AttributesToGet"u8))
                wanted.AttributesToGet = ValueReader.ReadStrings(ref reader);
            else if (name.SequenceEqual("ConsistentRead"u8))
                wanted.ConsistentRead = ValueReader.ReadBoolean(ref reader);
            else if (name.SequenceEqual("ExpressionAttributeNames"u8))
                wanted.ExpressionAttributeNames = ReadByName<string>(ref reader, names, static (ref r, _) => r.GetString());
            else if (name.SequenceEqual("ProjectionExpression"u8))
                wanted.ProjectionExpression = reader.GetString();
            else
                reader.Skip();
        }
        return wanted;
    }

    private static WriteRequest? ReadWriteRequest(ref Utf8JsonReader reader, NameCache names)
    {
        if (!ValueReader.StartsObject(ref reader))
            return null;
        var write = new WriteRequest();
        while (ResponseJson.NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("PutRequest"u8) && ValueReader.StartsObject(ref reader))
                write.PutRequest = new PutRequest { Item = ReadOnlyMember(ref reader, names, "Item"u8) };
            else if (name.SequenceEqual("DeleteRequest"u8) && ValueReader.StartsObject(ref reader))
                write.DeleteRequest = new DeleteRequest { Key = ReadOnlyMember(ref reader, names, "Key"u8) };
            else
                reader.Skip();
        }
        return write;
    }

    private static Dictionary<string, AttributeValue>? ReadOnlyMember(ref Utf8JsonReader reader, NameCache names, ReadOnlySpan<byte> member)
    {
        Dictionary<string, AttributeValue>? map = null;
        while (ResponseJson.NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual(member))
                map = ValueReader.ReadMap(ref reader, names);
            else
                reader.Skip();
        }
        return map;
    }
}
