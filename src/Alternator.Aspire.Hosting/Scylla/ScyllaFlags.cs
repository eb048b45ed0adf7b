namespace Aspire.Hosting.Scylla;

/// <summary>
/// From which release a flag is understood. Scylla refuses to boot on a flag that its release doesn't know, so a flag of this
/// table is refused here, with the release that has it. A flag that isn't in the table is passed on as it is.
/// Read from the option table of each release tag.
/// </summary>
internal static class ScyllaFlags
{
    private static readonly Dictionary<string, ScyllaRelease> Since = new(StringComparer.Ordinal)
    {
        ["--dc"] = new(2025, 4, 0),
        ["--rack"] = new(2025, 4, 0),
        ["--blocked-reactor-notify-ms"] = new(2025, 4, 5),
        ["--tablets-mode-for-new-keyspaces"] = new(2025, 1, 2),
        ["--enforce-rack-list"] = new(2026, 1, 0),
        ["--alternator-warn-authorization"] = new(2025, 4, 0),
        ["--alternator-max-items-in-batch-write"] = new(2025, 2, 0),
        ["--alternator-allow-system-table-write"] = new(2025, 4, 0),
        ["--alternator-force-read-before-write"] = new(2025, 4, 0),
        ["--alternator-max-expression-cache-entries-per-shard"] = new(2025, 4, 0),
        ["--alternator-max-users-query-size-in-trace-output"] = new(2025, 4, 3),
        ["--alternator-describe-table-info-cache-validity-in-seconds"] = new(2026, 1, 0),
        ["--alternator-response-gzip-compression-level"] = new(2026, 1, 0),
        ["--alternator-response-compression-threshold-in-bytes"] = new(2026, 1, 0),
        ["--alternator-streams-increased-compatibility"] = new(2026, 1, 0),
        ["--alternator-port-proxy-protocol"] = new(2026, 1, 0),
        ["--alternator-https-port-proxy-protocol"] = new(2026, 1, 0),
        ["--alternator-http-response-disable-content-type-header"] = new(2026, 3, 0),
        ["--alternator-http-response-disable-date-header"] = new(2026, 3, 0),
        ["--alternator-http-response-server-header"] = new(2026, 3, 0),
    };

    /// <summary>Refuses a flag that <paramref name="release"/> lacks.</summary>
    /// <exception cref="ArgumentException">Names the flag, the release and the first one that has it.</exception>
    public static void Check(string argument, ScyllaRelease release)
    {
        string flag = argument.Split('=', 2)[0];
        if (Since.TryGetValue(flag, out ScyllaRelease first) && release < first)
            throw new ArgumentException($"ScyllaDB {release} doesn't know {flag}, which exists from {first} on: a node with it would refuse to start. Use an image of {first} or later, or leave the flag out.", nameof(argument));
    }
}
