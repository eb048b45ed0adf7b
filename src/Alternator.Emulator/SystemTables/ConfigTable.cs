using System.Globalization;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.SystemTables;

/// <summary>
/// <c>system.config</c>: the options of a node under ScyllaDB's names, those that the emulator has. Values are in JSON, as
/// ScyllaDB shows them: text in quotes.
/// </summary>
internal static class ConfigTable
{
    public static IReadOnlyList<Item> Rows(EmulatorOptions o, EmulatorNode node) =>
    [
        Row("alternator_address", "string", Quote(node.Place.Listen.ToString())),
        Row("alternator_port", "uint16", Number(node.Http?.EndPoint.Port ?? 0)),
        Row("alternator_https_port", "uint16", Number(node.Https?.EndPoint.Port ?? 0)),
        Row("alternator_enforce_authorization", "bool", Bool(o.EnforceAuthorization)),
        Row("alternator_warn_authorization", "bool", Bool(o.WarnAuthorization)),
        Row("alternator_write_isolation", "string", Quote(o.WriteIsolation switch
        {
            WriteIsolation.AlwaysUseLwt => "always_use_lwt",
            WriteIsolation.ForbidRmw => "forbid_rmw",
            WriteIsolation.UnsafeRmw => "unsafe_rmw",
            _ => "only_rmw_uses_lwt",
        })),
        Row("alternator_ttl_period_in_seconds", "double", o.TtlPeriod.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
        Row("alternator_streams_time_window_s", "uint32", Number((long)o.StreamsTimeWindow.TotalSeconds)),
        Row("alternator_streams_increased_compatibility", "bool", Bool(o.StreamsIncreasedCompatibility)),
        Row("alternator_describe_endpoints", "string", Quote(o.DescribeEndpoints ?? "")),
        Row("alternator_max_items_in_batch_write", "uint32", Number(o.MaxItemsInBatchWrite ?? 100)),
        Row("alternator_response_gzip_compression_level", "int", Number(o.ResponseCompressionLevel)),
        Row("alternator_response_compression_threshold_in_bytes", "uint32", Number(Math.Max(0, o.ResponseCompressionThreshold))),
        Row("alternator_http_response_server_header", "string", Quote(o.ServerHeader ?? "")),
        Row("alternator_http_response_disable_content_type_header", "bool", Bool(!o.ContentTypeHeader)),
        Row("alternator_allow_system_table_write", "bool", Bool(o.AllowSystemTableWrite)),
        Row("alternator_timeout_in_ms", "uint32", "10000"),
        Row("cluster_name", "string", Quote(o.ClusterName)),
        Row("max_concurrent_requests_per_shard", "uint32", Number(Math.Min(uint.MaxValue, (long)o.MaxConcurrentRequests))),
    ];

    /// <summary>Changes an option that can change while the cluster runs, as ScyllaDB's live-updatable ones can.</summary>
    /// <exception cref="AlternatorException">There is no such option, it can't change, or the value is none of its type.</exception>
    public static void Change(EmulatorOptions o, string name, string value)
    {
        string text = value.Trim('"');
        switch (name)
        {
            case "alternator_enforce_authorization": o.EnforceAuthorization = ToBool(); break;
            case "alternator_warn_authorization": o.WarnAuthorization = ToBool(); break;
            case "alternator_streams_increased_compatibility": o.StreamsIncreasedCompatibility = ToBool(); break;
            case "alternator_streams_time_window_s": o.StreamsTimeWindow = TimeSpan.FromSeconds(ToNumber()); break;
            case "alternator_describe_endpoints": o.DescribeEndpoints = text.Length == 0 ? null : text; break;
            case "alternator_max_items_in_batch_write": o.MaxItemsInBatchWrite = ToNumber(); break;
            case "alternator_response_gzip_compression_level": o.ResponseCompressionLevel = ToNumber(); break;
            case "alternator_response_compression_threshold_in_bytes": o.ResponseCompressionThreshold = ToNumber(); break;
            case "alternator_http_response_server_header": o.ServerHeader = text.Length == 0 ? null : text; break;
            case "alternator_http_response_disable_content_type_header": o.ContentTypeHeader = !ToBool(); break;
            case "max_concurrent_requests_per_shard": o.MaxConcurrentRequests = (int)Math.Min(int.MaxValue, ToNumber()); break;
            default:
                throw AlternatorException.Validation($"The option {name} does not exist or cannot be changed while the cluster runs");
        }

        bool ToBool() => text switch
        {
            "true" or "True" or "1" => true,
            "false" or "False" or "0" => false,
            _ => throw AlternatorException.Validation($"{name}: {value} is neither true nor false"),
        };

        int ToNumber() => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw AlternatorException.Validation($"{name}: {value} is not a number");
    }

    private static Item Row(string name, string type, string value) => Item.Create(
        ("name", AttributeValue.String(name)),
        ("source", AttributeValue.String("default")),
        ("type", AttributeValue.String(type)),
        ("value", AttributeValue.String(value)));

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Bool(bool value) => value ? "true" : "false";
}
