using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Alternator.Emulator.Engine;

/// <summary>All tables by name. Changes to definitions happen one at a time.</summary>
internal sealed class TableCatalog(EmulatorRelease release)
{
    private readonly ConcurrentDictionary<string, Table> _tables = new(StringComparer.Ordinal);

    /// <summary>Held by whoever creates, deletes or redefines a table.</summary>
    public Lock DefinitionGate { get; } = new();

    /// <summary>All tables, in no particular order.</summary>
    public ICollection<Table> All => _tables.Values;

    /// <summary>True, with the table, when there is one of that name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out Table? table) => _tables.TryGetValue(name, out table);

    /// <summary>The table of a name.</summary>
    /// <exception cref="AlternatorException">There is none (ResourceNotFoundException), or none can be called that (ValidationException).</exception>
    public Table Get(string name)
    {
        if (_tables.TryGetValue(name, out var table))
        {
            return table;
        }

        TableNames.Check(name, release);
        throw AlternatorException.ResourceNotFound($"Requested resource not found: Table: {name} not found");
    }

    /// <summary>Adds a table; false when there is one of that name.</summary>
    public bool TryAdd(Table table) => _tables.TryAdd(table.Name, table);

    /// <summary>Drops all tables and takes others instead.</summary>
    public void ReplaceAll(IEnumerable<Table> tables)
    {
        _tables.Clear();
        foreach (var table in tables)
        {
            _tables[table.Name] = table;
        }
    }

    /// <summary>Drops a table.</summary>
    public void Remove(Table table) => _tables.TryRemove(new KeyValuePair<string, Table>(table.Name, table));
}
