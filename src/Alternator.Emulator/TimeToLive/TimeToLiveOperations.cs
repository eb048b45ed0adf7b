using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Operations;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.TimeToLive;

/// <summary>UpdateTimeToLive and DescribeTimeToLive. A change takes effect at once.</summary>
/// <remarks>Source: DynamoDB API reference; ScyllaDB's alternator/ttl.cc.</remarks>
internal static class TimeToLiveOperations
{
    private const int LongestName = 255;

    /// <summary>UpdateTimeToLive.</summary>
    public static void Update(Call call)
    {
        var table = call.Table();
        if (call.Find("TimeToLiveSpecification") is not { ValueKind: JsonValueKind.Object } specification)
        {
            throw AlternatorException.Validation("UpdateTimeToLive missing mandatory TimeToLiveSpecification");
        }

        if (Parameters.Find(specification, "Enabled") is not { ValueKind: JsonValueKind.True or JsonValueKind.False } enabled)
        {
            throw AlternatorException.Validation("UpdateTimeToLive requires boolean Enabled");
        }

        var options = call.Engine.Options;
        if (enabled.GetBoolean() && !options.Release.ExpiresOnTablets && TableTags.UsesTablets(table.Tags, options.Release))
        {
            throw AlternatorException.Validation(
                $"Time to live is not supported on a table using tablets in this release. Create the table with vnodes, by a tag '{TableTags.InitialTablets(options.Release)}' set to 'none'");
        }

        if (Parameters.Find(specification, "AttributeName") is not { ValueKind: JsonValueKind.String } name)
        {
            throw AlternatorException.Validation("UpdateTimeToLive requires string AttributeName");
        }

        var attribute = JsonText.StringOf(name);
        if (Encoding.UTF8.GetByteCount(attribute) is < 1 or > LongestName)
        {
            throw AlternatorException.Validation($"The length of AttributeName must be between 1 and {LongestName}");
        }

        call.Authorize(Permission.Alter, table.Name);
        lock (call.Engine.Tables.DefinitionGate)
        {
            Switch(table, attribute, enabled.GetBoolean());
        }

        call.Writer.WriteStartObject();
        call.Writer.WritePropertyName("TimeToLiveSpecification");
        call.Writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(specification), skipInputValidation: true);
        call.Writer.WriteEndObject();
    }

    /// <summary>DescribeTimeToLive.</summary>
    public static void Describe(Call call)
    {
        var attribute = call.Table().ExpiryAttribute;
        call.Writer.WriteStartObject();
        call.Writer.WriteStartObject("TimeToLiveDescription");
        call.Writer.WriteString("TimeToLiveStatus", attribute is null ? "DISABLED" : "ENABLED");
        if (attribute is not null)
        {
            call.Writer.WriteString("AttributeName", attribute);
        }

        call.Writer.WriteEndObject();
        call.Writer.WriteEndObject();
    }

    private static void Switch(Table table, string attribute, bool enable)
    {
        var current = table.ExpiryAttribute;
        if (enable)
        {
            table.EnableExpiry(current is null ? attribute : throw AlternatorException.Validation("TTL is already enabled"));
            return;
        }

        if (current is null)
        {
            throw AlternatorException.Validation("TTL is already disabled");
        }

        if (current != attribute)
        {
            throw AlternatorException.Validation(
                $"Requested to disable TTL on attribute {attribute}, but a different attribute {current} is enabled");
        }

        table.DisableExpiry();
    }
}
