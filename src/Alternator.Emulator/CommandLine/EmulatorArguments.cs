using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Alternator.Emulator.Control;
using Microsoft.Extensions.Logging;

namespace Alternator.Emulator.CommandLine;

/// <summary>The program's options, one for each <see cref="EmulatorOptions"/> property that makes sense on a command line.</summary>
internal sealed class EmulatorArguments
{
    private static readonly EmulatorOptions Defaults = new();

    private readonly Option<int> _nodes = new("--nodes", "-n") { Description = "Number of nodes, 1 to 100", DefaultValueFactory = _ => Defaults.Nodes };
    private readonly Option<int> _port = new("--port", "-p") { Description = "Port of all nodes; 0 takes a free one", DefaultValueFactory = _ => 8000 };
    private readonly Option<string> _address = new("--address") { Description = "First node's address; the next nodes count up", DefaultValueFactory = _ => Defaults.Address };
    private readonly Option<bool> _oneAddress = new("--one-address") { Description = "All nodes on one address, with consecutive ports and synthetic addresses in /localnodes" };
    private readonly Option<string[]> _datacenter = new("--datacenter") { Description = "Datacenter; repeat NAME=NODES for several", DefaultValueFactory = _ => [Defaults.Datacenter] };
    private readonly Option<string> _racks = new("--racks") { Description = "Racks over which nodes are dealt, comma separated", DefaultValueFactory = _ => string.Join(',', Defaults.Racks) };
    private readonly Option<EmulatorRelease?> _release = new("--release") { HelpName = "line", Description = $"ScyllaDB release line to follow: {Releases()} [default: {NameOf(Defaults.Release)}]", CustomParser = ParseRelease };
    private readonly Option<WriteIsolation?> _writeIsolation = new("--write-isolation") { HelpName = "mode", Description = "always_use_lwt, forbid_rmw, only_rmw_uses_lwt or unsafe_rmw [default: only_rmw_uses_lwt]", CustomParser = ParseIsolation };
    private readonly Option<bool> _enforce = new("--enforce-authorization") { Description = "Refuse requests without a valid signature" };
    private readonly Option<bool> _warn = new("--warn-authorization") { Description = "Log requests without a valid signature" };
    private readonly Option<bool> _allowSystemTableWrites = new("--allow-system-table-write") { Description = "system.config can be written, which changes options while the cluster runs" };
    private readonly Option<string[]> _role = new("--role") { Description = $"NAME:SECRET of a role that may sign; repeatable (without it: {EmulatorOptions.DefaultAccessKey}:{EmulatorOptions.DefaultSecretKey})" };
    private readonly Option<int?> _httpsPort = new("--https-port") { Description = "Serve HTTPS on this port too; 0 takes a free one" };
    private readonly Option<FileInfo?> _certificate = new("--certificate") { Description = "PEM certificate for HTTPS; without it one is made" };
    private readonly Option<FileInfo?> _key = new("--key") { Description = "PEM key of --certificate; without it the key is read from the certificate's file" };
    private readonly Option<int> _controlPort = new("--control-port") { Description = "Port of the control endpoint; 0 takes a free one", DefaultValueFactory = _ => 0 };
    private readonly Option<bool> _noControl = new("--no-control") { Description = "No control endpoint" };
    private readonly Option<TimeSpan?> _noticeDelay = new("--notice-delay") { HelpName = "time", Description = $"Time until /localnodes shows that a node died or came back, such as 300ms, 2s or 1m {Default(Defaults.NoticeDelay)}", CustomParser = ParseDuration };
    private readonly Option<TimeSpan?> _ttlPeriod = new("--ttl-period") { HelpName = "time", Description = $"Time between two scans for expired items; 0 switches expiry off {Default(Defaults.TtlPeriod)}", CustomParser = ParseDuration };
    private readonly Option<TimeSpan?> _indexBuildTime = new("--index-build-time") { HelpName = "time", Description = $"How long a new global index is CREATING, taking up the table's items {Default(Defaults.IndexBuildTime)}", CustomParser = ParseDuration };
    private readonly Option<string?> _snapshot = new("--snapshot") { Description = "File that tables are read from at the start and written to at the end" };
    private readonly Option<int?> _seed = new("--seed") { Description = "Seed of everything random" };

    public Option<LogLevel> Log { get; } = new("--log") { Description = "Trace, Debug, Information, Warning, Error or None", DefaultValueFactory = _ => LogLevel.Warning };

    public IEnumerable<Option> All =>
    [
        _nodes, _port, _address, _oneAddress, _datacenter, _racks, _release, _writeIsolation, _enforce, _warn, _allowSystemTableWrites, _role, _httpsPort,
        _certificate, _key, _controlPort, _noControl, _noticeDelay, _ttlPeriod, _indexBuildTime, _snapshot, _seed, Log,
    ];

    public EmulatorArguments()
    {
        _nodes.Validators.Add(Range(_nodes, 1, 100, "an emulated cluster has 1 to 100 nodes"));
        _port.Validators.Add(Range(_port, 0, 65535, "a port is 1 to 65535, or 0 for a free one"));
        _controlPort.Validators.Add(Range(_controlPort, 0, 65535, "a port is 1 to 65535, or 0 for a free one"));
        _role.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
            {
                if (token.Value.IndexOf(':', StringComparison.Ordinal) is <= 0) result.AddError($"--role {token.Value}: write NAME:SECRET.");
            }
        });
        _datacenter.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens.Count > 1 ? result.Tokens : [])
            {
                string[] parts = token.Value.Split('=');
                if (parts.Length != 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int n) || n < 1)
                    result.AddError($"--datacenter {token.Value}: with several datacenters write NAME=NODES.");
            }
        });
    }

    /// <summary>The option that sets a property of <see cref="EmulatorOptions"/>.</summary>
    public static string NameOf(string property) => property switch
    {
        nameof(EmulatorOptions.Datacenters) => "--datacenter",
        nameof(EmulatorOptions.Roles) => "--role",
        nameof(EmulatorOptions.SnapshotFile) => "--snapshot",
        nameof(EmulatorOptions.Certificate) => "--certificate",
        _ => "--" + string.Concat(property.Select((c, i) => char.IsUpper(c) && i > 0 ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString())),
    };

    public EmulatorOptions Read(ParseResult parsed)
    {
        string[] datacenters = parsed.GetValue(_datacenter) ?? [];
        bool several = datacenters.Length > 1 || datacenters is [var only] && only.Contains('=', StringComparison.Ordinal);
        return new EmulatorOptions
        {
            Nodes = parsed.GetValue(_nodes),
            Port = parsed.GetValue(_port),
            Address = parsed.GetValue(_address)!,
            Addressing = parsed.GetValue(_oneAddress) ? NodeAddressing.OneAddress : NodeAddressing.OnePort,
            Datacenter = several ? Defaults.Datacenter : datacenters[0],
            Datacenters = several ? [.. datacenters.Select(ReadDatacenter)] : [],
            Racks = parsed.GetValue(_racks)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Release = parsed.GetValue(_release) ?? Defaults.Release,
            WriteIsolation = parsed.GetValue(_writeIsolation) ?? Defaults.WriteIsolation,
            EnforceAuthorization = parsed.GetValue(_enforce),
            WarnAuthorization = parsed.GetValue(_warn),
            AllowSystemTableWrite = parsed.GetValue(_allowSystemTableWrites),
            Roles = [.. (parsed.GetValue(_role) ?? []).Select(ReadRole)],
            HttpsPort = parsed.GetValue(_httpsPort),
            Certificate = ReadCertificate(parsed.GetValue(_certificate), parsed.GetValue(_key)),
            ControlPort = parsed.GetValue(_controlPort),
            Control = !parsed.GetValue(_noControl),
            NoticeDelay = parsed.GetValue(_noticeDelay) ?? Defaults.NoticeDelay,
            TtlPeriod = parsed.GetValue(_ttlPeriod) ?? Defaults.TtlPeriod,
            IndexBuildTime = parsed.GetValue(_indexBuildTime) ?? Defaults.IndexBuildTime,
            SnapshotFile = parsed.GetValue(_snapshot),
            Seed = parsed.GetValue(_seed),
        };
    }

    private static EmulatorDatacenter ReadDatacenter(string text)
    {
        string[] parts = text.Split('=');
        return new EmulatorDatacenter(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static EmulatorRole ReadRole(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return new EmulatorRole(text[..colon], text[(colon + 1)..]);
    }

    private static X509Certificate2? ReadCertificate(FileInfo? certificate, FileInfo? key)
    {
        if (certificate is null) return null;
        try
        {
            using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(certificate.FullName, key?.FullName);
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw OptionsCheck.Impossible(nameof(EmulatorOptions.Certificate), $"{certificate} can't be read as a PEM certificate with its key: {e.Message}");
        }
    }

    private static Action<OptionResult> Range(Option<int> option, int least, int most, string rule) => result =>
    {
        if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && (value < least || value > most))
            result.AddError($"{option.Name} {value}: {rule}.");
    };

    private static string NameOf(EmulatorRelease release) => release.ToString()[1..].Replace('_', '.');

    private static string Releases() => string.Join(", ", Enum.GetValues<EmulatorRelease>().Select(NameOf));

    private static string Default(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"[default: {time.TotalMilliseconds}ms]");

    private static EmulatorRelease? ParseRelease(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (Enum.TryParse("V" + text.Replace('.', '_'), out EmulatorRelease release) && Enum.IsDefined(release)) return release;
        result.AddError($"--release {text}: not one of {Releases()}.");
        return default;
    }

    private static WriteIsolation? ParseIsolation(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        switch (text)
        {
            case "a" or "always" or "always_use_lwt": return WriteIsolation.AlwaysUseLwt;
            case "f" or "forbid" or "forbid_rmw": return WriteIsolation.ForbidRmw;
            case "o" or "only_rmw_uses_lwt": return WriteIsolation.OnlyRmwUsesLwt;
            case "u" or "unsafe" or "unsafe_rmw": return WriteIsolation.UnsafeRmw;
            default:
                result.AddError($"--write-isolation {text}: not one of always_use_lwt, forbid_rmw, only_rmw_uses_lwt, unsafe_rmw.");
                return default;
        }
    }

    private static TimeSpan? ParseDuration(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (Duration.TryParse(text, out TimeSpan time)) return time;
        string option = result.Parent is OptionResult parent ? parent.Option.Name : "duration";
        result.AddError($"{option} {text}: not a duration; write 300ms, 2s or 1m.");
        return default;
    }
}
