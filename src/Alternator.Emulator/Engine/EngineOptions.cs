namespace Alternator.Emulator.Engine;

/// <summary>Settings of the store that all nodes of an emulated cluster share.</summary>
internal sealed record EngineOptions
{
    /// <summary>The clock of creation dates, expiry and stream records.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Seed of everything random (table ids, stream ids); null draws from the system.</summary>
    public int? Seed { get; init; }

    /// <summary>The release line whose behaviour is followed.</summary>
    public EmulatorRelease Release { get; init; } = EmulatorRelease.V2026_2;

    /// <summary>Write isolation of tables without the tag <c>system:write_isolation</c>.</summary>
    public WriteIsolation DefaultWriteIsolation { get; init; } = WriteIsolation.OnlyRmwUsesLwt;

    /// <summary>Most items of one BatchWriteItem; null takes the release's limit (none in 2025.1, then 100).</summary>
    public int? MaxItemsInBatchWrite { get; init; }

    /// <summary>Time between two scans for expired items. ScyllaDB's default is a day; zero switches expiry off.</summary>
    public TimeSpan TtlPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a new index takes up the items of its table; until then it is CREATING.</summary>
    public TimeSpan IndexBuildTime { get; init; }

    /// <summary>How long a change stays invisible in GetRecords (ScyllaDB: alternator_streams_time_window_s, 10 s).</summary>
    public TimeSpan StreamsTimeWindow { get; init; } = TimeSpan.Zero;

    /// <summary>ScyllaDB's alternator_streams_increased_compatibility: an overwrite is MODIFY, a write without effect no event.</summary>
    public bool StreamsIncreasedCompatibility { get; init; } = true;

    /// <summary>ScyllaDB's alternator_describe_endpoints: null or empty echoes Host, <c>disabled</c> refuses, else the text given.</summary>
    public string? DescribeEndpoints { get; init; }

    /// <summary>
    /// Tells whether nodes and racks allow indexes on tablets: in every datacenter the replication factor, 1 with fewer
    /// than three nodes and else 3, must be 1 or the number of racks. Null allows them always.
    /// </summary>
    public Func<bool>? AllowsIndexesOnTablets { get; init; }

    /// <summary>The source of <c>.scylla.alternator.*</c> tables; without one there are none.</summary>
    public ISystemTables? SystemTables { get; init; }

    /// <summary>Who may do what; null lets everybody do everything.</summary>
    public IPermissions? Permissions { get; init; }
}
