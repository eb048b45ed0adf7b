namespace Alternator.StandIn.Node;

/// <summary>
/// Reads the command line of <c>scylla</c> itself, with the rules of its option parser: an option that it doesn't know ends it, and so does one that is given twice, unless it gathers
/// several values.
/// </summary>
internal sealed class ScyllaOptions
{
    private enum Kind { Value, Boolean, Switch, Many }

    private static readonly Dictionary<string, Kind> Known = new(StringComparer.Ordinal)
    {
        ["--log-to-syslog"] = Kind.Value,
        ["--log-to-stdout"] = Kind.Value,
        ["--network-stack"] = Kind.Value,
        ["--developer-mode"] = Kind.Boolean,
        ["--memory"] = Kind.Value,
        ["--reserve-memory"] = Kind.Value,
        ["--smp"] = Kind.Value,
        ["--overprovisioned"] = Kind.Switch,
        ["--blocked-reactor-notify-ms"] = Kind.Value,
        ["--max-networking-io-control-blocks"] = Kind.Value,
        ["--reactor-backend"] = Kind.Value,
        ["--listen-address"] = Kind.Value,
        ["--rpc-address"] = Kind.Value,
        ["--broadcast-address"] = Kind.Value,
        ["--broadcast-rpc-address"] = Kind.Value,
        ["--api-address"] = Kind.Value,
        ["--api-port"] = Kind.Value,
        ["--prometheus-address"] = Kind.Value,
        ["--seed-provider-parameters"] = Kind.Many,
        ["--cluster-name"] = Kind.Value,
        ["--endpoint-snitch"] = Kind.Value,
        ["--experimental-features"] = Kind.Many,
        ["--authenticator"] = Kind.Value,
        ["--authorizer"] = Kind.Value,
        ["--auth-superuser-name"] = Kind.Value,
        ["--auth-superuser-salted-password"] = Kind.Value,
        ["--auto-snapshot"] = Kind.Boolean,
        ["--audit"] = Kind.Value,
        ["--rf-rack-valid-keyspaces"] = Kind.Boolean,
        ["--tablets-mode-for-new-keyspaces"] = Kind.Value,
        ["--enforce-rack-list"] = Kind.Boolean,
        ["--alternator-address"] = Kind.Value,
        ["--alternator-port"] = Kind.Value,
        ["--alternator-https-port"] = Kind.Value,
        ["--alternator-write-isolation"] = Kind.Value,
        ["--alternator-enforce-authorization"] = Kind.Boolean,
        ["--alternator-warn-authorization"] = Kind.Boolean,
        ["--alternator-encryption-options"] = Kind.Many,
        ["--alternator-timeout-in-ms"] = Kind.Value,
        ["--alternator-ttl-period-in-seconds"] = Kind.Value,
        ["--alternator-streams-time-window-s"] = Kind.Value,
        ["--alternator-streams-increased-compatibility"] = Kind.Boolean,
        ["--alternator-describe-endpoints"] = Kind.Value,
        ["--alternator-max-items-in-batch-write"] = Kind.Value,
        ["--alternator-allow-system-table-write"] = Kind.Boolean,
        ["--alternator-force-read-before-write"] = Kind.Boolean,
        ["--alternator-response-gzip-compression-level"] = Kind.Value,
        ["--alternator-response-compression-threshold-in-bytes"] = Kind.Value,
        ["--max-concurrent-requests-per-shard"] = Kind.Value,
    };

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">As Scylla refuses it.</exception>
    public ScyllaOptions(IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count; i++)
        {
            string[] parts = words[i].Split('=', 2);
            if (!words[i].StartsWith('-'))
                throw new ArgumentException("too many positional options have been specified on the command line");
            if (!Known.TryGetValue(parts[0], out Kind kind))
                throw new ArgumentException($"unrecognised option '{parts[0]}'");
            string value = kind == Kind.Switch ? "true"
                : parts.Length == 2 ? parts[1]
                : i + 1 < words.Count && !words[i + 1].StartsWith('-') ? words[++i]
                : throw new ArgumentException($"the required argument for option '{parts[0]}' is missing");
            if (kind == Kind.Boolean && value is not ("0" or "1" or "true" or "false"))
                throw new ArgumentException($"the argument ('{value}') for option '{parts[0]}' is invalid");
            if (!_values.TryGetValue(parts[0], out List<string>? values))
                _values[parts[0]] = values = [];
            else if (kind != Kind.Many)
                throw new ArgumentException($"option '{parts[0]}' cannot be specified more than once");
            values.Add(value);
        }
        if (AlternatorPort + HttpsPort > 0 && WriteIsolation is not ("only_rmw_uses_lwt" or "always_use_lwt" or "forbid_rmw" or "unsafe_rmw" or "a" or "f" or "o" or "u" or "always"))
            throw new ArgumentException("alternator_write_isolation must be set to one of its values");
    }

    public string ListenAddress => this["--listen-address"] ?? "localhost";
    public string AlternatorAddress => this["--alternator-address"] ?? "0.0.0.0";
    public string ApiAddress => this["--api-address"] ?? "127.0.0.1";
    public int AlternatorPort => Number("--alternator-port");
    public int HttpsPort => Number("--alternator-https-port");
    public string? WriteIsolation => this["--alternator-write-isolation"];
    public string ClusterName => this["--cluster-name"] ?? "";
    public bool PlacedByFile => this["--endpoint-snitch"] == "GossipingPropertyFileSnitch";
    public IReadOnlyList<string> Seeds => Map("--seed-provider-parameters", "seeds")?.Split(',') ?? [];
    public bool EnforceAuthorization => Flag("--alternator-enforce-authorization") && this["--authenticator"] == "PasswordAuthenticator";
    public string? SuperuserName => this["--auth-superuser-name"];
    public string? SuperuserSecret => this["--auth-superuser-salted-password"];
    public string Certificate => Map("--alternator-encryption-options", "certificate") ?? "/etc/scylla/scylla.crt";
    public string Key => Map("--alternator-encryption-options", "keyfile") ?? "/etc/scylla/scylla.key";
    public TimeSpan TtlPeriod => this["--alternator-ttl-period-in-seconds"] is { } seconds ? TimeSpan.FromSeconds(double.Parse(seconds, null)) : TimeSpan.FromDays(1);

    public string? this[string option] => _values.GetValueOrDefault(option)?[^1];

    private bool Flag(string option) => this[option] is "1" or "true";

    private int Number(string option) => int.Parse(this[option] ?? "0", null);

    private string? Map(string option, string key) =>
        _values.GetValueOrDefault(option)?.Select(v => v.Split('=', 2)).LastOrDefault(p => p.Length == 2 && p[0] == key)?[1];
}
