using System.Text.Json;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

/// <summary>Reads the answers of the eight item operations; unknown members are passed over.</summary>
internal static class ResponseJson
{
    public static GetItemResponse ReadGetItem(ref Utf8JsonReader reader, NameCache names)
    {
        var response = new GetItemResponse();
        while (NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("Item"u8))
                response.Item = ValueReader.ReadItem(ref reader, names);
            else if (name.SequenceEqual("ConsumedCapacity"u8))
                response.ConsumedCapacity = MetricsReader.ReadConsumedCapacity(ref reader);
            else
                reader.Skip();
        }
        return response;
    }

    public static PutItemResponse ReadPutItem(ref Utf8JsonReader reader, NameCache names)
    {
        var response = new PutItemResponse();
        while (NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("Attributes"u8))
                response.Attributes = ValueReader.ReadItem(ref reader, names);
            else if (name.SequenceEqual("ConsumedCapacity"u8))
                response.ConsumedCapacity = MetricsReader.ReadConsumedCapacity(ref reader);
            else if (name.SequenceEqual("ItemCollectionMetrics"u8))
                response.ItemCollectionMetrics = MetricsReader.ReadItemCollectionMetrics(ref reader, names);
            else
                reader.Skip();
        }
        return response;
    }

    public static UpdateItemResponse ReadUpdateItem(ref Utf8JsonReader reader, NameCache names)
    {
        var response = new UpdateItemResponse();
        while (NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("Attributes"u8))
                response.Attributes = ValueReader.ReadItem(ref reader, names);
            else if (name.SequenceEqual("ConsumedCapacity"u8))
                response.ConsumedCapacity = MetricsReader.ReadConsumedCapacity(ref reader);
            else if (name.SequenceEqual("ItemCollectionMetrics"u8))
                response.ItemCollectionMetrics = MetricsReader.ReadItemCollectionMetrics(ref reader, names);
            else
                reader.Skip();
        }
        return response;
    }

    public static DeleteItemResponse ReadDeleteItem(ref Utf8JsonReader reader, NameCache names)
    {
        var response = new DeleteItemResponse();
        while (NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("Attributes"u8))
                response.Attributes = ValueReader.ReadItem(ref reader, names);
            else if (name.SequenceEqual("ConsumedCapacity"u8))
                response.ConsumedCapacity = MetricsReader.ReadConsumedCapacity(ref reader);
            else if (name.SequenceEqual("ItemCollectionMetrics"u8))
                response.ItemCollectionMetrics = MetricsReader.ReadItemCollectionMetrics(ref reader, names);
            else
                reader.Skip();
        }
        return response;
    }

    public static QueryResponse ReadQuery(ref Utf8JsonReader reader, NameCache names)
    {
        var response = new QueryResponse();
        while (NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("Items"u8))
                response.Items = ValueReader.ReadItems(ref reader, names);
            else if (name.SequenceEqual("Count"u8))
                response.Count = MetricsReader.ReadInteger(ref reader);
            else if (name.SequenceEqual("ScannedCount"u8))
                response.ScannedCount = MetricsReader.ReadInteger(ref reader);
            else if (name.SequenceEqual("LastEvaluatedKey"u8))
                response.LastEvaluatedKey = ValueReader.ReadMap(ref reader, names);
            else if (name.SequenceEqual("ConsumedCapacity"u8))
                response.ConsumedCapacity = MetricsReader.ReadConsumedCapacity(ref reader);
            else
                reader.Skip();
        }
        return response;
    }

    public static ScanResponse ReadScan(ref Utf8JsonReader reader, NameCache names)
    {
        var response = new ScanResponse();
        while (NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("Items"u8))
                response.Items = ValueReader.ReadItems(ref reader, names);
            else if (name.SequenceEqual("Count"u8))
                response.Count = MetricsReader.ReadInteger(ref reader);
            else if (name.SequenceEqual("ScannedCount"u8))
                response.ScannedCount = MetricsReader.ReadInteger(ref reader);
            else if (name.SequenceEqual("LastEvaluatedKey"u8))
                response.LastEvaluatedKey = ValueReader.ReadMap(ref reader, names);
            else if (name.SequenceEqual("ConsumedCapacity"u8))
                response.ConsumedCapacity = MetricsReader.ReadConsumedCapacity(ref reader);
            else
                reader.Skip();
        }
        return response;
    }

    public static BatchGetItemResponse ReadBatchGetItem(ref Utf8JsonReader reader, NameCache names)
    {
        var response = new BatchGetItemResponse();
        while (NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("Responses"u8))
                response.Responses = BatchReader.ReadResponses(ref reader, names);
            else if (name.SequenceEqual("UnprocessedKeys"u8))
                response.UnprocessedKeys = BatchReader.ReadUnprocessedKeys(ref reader, names);
            else if (name.SequenceEqual("ConsumedCapacity"u8))
                response.ConsumedCapacity = MetricsReader.ReadConsumedCapacities(ref reader);
            else
                reader.Skip();
        }
        return response;
    }

    public static BatchWriteItemResponse ReadBatchWriteItem(ref Utf8JsonReader reader, NameCache names)
    {
        var response = new BatchWriteItemResponse();
        while (NextMember(ref reader, out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("UnprocessedItems"u8))
                response.UnprocessedItems = BatchReader.ReadUnprocessedItems(ref reader, names);
            else if (name.SequenceEqual("ItemCollectionMetrics"u8))
                response.ItemCollectionMetrics = BatchReader.ReadItemCollectionMetrics(ref reader, names);
            else if (name.SequenceEqual("ConsumedCapacity"u8))
                response.ConsumedCapacity = MetricsReader.ReadConsumedCapacities(ref reader);
            else
                reader.Skip();
        }
        return response;
    }

    /// <summary>Steps to the value of the object's next member; false at its end. A fresh reader is stepped into its object first.</summary>
    internal static bool NextMember(ref Utf8JsonReader reader, out ReadOnlySpan<byte> name)
    {
        if (reader.TokenType == JsonTokenType.None)
        {
            reader.Read();
            ValueReader.Expect(ref reader, JsonTokenType.StartObject);
        }
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            name = default;
            return false;
        }
        ValueReader.Expect(ref reader, JsonTokenType.PropertyName);
        name = ValueReader.MemberName(ref reader);
        reader.Read();
        return true;
    }
}
