namespace Alternator.Emulator;

/// <summary>A line of ScyllaDB releases whose Alternator the emulator follows where lines differ.</summary>
/// <remarks>Differences by line: docs/alternator/compatibility.md and new-apis.md of each ScyllaDB release.</remarks>
public enum EmulatorRelease
{
    /// <summary>ScyllaDB 2025.1: no limit on the size of a BatchWriteItem, table names up to 222 characters.</summary>
    V2025_1 = 202501,

    /// <summary>ScyllaDB 2025.2.</summary>
    V2025_2 = 202502,

    /// <summary>ScyllaDB 2025.3.</summary>
    V2025_3 = 202503,

    /// <summary>ScyllaDB 2025.4: tablets by default, table names up to 192 characters.</summary>
    V2025_4 = 202504,

    /// <summary>ScyllaDB 2026.1: request and response compression.</summary>
    V2026_1 = 202601,

    /// <summary>ScyllaDB 2026.2: streams without an experimental flag. The default.</summary>
    V2026_2 = 202602,
}
