using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>ReturnConsumedCapacity: only TOTAL is answered, everything else is refused.</summary>
/// <remarks>Units of 1 KB for writes, of 4 KB for reads, half of them for reads that need not be consistent (alternator/consumed_capacity.cc).</remarks>
internal static class ConsumedCapacity
{
    private const int WriteUnit = 1024;
    private const int ReadUnit = 4096;

    /// <summary>True when the answer has to tell the capacity.</summary>
    public static bool IsWanted(Call call)
    {
        if (call.Find("ReturnConsumedCapacity") is not { } wanted)
        {
            return false;
        }

        if (wanted.ValueKind != JsonValueKind.String)
        {
            throw AlternatorException.Validation("Non-string ReturnConsumedCapacity field in request");
        }

        return JsonText.StringOf(wanted) switch
        {
            "TOTAL" => true,
            "INDEXES" => throw AlternatorException.Validation("INDEXES consumed capacity is not supported"),
            var other => throw AlternatorException.Validation($"Unknown consumed capacity {other}"),
        };
    }

    /// <summary>The units of a write of so many bytes.</summary>
    public static double OfWrite(long bytes) => (Math.Max(bytes, 1) + WriteUnit - 1) / WriteUnit;

    /// <summary>The units of a read of so many bytes.</summary>
    public static double OfRead(long bytes, bool consistent) => (bytes + ReadUnit - 1) / ReadUnit * (consistent ? 1 : 0.5);

    /// <summary>Writes the capacity of a single operation.</summary>
    public static void Write(Utf8JsonWriter writer, double units)
    {
        writer.WriteStartObject("ConsumedCapacity");
        writer.WriteNumber("CapacityUnits", units);
        writer.WriteEndObject();
    }

    /// <summary>Writes the capacity of a batch, by table.</summary>
    public static void Write(Utf8JsonWriter writer, IEnumerable<(string Table, double Units)> tables)
    {
        writer.WriteStartArray("ConsumedCapacity");
        foreach (var (table, units) in tables)
        {
            writer.WriteStartObject();
            writer.WriteString("TableName", table);
            writer.WriteNumber("CapacityUnits", units);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
