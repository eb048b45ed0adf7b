using System.Globalization;

namespace Aspire.Hosting.Scylla;

/// <summary>
/// The command line of one node of the <c>scylladb/scylla</c> image: a pure function of what was asked for and the release.
/// Options that the image's entry point knows are written as <c>--flag value</c>, the others as <c>--flag=value</c>. Values that
/// are known only when the container starts (the secret, the paths of the certificate) are left open, see <see cref="LateValue"/>.
/// </summary>
internal sealed record ScyllaArguments
{
    public const int HttpPort = 8000;
    public const int HttpsPort = 8043;
    public const int CqlPort = 9042;
    public const int RestPort = 10000;
    public const int MetricsPort = 9180;

    /// <summary>Where the entry point of releases before 2025.4 finds datacenter and rack.</summary>
    public const string RackPropertiesFile = "cassandra-rackdc.properties";

    /// <summary>The release, which decides what flags there are.</summary>
    public required ScyllaRelease Release { get; init; }

    /// <summary>Number of shards. Without it a node takes every core, and every AIO slot with them.</summary>
    public int Smp { get; init; } = 1;

    /// <summary>Memory of the node, as Scylla writes it: <c>1G</c>, <c>750M</c>.</summary>
    public string Memory { get; init; } = "1G";

    /// <summary>How writes that read first are isolated, as Scylla spells it. Mandatory: it has no default there.</summary>
    public string WriteIsolation { get; init; } = "only_rmw_uses_lwt";

    /// <summary>Whether Alternator also listens with TLS, on <see cref="HttpsPort"/>.</summary>
    public bool Https { get; init; }

    /// <summary>The cluster's name; the same on all nodes. Null leaves the image's own.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The names of the nodes to join through; empty founds a cluster.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>The node's datacenter; null leaves the image's default.</summary>
    public string? Datacenter { get; init; }

    /// <summary>The node's rack; null leaves the image's default.</summary>
    public string? Rack { get; init; }

    /// <summary>Whether Alternator Streams are wanted: a flag before 2026.2, always on from there.</summary>
    public bool Streams { get; init; }

    /// <summary>How often expired items are looked for; null leaves Scylla's day.</summary>
    public TimeSpan? TtlPeriod { get; init; }

    /// <summary>The role that requests are signed as, enforced; null lets any request through.</summary>
    public string? AccessKey { get; init; }

    /// <summary>
    /// Whether keyspaces on tablets must have as many replicas as there are racks, or one: needed on 2025.4 for indexes, and wrong for a
    /// cluster whose tables get three replicas in a single rack, which would refuse to boot the next time.
    /// </summary>
    public bool RackValid { get; init; } = true;

    /// <summary>
    /// Where the REST API listens; null leaves the image's own loopback, where only tools in the container reach it.
    /// </summary>
    public string? ApiAddress { get; init; }

    /// <summary>
    /// What else was asked for. A flag of it takes the place of the same one that would be written otherwise, and of an earlier one of itself: Scylla refuses to boot
    /// when an option is given twice, unless it gathers several values.
    /// </summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>
    /// The content of <see cref="RackPropertiesFile"/>, for releases that have no <c>--dc</c> and <c>--rack</c>: to be mounted into
    /// <c>/etc/scylla</c>. Null when there is nothing to mount.
    /// </summary>
    public string? RackProperties =>
        PlacedByFile ? $"dc={Datacenter ?? "datacenter1"}\nrack={Rack ?? "rack1"}\nprefer_local=false\n" : null;

    private bool PlacedByFile => (Datacenter ?? Rack) is not null && Release < new ScyllaRelease(2025, 4, 0);

    /// <summary>Writes the command line.</summary>
    /// <exception cref="ArgumentException">A value can't be passed, or the release lacks a flag.</exception>
    public IReadOnlyList<ScyllaArgument> Build()
    {
        var line = new List<ScyllaArgument>();
        IReadOnlyList<string> extra = LastOfEach(Extra);
        HashSet<string> own = [.. extra.Select(FlagOf).Where(flag => !Gathers(flag))];
        Known("--smp", Smp.ToString(CultureInfo.InvariantCulture));
        Known("--memory", Memory);
        Known("--overprovisioned", "1");
        Known("--developer-mode", "1");
        Known("--alternator-port", HttpPort.ToString(CultureInfo.InvariantCulture));
        Known("--alternator-address", "0.0.0.0");
        Known("--alternator-write-isolation", WriteIsolation);
        Other("--max-networking-io-control-blocks=1000");
        if (ApiAddress is not null)
            Known("--api-address", ApiAddress);
        Other("--disable-version-check");
        Other("--auto-snapshot=0");
        Other("--audit=none");
        if (ClusterName is not null)
            Known("--cluster-name", ClusterName);
        if (Seeds.Count > 0)
            Known("--seeds", string.Join(',', Seeds));
        Place();
        if (RackValid && Release.IsOfLine(2025, 4))
            Other("--rf-rack-valid-keyspaces=1");
        if (Streams && Release < new ScyllaRelease(2026, 2, 0))
            Known("--experimental-features", "alternator-streams");
        if (TtlPeriod is { } period)
            Other($"--alternator-ttl-period-in-seconds={period.TotalSeconds.ToString(CultureInfo.InvariantCulture)}");
        Authorization();
        if (Https)
            line.AddRange(Tls());
        foreach (string argument in extra)
        {
            ScyllaFlags.Check(argument, Release);
            line.Add(new ScyllaArgument(ShellArgument.Escape(argument)));
        }
        return line;

        void Known(string flag, string value)
        {
            if (own.Contains(flag))
                return;
            line.Add(new ScyllaArgument(flag));
            line.Add(new ScyllaArgument(ShellArgument.Escape(value)));
        }

        void Other(string argument)
        {
            if (!own.Contains(FlagOf(argument)))
                line.Add(new ScyllaArgument(ShellArgument.Escape(argument)));
        }

        void Place()
        {
            if (PlacedByFile)
                Known("--endpoint-snitch", "GossipingPropertyFileSnitch");
            else if ((Datacenter ?? Rack) is not null)
            {
                Known("--dc", Datacenter ?? "datacenter1");
                Known("--rack", Rack ?? "rack1");
            }
        }

        void Authorization()
        {
            if (AccessKey is null)
                return;
            Known("--authenticator", "PasswordAuthenticator");
            Other("--alternator-enforce-authorization=1");
            Other($"--auth-superuser-name={AccessKey}");
            line.Add(new ScyllaArgument("--auth-superuser-salted-password=", LateValue.SecretKey));
        }
    }

    /// <summary>Options that gather what they are given.</summary>
    private static bool Gathers(string flag) => flag is "--experimental-features" or "--alternator-encryption-options" or "--seed-provider-parameters";

    private static string FlagOf(string argument) => argument.Split('=', 2)[0];

    private static IReadOnlyList<string> LastOfEach(IReadOnlyList<string> arguments) =>
        [.. arguments.Where((argument, i) => Gathers(FlagOf(argument)) || !arguments.Skip(i + 1).Any(later => FlagOf(later) == FlagOf(argument)))];

    /// <summary>The part of the command line that makes Alternator listen with TLS too.</summary>
    public static IReadOnlyList<ScyllaArgument> Tls() =>
    [
        new("--alternator-https-port"),
        new(HttpsPort.ToString(CultureInfo.InvariantCulture)),
        new("--alternator-encryption-options=certificate=", LateValue.CertificatePath),
        new("--alternator-encryption-options=keyfile=", LateValue.KeyPath),
    ];
}

/// <summary>One argument: its text, and what is still to be appended to it.</summary>
internal readonly record struct ScyllaArgument(string Text, LateValue Late = LateValue.None)
{
    public override string ToString() => Late == LateValue.None ? Text : $"{Text}<{Late}>";
}

/// <summary>A value that isn't known when the command line is written.</summary>
internal enum LateValue
{
    None,
    SecretKey,
    CertificatePath,
    KeyPath,
}
