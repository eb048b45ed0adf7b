using System.Globalization;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.SystemTables;

/// <summary>
/// The options of the nodes under ScyllaDB's names: shown by <c>system.config</c>, and those that ScyllaDB can change while
/// it runs are changed here by writing that table. Values are shown and read as ScyllaDB does: text in JSON quotes.
/// Every request reads the settings that are in force when it arrives.
/// </summary>
/// <remarks>Which options are live: db/config.cc of scylladb at f4a4091ca2.</remarks>
internal sealed class LiveSettings
{
    private readonly List<Setting> _settings = [];

    public LiveSettings(EmulatorOptions options)
    {
        EnforceAuthorization = options.EnforceAuthorization;
        WarnAuthorization = options.WarnAuthorization;
        CompressionLevel = options.ResponseCompressionLevel;
        CompressionThreshold = options.ResponseCompressionThreshold;
        MaxConcurrentRequests = options.MaxConcurrentRequests;
        ServerHeader = Sanitized(options.ServerHeader ?? "");
        ContentTypeHeader = options.ContentTypeHeader;
        DateHeader = options.DateHeader;
        AllowSystemTableWrite = options.AllowSystemTableWrite;

        Flag("alternator_enforce_authorization", () => EnforceAuthorization, v => EnforceAuthorization = v);
        Flag("alternator_warn_authorization", () => WarnAuthorization, v => WarnAuthorization = v);
        Number("alternator_response_gzip_compression_level", "int", () => CompressionLevel, v => CompressionLevel = (int)Math.Clamp(v, 0, 9));
        Number("alternator_response_compression_threshold_in_bytes", "uint32_t", () => Math.Max(0, CompressionThreshold), v => CompressionThreshold = (int)Math.Min(int.MaxValue, v));
        Number("max_concurrent_requests_per_shard", "uint32_t", () => MaxConcurrentRequests, v => MaxConcurrentRequests = (int)Math.Min(int.MaxValue, v));
        Text("alternator_http_response_server_header", () => ServerHeader ?? "", v => ServerHeader = Sanitized(v));
        Flag("alternator_http_response_disable_content_type_header", () => !ContentTypeHeader, v => ContentTypeHeader = !v);
        Flag("alternator_http_response_disable_date_header", () => !DateHeader, v => DateHeader = !v);
        Flag("alternator_allow_system_table_write", () => AllowSystemTableWrite, v => AllowSystemTableWrite = v);
        Text("alternator_describe_endpoints", () => Engine.DescribeEndpoints ?? "", v => Reconfigure(e => e with { DescribeEndpoints = v }));
        Flag("alternator_streams_increased_compatibility", () => Engine.StreamsIncreasedCompatibility, v => Reconfigure(e => e with { StreamsIncreasedCompatibility = v }));

        Fixed("alternator_write_isolation", "string", () => Quote(options.WriteIsolation switch
        {
            WriteIsolation.AlwaysUseLwt => "always_use_lwt",
            WriteIsolation.ForbidRmw => "forbid_rmw",
            WriteIsolation.UnsafeRmw => "unsafe_rmw",
            _ => "only_rmw_uses_lwt",
        }));
        Fixed("alternator_ttl_period_in_seconds", "double", () => options.TtlPeriod.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        Fixed("alternator_streams_time_window_s", "uint32_t", () => Invariant((long)options.StreamsTimeWindow.TotalSeconds));
        Fixed("alternator_max_items_in_batch_write", "uint32_t", () => Invariant(options.MaxItemsInBatchWrite ?? 100));
        Fixed("cluster_name", "string", () => Quote(options.ClusterName));
    }

    /// <summary>The engine whose settings are changed with these.</summary>
    public AlternatorEngine? Store { get; set; }

    public bool EnforceAuthorization { get; private set; }

    public bool WarnAuthorization { get; private set; }

    public int CompressionLevel { get; private set; }

    public int CompressionThreshold { get; private set; }

    public int MaxConcurrentRequests { get; private set; }

    public string? ServerHeader { get; private set; }

    public bool ContentTypeHeader { get; private set; }

    public bool DateHeader { get; private set; }

    public bool AllowSystemTableWrite { get; private set; }

    /// <summary>Name, type and value of every setting.</summary>
    public IEnumerable<(string Name, string Type, string Value, bool Changed)> All => _settings.Select(s => (s.Name, s.Type, s.Show(), s.Changed));

    /// <summary>Changes a live setting; false when there is none of that name, it isn't live, or the value is not of its type.</summary>
    public bool TryChange(string name, string value)
    {
        Setting? setting = _settings.Find(s => s.Name == name);
        if (setting?.Change is null || !setting.Change(value)) return false;
        setting.Changed = true;
        return true;
    }

    private EngineOptions Engine => Store?.Options ?? new EngineOptions();

    private void Reconfigure(Func<EngineOptions, EngineOptions> change) => Store?.Reconfigure(change);

    private void Flag(string name, Func<bool> get, Action<bool> set) => _settings.Add(new(name, "bool", () => get() ? "true" : "false", text =>
    {
        if (text.Trim() is not ("true" or "false" or "1" or "0")) return false;
        set(text.Trim() is "true" or "1");
        return true;
    }));

    private void Number(string name, string type, Func<long> get, Action<long> set) => _settings.Add(new(name, type, () => Invariant(get()), text =>
    {
        if (!uint.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out uint value)) return false;
        set(value);
        return true;
    }));

    private void Text(string name, Func<string> get, Action<string> set) => _settings.Add(new(name, "string", () => Quote(get()), text =>
    {
        set(Unquote(text));
        return true;
    }));

    private void Fixed(string name, string type, Func<string> show) => _settings.Add(new(name, type, show, null));

    /// <summary>Control characters can't be sent in a header; what remains empty is no header.</summary>
    private static string? Sanitized(string text)
    {
        string clean = string.Concat(text.Where(c => !char.IsControl(c) && c < 256)).Trim();
        return clean.Length == 0 ? null : clean;
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Unquote(string text) => text.Length >= 2 && text[0] == '"' && text[^1] == '"'
        ? text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
        : text;

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Setting(string name, string type, Func<string> show, Func<string, bool>? change)
    {
        public string Name { get; } = name;

        public string Type { get; } = type;

        public Func<string> Show { get; } = show;

        public Func<string, bool>? Change { get; } = change;

        public bool Changed { get; set; }
    }
}
