namespace Alternator.StandIn;

/// <summary>
/// Reads a node's command line the way the Scylla image does: the flags of its entry point take their value as the next argument, all others are
/// <c>--flag=value</c>; an unknown one ends the node, as Scylla does.
/// </summary>
internal sealed class NodeArguments
{
    private static readonly string[] EntryPoint =
    [
        "--smp", "--memory", "--overprovisioned", "--developer-mode", "--alternator-port", "--alternator-https-port", "--alternator-address", "--alternator-write-isolation",
        "--cluster-name", "--seeds", "--dc", "--rack", "--authenticator", "--endpoint-snitch", "--experimental-features",
    ];

    private static readonly string[] Others =
    [
        "--max-networking-io-control-blocks", "--auto-snapshot", "--audit", "--rf-rack-valid-keyspaces", "--alternator-enforce-authorization", "--auth-superuser-name",
        "--auth-superuser-salted-password", "--alternator-ttl-period-in-seconds", "--alternator-encryption-options", "--alternator-streams-time-window-s",
    ];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _encryption = new(StringComparer.Ordinal);

    public NodeArguments(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--disable-version-check")
                continue;
            string[] parts = arguments[i].Split('=', 2);
            if (EntryPoint.Contains(parts[0]))
                _values[parts[0]] = parts.Length == 2 ? parts[1] : ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{parts[0]}: expected one argument");
            else if (parts.Length == 2 && parts[0] == "--alternator-encryption-options")
                _encryption[parts[1].Split('=')[0]] = parts[1].Split('=', 2)[1];
            else if (parts.Length == 2 && Others.Contains(parts[0]))
                _values[parts[0]] = parts[1].Replace("\\$", "$", StringComparison.Ordinal);
            else
                throw new ArgumentException($"unrecognised option '{arguments[i]}'");
        }
        if (WriteIsolation is null)
            throw new ArgumentException("alternator_write_isolation must be set");
    }

    public int Port => int.Parse(this["--alternator-port"] ?? "0", null);
    public int? HttpsPort => this["--alternator-https-port"] is { } port ? int.Parse(port, null) : null;
    public string? WriteIsolation => this["--alternator-write-isolation"];
    public string? Seed => this["--seeds"]?.Split(',')[0];
    public string Datacenter => this["--dc"] ?? "datacenter1";
    public string Rack => this["--rack"] ?? "rack1";
    public bool EnforceAuthorization => this["--alternator-enforce-authorization"] == "1";
    public string? SuperuserName => this["--auth-superuser-name"];
    public string? SuperuserSecret => this["--auth-superuser-salted-password"];
    public string? Certificate => _encryption.GetValueOrDefault("certificate");
    public string? Key => _encryption.GetValueOrDefault("keyfile");

    private string? this[string flag] => _values.GetValueOrDefault(flag);
}
