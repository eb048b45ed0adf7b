namespace Alternator.Emulator;

/// <summary>A line of ScyllaDB releases whose Alternator the emulator follows where lines differ.</summary>
/// <remarks>What differs is listed in docs/emulator.md, "Releases", with the source of each difference.</remarks>
public enum EmulatorRelease
{
    /// <summary>ScyllaDB 2025.1: no limit on the size of a BatchWriteItem, table names up to 222 characters.</summary>
    V2025_1 = 202501,

    /// <summary>ScyllaDB 2025.2: at most 100 items in a BatchWriteItem, attribute names of limited length.</summary>
    V2025_2 = 202502,

    /// <summary>ScyllaDB 2025.3: time to live on tablets, the time at which a table was made.</summary>
    V2025_3 = 202503,

    /// <summary>ScyllaDB 2025.4: tablets by default, with lightweight transactions; table names up to 192 characters.</summary>
    V2025_4 = 202504,

    /// <summary>ScyllaDB 2026.1: request and response compression, the size of tables.</summary>
    V2026_1 = 202601,

    /// <summary>ScyllaDB 2026.2: streams without an experimental flag, on tablets too. The default.</summary>
    V2026_2 = 202602,

    /// <summary>ScyllaDB 2026.3, as its release candidates were: a disabled stream stays readable.</summary>
    V2026_3 = 202603,
}
