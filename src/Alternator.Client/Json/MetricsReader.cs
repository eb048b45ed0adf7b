using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

/// <summary>Reads consumed capacity and the metrics of item collections.</summary>
internal static class MetricsReader
{
    public static List<ConsumedCapacity>? ReadConsumedCapacities(ref Utf8JsonReader reader)
    {
        if (!ValueReader.StartsArray(ref reader))
            return null;
        var all = new List<ConsumedCapacity>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            all.Add(ReadConsumedCapacity(ref reader)!);
        return all;
    }

    public static ConsumedCapacity? ReadConsumedCapacity(ref Utf8JsonReader reader)
    {
        if (!ValueReader.StartsObject(ref reader))
            return null;
        var consumed = new ConsumedCapacity();
        while (ResponseJson.NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("TableName"u8))
                consumed.TableName = reader.GetString();
            else if (name.SequenceEqual("CapacityUnits"u8))
                consumed.CapacityUnits = ReadNumber(ref reader);
            else if (name.SequenceEqual("ReadCapacityUnits"u8))
                consumed.ReadCapacityUnits = ReadNumber(ref reader);
            else if (name.SequenceEqual("WriteCapacityUnits"u8))
                consumed.WriteCapacityUnits = ReadNumber(ref reader);
            else if (name.SequenceEqual("Table"u8))
                consumed.Table = ReadCapacity(ref reader);
            else if (name.SequenceEqual("GlobalSecondaryIndexes"u8))
                consumed.GlobalSecondaryIndexes = ReadCapacities(ref reader);
            else if (name.SequenceEqual("LocalSecondaryIndexes"u8))
                consumed.LocalSecondaryIndexes = ReadCapacities(ref reader);
            else if (name.SequenceEqual("VectorIndexes"u8))
                throw new UnusualJsonException();
            else
                reader.Skip();
        }
        return consumed;
    }

    public static ItemCollectionMetrics? ReadItemCollectionMetrics(ref Utf8JsonReader reader, NameCache names)
    {
        if (!ValueReader.StartsObject(ref reader))
            return null;
        var metrics = new ItemCollectionMetrics();
        while (ResponseJson.NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("ItemCollectionKey"u8))
                metrics.ItemCollectionKey = ValueReader.ReadMap(ref reader, names);
            else if (name.SequenceEqual("SizeEstimateRangeGB"u8))
                metrics.SizeEstimateRangeGB = ReadNumbers(ref reader);
            else
                reader.Skip();
        }
        return metrics;
    }

    public static int? ReadInteger(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        ValueReader.Expect(ref reader, JsonTokenType.Number);
        return reader.TryGetInt32(out int value) ? value : throw new UnusualJsonException();
    }

    private static double? ReadNumber(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        ValueReader.Expect(ref reader, JsonTokenType.Number);
        return reader.TryGetDouble(out double value) ? value : throw new UnusualJsonException();
    }

    private static List<double>? ReadNumbers(ref Utf8JsonReader reader)
    {
        if (!ValueReader.StartsArray(ref reader))
            return null;
        var numbers = new List<double>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            numbers.Add(ReadNumber(ref reader) ?? throw new UnusualJsonException());
        return numbers;
    }

    private static Dictionary<string, Capacity>? ReadCapacities(ref Utf8JsonReader reader)
    {
        if (!ValueReader.StartsObject(ref reader))
            return null;
        var all = new Dictionary<string, Capacity>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string index = reader.GetString()!;
            reader.Read();
            if (!all.TryAdd(index, ReadCapacity(ref reader)!))
                throw new UnusualJsonException();
        }
        ValueReader.Expect(ref reader, JsonTokenType.EndObject);
        return all;
    }

    private static Capacity? ReadCapacity(ref Utf8JsonReader reader)
    {
        if (!ValueReader.StartsObject(ref reader))
            return null;
        var capacity = new Capacity();
        while (ResponseJson.NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("CapacityUnits"u8))
                capacity.CapacityUnits = ReadNumber(ref reader);
            else if (name.SequenceEqual("ReadCapacityUnits"u8))
                capacity.ReadCapacityUnits = ReadNumber(ref reader);
            else if (name.SequenceEqual("WriteCapacityUnits"u8))
                capacity.WriteCapacityUnits = ReadNumber(ref reader);
            else
                reader.Skip();
        }
        return capacity;
    }
}
