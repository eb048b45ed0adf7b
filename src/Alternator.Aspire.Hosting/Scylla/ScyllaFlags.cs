namespace Aspire.Hosting.Scylla;

/// <summary>
/// Which releases know a flag. Scylla refuses to boot on a flag that its release doesn't know, so a flag of this table is refused
/// here, with the releases that have it. A flag that isn't in the table exists in all of them, or not at all: it is passed on as it is.
/// </summary>
/// <remarks>
/// Read from the options of <c>db/config.cc</c> and of the image's entry point at every release tag from 2025.1.0 to 2026.2.5 and at
/// 2026.3.0-rc2: what isn't the same in all of them is here.
/// </remarks>
internal static class ScyllaFlags
{
    /// <summary>
    /// The releases that brought a flag. More than one for a flag that was also brought into patches of older lines: it is missing in the lines
    /// between, and there in every release from the last one on.
    /// </summary>
    private static readonly (string From, string Flags)[] Added =
    [
        ("2025.1.2", "tablets-mode-for-new-keyspaces"),
        ("2025.1.1", "data-file-capacity"),
        ("2025.1.7 2025.2.3 2025.3.1 2025.4.0", "request-timeout-on-shutdown-in-seconds"),
        ("2025.1.13 2025.4.10 2026.1.6 2026.2.0", "max-relations-in-where-clause"),
        ("2025.2.0",
            """
            alternator-max-items-in-batch-write group0-raft-op-timeout-in-ms object-storage-endpoints recovery-leader
            sstable-compression-dictionaries-allow-in-ddl sstable-compression-dictionaries-autotrainer-tick-period-in-seconds
            sstable-compression-dictionaries-enable-writing sstable-compression-dictionaries-memory-budget-fraction
            sstable-compression-dictionaries-min-training-dataset-bytes sstable-compression-dictionaries-min-training-improvement-factor
            sstable-compression-dictionaries-retrain-period-in-seconds tablets-per-shard-goal uninitialized-connections-semaphore-cpu-concurrency
            """),
        ("2025.2.4 2025.3.4 2025.4.0", "sstable-compression-user-table-options"),
        ("2025.4.0",
            """
            dc rack alternator-allow-system-table-write alternator-force-read-before-write alternator-max-expression-cache-entries-per-shard
            alternator-warn-authorization critical-disk-utilization-level tablet-load-stats-refresh-interval-in-seconds
            vector-store-encryption-options vector-store-primary-uri vector-store-secondary-uri
            """),
        ("2025.4.3", "alternator-max-users-query-size-in-trace-output"),
        // A flag of the entry point, which before gave it to Scylla itself: a second one is refused there.
        ("2025.4.5", "blocked-reactor-notify-ms"),
        ("2026.1.0",
            """
            alternator-describe-table-info-cache-validity-in-seconds alternator-https-port-proxy-protocol alternator-port-proxy-protocol
            alternator-response-compression-threshold-in-bytes alternator-response-gzip-compression-level alternator-streams-increased-compatibility
            auto-repair-enabled-default auto-repair-threshold-default-in-seconds compaction-max-shares enforce-rack-list force-capacity-based-balancing
            minimal-tablet-size-for-balancing native-shard-aware-transport-port-proxy-protocol native-shard-aware-transport-port-ssl-proxy-protocol
            native-transport-port-proxy-protocol native-transport-port-ssl-proxy-protocol select-internal-page-size size-based-balance-threshold-percentage
            """),
        ("2026.1.4", "vector-store-unreachable-node-detection-time-in-ms"),
        ("2026.1.9 2026.2.2", "sstable-summary-max-partitions-per-page"),
        ("2026.2.0",
            """
            backup-io-throughput-mb-per-sec compaction-large-data-records-per-sstable enable-cassio-compatibility ignore-component-digest-mismatch
            logstor-directory logstor-disk-size-in-mb logstor-file-size-in-mb logstor-separator-delay-limit-ms logstor-separator-max-memory-in-mb
            maintenance-io-throughput-mb-per-sec reader-concurrency-semaphore-preemptive-abort-factor tablet-streaming-read-concurrency-per-shard
            tablet-streaming-write-concurrency-per-shard write-consistency-levels-disallowed write-consistency-levels-warned
            """),
        ("2026.3.0",
            """
            abort-on-malformed-sstable-error alternator-http-response-disable-content-type-header alternator-http-response-disable-date-header
            alternator-http-response-server-header audit-rules auto-snapshot-ttl cql-in-bind-variable-name-uses-uppercase-operator
            large-cell-fail-threshold-mb large-collection-elements-fail-threshold large-data-cql-warnings large-partition-fail-threshold-mb
            large-row-fail-threshold-mb object-storage-clients-memory-fraction object-storage-connections-per-shard
            reader-concurrency-semaphore-shared-pool-fraction rows-count-fail-threshold
            """),
    ];

    /// <summary>The line that no longer has a flag.</summary>
    private static readonly (string Until, string Flags)[] Removed =
    [
        ("2025.2.0", "object-storage-config-file"),
        ("2025.4.0", "redis-database-count redis-keyspace-replication-strategy redis-port redis-read-consistency-level redis-ssl-port redis-write-consistency-level"),
    ];

    private static readonly Dictionary<string, ScyllaRelease[]> Since = Added
        .SelectMany(row => Words(row.Flags).Select(flag => (flag, Words(row.From).Select(ScyllaRelease.Parse).ToArray())))
        .ToDictionary(row => "--" + row.flag, row => row.Item2, StringComparer.Ordinal);

    private static readonly Dictionary<string, ScyllaRelease> Gone = Removed
        .SelectMany(row => Words(row.Flags).Select(flag => (flag, ScyllaRelease.Parse(row.Until))))
        .ToDictionary(row => "--" + row.flag, row => row.Item2, StringComparer.Ordinal);

    /// <summary>Refuses a flag that <paramref name="release"/> lacks.</summary>
    /// <exception cref="ArgumentException">Names the flag, the release and those that have it.</exception>
    public static void Check(string argument, ScyllaRelease release)
    {
        string flag = argument.Split('=', 2)[0];
        if (Since.TryGetValue(flag, out ScyllaRelease[]? from) && !Knows(from, release))
        {
            string others = from.Length == 1 ? "" : $" ({string.Join(", ", from[..^1])} of older lines have it too)";
            throw new ArgumentException($"ScyllaDB {release} doesn't know {flag}, which exists from {from[^1]} on{others}: a node with it would refuse to start. Use an image of {from[^1]} or later, or leave the flag out.", nameof(argument));
        }
        if (Gone.TryGetValue(flag, out ScyllaRelease until) && release >= until)
            throw new ArgumentException($"ScyllaDB {release} doesn't know {flag}, which was removed in {until}: a node with it would refuse to start. Leave the flag out.", nameof(argument));
    }

    private static bool Knows(ScyllaRelease[] from, ScyllaRelease release) =>
        release >= from[^1] || from.Any(first => release.IsOfLine(first.Year, first.Minor) && release >= first);

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
