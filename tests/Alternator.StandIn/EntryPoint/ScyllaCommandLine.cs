namespace Alternator.StandIn.EntryPoint;

/// <summary>
/// The text that the entry point writes into <c>SCYLLA_DOCKER_ARGS</c>: its own flags in an order of its own, with the defaults that it adds, then everything else as it came.
/// </summary>
internal static class ScyllaCommandLine
{
    private static readonly string[] InOrder =
    [
        "--broadcast-address", "--broadcast-rpc-address", "--api-address", "--alternator-address", "--alternator-port", "--alternator-https-port",
        "--alternator-write-isolation", "--authenticator", "--authorizer",
    ];

    /// <param name="flags">The command line of the container.</param>
    /// <param name="ownAddress">The container's address.</param>
    public static string Write(EntryPointFlags flags, string ownAddress)
    {
        var line = new List<string>();
        foreach (string flag in new[] { "--memory", "--reserve-memory", "--smp" })
            Forward(flag, flags[flag]);
        if (flags["--overprovisioned"] == "1" || (flags["--overprovisioned"] is null && flags["--cpuset"] is null))
            line.Add("--overprovisioned");
        string listen = flags["--listen-address"] ?? ownAddress;
        line.Add($"--listen-address {listen}");
        line.Add($"--rpc-address {flags["--rpc-address"] ?? listen}");
        line.Add($"--seed-provider-parameters seeds={flags["--seeds"] ?? flags["--broadcast-address"] ?? listen}");
        foreach (string flag in InOrder)
            Forward(flag, flag == "--alternator-address" ? flags[flag] ?? listen : flags[flag]);
        foreach (string feature in flags.All("--experimental-features"))
            line.Add($"--experimental-features {feature}");
        Forward("--cluster-name", flags["--cluster-name"]);
        Forward("--endpoint-snitch", SnitchOf(flags));
        if (flags["--replace-node-first-boot"] is { } node)
            line.Add($"--replace-node-first-boot {node}");
        else
            Forward("--replace-address-first-boot", flags["--replace-address-first-boot"]);
        line.Add($"--blocked-reactor-notify-ms {flags["--blocked-reactor-notify-ms"] ?? "25"}");
        return string.Join(' ', line) + " " + string.Join(' ', flags.Others);

        void Forward(string flag, string? value)
        {
            if (value is not null)
                line.Add($"{flag} {value}");
        }
    }

    /// <summary>What <c>--dc</c> and <c>--rack</c> write into cassandra-rackdc.properties; null without them.</summary>
    /// <exception cref="InvalidOperationException">They don't go with the snitch that was asked for.</exception>
    public static string? RackProperties(EntryPointFlags flags)
    {
        if (flags["--dc"] is null && flags["--rack"] is null)
            return null;
        string snitch = SnitchOf(flags)!;
        if (snitch != "GossipingPropertyFileSnitch")
            throw new InvalidOperationException($"--dc and --rack can't be used with the snitch '{snitch}', only with GossipingPropertyFileSnitch.");
        return $"dc={flags["--dc"] ?? "datacenter1"}\nrack={flags["--rack"] ?? "rack1"}\n";
    }

    private static string? SnitchOf(EntryPointFlags flags) =>
        flags["--endpoint-snitch"] ?? (flags["--dc"] is null && flags["--rack"] is null ? null : "GossipingPropertyFileSnitch");
}
