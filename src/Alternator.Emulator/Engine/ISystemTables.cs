using Alternator.Emulator.Values;

namespace Alternator.Emulator.Engine;

/// <summary>The source of the tables under <c>.scylla.alternator.</c>; the engine asks, the nodes answer.</summary>
internal interface ISystemTables
{
    /// <summary>Finds a system table as the node that was asked sees it now.</summary>
    /// <param name="name">Keyspace and table, for example <c>system.local</c>.</param>
    /// <param name="context">The node that was asked.</param>
    /// <returns>The table, or null when there is none of that name.</returns>
    SystemTable? Find(string name, in RequestContext context);

    /// <summary>Takes a changed row, where the table can be written and alternator_allow_system_table_write is on.</summary>
    /// <param name="name">Keyspace and table.</param>
    /// <param name="row">The row as it shall be.</param>
    /// <param name="context">The node that was asked.</param>
    /// <returns>False when the write is not allowed.</returns>
    bool TryWrite(string name, Item row, in RequestContext context) => false;
}

/// <summary>One system table with its rows. Text is S, booleans BOOL, blobs B, decimals N, everything else S in its CQL text form.</summary>
/// <param name="PartitionKey">The name of the partition key column.</param>
/// <param name="SortKey">The name of the first clustering column, if there is one.</param>
/// <param name="Rows">All rows; columns that are null are left out.</param>
internal sealed record SystemTable(string PartitionKey, string? SortKey, IReadOnlyList<Item> Rows);
