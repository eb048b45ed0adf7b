using System.Text.Json;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Operations;

/// <summary>Writes what CreateTable, DescribeTable, UpdateTable and DeleteTable say about a table.</summary>
/// <remarks>Fields: alternator/executor.cc, fill_table_description. ItemCount and index sizes are missing there, and so here.</remarks>
internal static class TableDescription
{
    /// <summary>Writes the description under a property name.</summary>
    public static void Write(Utf8JsonWriter writer, string property, Table table, string status = "ACTIVE")
    {
        var deleting = status == "DELETING";
        var createdAt = table.CreatedAt.ToUnixTimeMilliseconds() / 1000.0;
        writer.WriteStartObject(property);
        writer.WriteString("TableName", table.Name);
        writer.WriteNumber("TableSizeBytes", deleting ? 0 : table.SizeInBytes);
        writer.WriteString("TableStatus", status);
        writer.WriteString("TableArn", table.Arn);
        writer.WriteString("TableId", table.Id);
        writer.WriteStartObject("BillingModeSummary");
        writer.WriteNumber("LastUpdateToPayPerRequestDateTime", createdAt);
        writer.WriteString("BillingMode", table.Throughput is null ? "PAY_PER_REQUEST" : "PROVISIONED");
        writer.WriteEndObject();
        writer.WriteStartObject("ProvisionedThroughput");
        writer.WriteNumber("ReadCapacityUnits", table.Throughput?.Read ?? 0);
        writer.WriteNumber("WriteCapacityUnits", table.Throughput?.Write ?? 0);
        writer.WriteNumber("NumberOfDecreasesToday", 0);
        writer.WriteEndObject();
        if (!deleting)
        {
            writer.WriteNumber("CreationDateTime", createdAt);
            WriteKeySchema(writer, table.Keys);
            WriteIndexes(writer, table, isLocal: true);
            WriteIndexes(writer, table, isLocal: false);
            WriteAttributeDefinitions(writer, table);
        }

        if (table.Stream is { } stream)
        {
            writer.WriteString("LatestStreamArn", stream.Arn);
            writer.WriteString("LatestStreamLabel", stream.Label);
            writer.WriteStartObject("StreamSpecification");
            writer.WriteBoolean("StreamEnabled", stream.IsEnabled);
            writer.WriteString("StreamViewType", stream.View.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes KeySchema.</summary>
    public static void WriteKeySchema(Utf8JsonWriter writer, KeySchema keys)
    {
        writer.WriteStartArray("KeySchema");
        WriteKey(writer, keys.Hash.Name, "HASH");
        if (keys.Range is not null)
        {
            WriteKey(writer, keys.Range.Name, "RANGE");
        }

        writer.WriteEndArray();
    }

    private static void WriteKey(Utf8JsonWriter writer, string name, string type)
    {
        writer.WriteStartObject();
        writer.WriteString("AttributeName", name);
        writer.WriteString("KeyType", type);
        writer.WriteEndObject();
    }

    private static void WriteIndexes(Utf8JsonWriter writer, Table table, bool isLocal)
    {
        var indexes = table.Indexes.Where(index => index.IsLocal == isLocal).ToArray();
        if (indexes.Length == 0)
        {
            return;
        }

        writer.WriteStartArray(isLocal ? "LocalSecondaryIndexes" : "GlobalSecondaryIndexes");
        foreach (var index in indexes)
        {
            writer.WriteStartObject();
            writer.WriteString("IndexName", index.Name);
            writer.WriteString("IndexArn", $"{table.Arn}/index/{index.Name}");
            WriteKeySchema(writer, index.Keys);
            writer.WriteStartObject("Projection");
            writer.WriteString("ProjectionType", "ALL");
            writer.WriteEndObject();
            if (!isLocal)
            {
                writer.WriteString("IndexStatus", "ACTIVE");
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteAttributeDefinitions(Utf8JsonWriter writer, Table table)
    {
        var attributes = table.Indexes.Select(index => index.Keys).Prepend(table.Keys)
            .SelectMany(keys => new[] { keys.Hash, keys.Range }).OfType<KeyAttribute>().Distinct();
        writer.WriteStartArray("AttributeDefinitions");
        foreach (var attribute in attributes)
        {
            writer.WriteStartObject();
            writer.WriteString("AttributeName", attribute.Name);
            writer.WriteString("AttributeType", attribute.Type.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
