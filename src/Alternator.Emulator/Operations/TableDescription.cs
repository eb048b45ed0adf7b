using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>Writes what CreateTable, DescribeTable, UpdateTable and DeleteTable say about a table.</summary>
/// <remarks>Fields: alternator/executor.cc, fill_table_description. ItemCount and index sizes are missing there, and so here.</remarks>
internal static class TableDescription
{
    private static readonly FrozenSet<string> Supplements = FrozenSet.ToFrozenSet(
        ["CreationDateTime", "TableStatus", "TableId", "LatestStreamArn", "LatestStreamLabel"], StringComparer.Ordinal);

    /// <summary>Writes what CreateTable and UpdateTable answer: the request, with four things more.</summary>
    /// <remarks>alternator/executor.cc, supplement_table_info. So the table's ARN, or an index that was there before, is not told.</remarks>
    public static void WriteRequest(Call call, Table table)
    {
        var writer = call.Writer;
        writer.WriteStartObject("TableDescription");
        foreach (var property in call.Request.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            if (!Supplements.Contains(name) && !(name == "StreamSpecification" && table.Stream is { IsShown: true }))
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(property.Value), skipInputValidation: true);
            }
        }

        writer.WriteNumber("CreationDateTime", CreatedAt(call.Engine.Options, table));
        writer.WriteString("TableStatus", "ACTIVE");
        writer.WriteString("TableId", table.Id);
        WriteStream(writer, table);
        writer.WriteEndObject();
    }

    /// <summary>Writes the description under a property name.</summary>
    public static void Write(Call call, string property, Table table, string status = "ACTIVE")
    {
        var writer = call.Writer;
        var release = call.Engine.Options.Release;
        var deleting = status == "DELETING";
        var createdAt = CreatedAt(call.Engine.Options, table);
        writer.WriteStartObject(property);
        writer.WriteString("TableName", table.Name);
        if (release.TellsTableSize)
        {
            writer.WriteNumber("TableSizeBytes", deleting ? 0 : table.SizeInBytes);
        }

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

        WriteStream(writer, table);
        writer.WriteEndObject();
    }

    private static double CreatedAt(EngineOptions options, Table table) => options.Release.RemembersCreation
        ? table.CreatedAt.ToUnixTimeMilliseconds() / 1000.0
        : options.TimeProvider.GetUtcNow().ToUnixTimeSeconds();

    private static void WriteStream(Utf8JsonWriter writer, Table table)
    {
        if (table.Stream is { IsShown: true } stream)
        {
            writer.WriteString("LatestStreamArn", stream.Arn);
            writer.WriteString("LatestStreamLabel", stream.Label);
            writer.WriteStartObject("StreamSpecification");
            writer.WriteBoolean("StreamEnabled", stream.IsEnabled);
            writer.WriteString("StreamViewType", stream.View.ToString());
            writer.WriteEndObject();
        }
    }

    /// <summary>Writes KeySchema.</summary>
    public static void WriteKeySchema(Utf8JsonWriter writer, KeySchema keys) => WriteKeySchema(writer, keys.Hash, keys.Range);

    private static void WriteKeySchema(Utf8JsonWriter writer, KeyAttribute hash, KeyAttribute? range)
    {
        writer.WriteStartArray("KeySchema");
        WriteKey(writer, hash.Name, "HASH");
        if (range is not null)
        {
            WriteKey(writer, range.Name, "RANGE");
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
            WriteKeySchema(writer, index.Keys.Hash, DescribedRange(table, index));
            writer.WriteStartObject("Projection");
            writer.WriteString("ProjectionType", "ALL");
            writer.WriteEndObject();
            if (!isLocal)
            {
                WriteIndexStatus(writer, index.IsBuilt);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteIndexStatus(Utf8JsonWriter writer, bool isBuilt)
    {
        writer.WriteString("IndexStatus", isBuilt ? "ACTIVE" : "CREATING");
        if (!isBuilt)
        {
            writer.WriteBoolean("Backfilling", true);
        }
    }

    private static KeyAttribute? DescribedRange(Table table, SecondaryIndex index) => index switch
    {
        { Keys.Range: { } range } => range,
        { MarksMissingRange: true } => null,
        _ => index.Keys.Hash.Name == table.Keys.Hash.Name ? table.Keys.Range : table.Keys.Hash,
    };

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
