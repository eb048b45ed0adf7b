using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>What Query and Scan read: a table, one of its indexes, or a system table.</summary>
internal sealed class ReadTarget
{
    private ReadTarget(Table table, SecondaryIndex? index)
    {
        Table = table;
        Index = index;
    }

    public Table Table { get; }

    public SecondaryIndex? Index { get; }

    /// <summary>The key that conditions are on.</summary>
    public KeySchema Keys => Index?.Keys ?? Table.Keys;

    /// <summary>Finds what the request reads.</summary>
    public static ReadTarget Find(Call call)
    {
        var name = call.TableName();
        if (call.SystemTable(name) is { } system)
        {
            return new ReadTarget(Copy(name, system), null);
        }

        if (call.Find("IndexName") is not { } indexName)
        {
            return new ReadTarget(call.Engine.Tables.Get(name), null);
        }

        if (indexName.ValueKind != JsonValueKind.String)
        {
            throw AlternatorException.Validation($"Non-string IndexName {ValueReader.Excerpt(indexName)}");
        }

        var index = JsonText.StringOf(indexName);
        TableNames.CheckIndex(name, index, isLocal: false);
        var table = call.Engine.Tables.Get(name);
        return new ReadTarget(table, table.FindIndex(index)
            ?? throw AlternatorException.Validation($"Requested resource not found: Index '{index}' for table '{name}'"));
    }

    /// <summary>Refuses a consistent read of a global index.</summary>
    public void CheckConsistency(bool consistent)
    {
        if (consistent && Index is { IsLocal: false })
        {
            throw AlternatorException.Validation("Consistent reads are not allowed on global indexes (GSI)");
        }
    }

    /// <summary>The place of ExclusiveStartKey, or null when it is not given.</summary>
    public RowEntry? ReadStart(Call call)
    {
        if (call.Find("ExclusiveStartKey") is not { } start)
        {
            return null;
        }

        if (start.ValueKind != JsonValueKind.Object)
        {
            throw AlternatorException.Validation("ExclusiveStartKey must be an object");
        }

        var item = ValueReader.ReadItem(start, "ExclusiveStartKey");
        var key = Table.Keys.KeyOf(item);
        var row = new Row(key.Token, key.Partition, key.Sort, item);
        if (Index is null)
        {
            return row;
        }

        var indexKey = Index.Keys.KeyOf(item);
        return new IndexEntry(indexKey.Token, indexKey.Partition, indexKey.Sort, row);
    }

    /// <summary>The point just behind (or, going backward, just before) an entry.</summary>
    public static RowBound Beside(RowEntry entry, bool forward) =>
        new(entry.Token, entry.Partition, entry.Sort, entry.TableRow.Partition, entry.TableRow.Sort, After: forward);

    /// <summary>Writes LastEvaluatedKey: the key of the index, if any, and of the table.</summary>
    public void WriteLastKey(Utf8JsonWriter writer, Item last)
    {
        writer.WriteStartObject("LastEvaluatedKey");
        foreach (var name in KeyNames())
        {
            writer.WritePropertyName(name);
            ValueWriter.Write(writer, last[name]!);
        }

        writer.WriteEndObject();
    }

    /// <summary>A table with the rows of a system table, on which all operations work. They are small and made for each request.</summary>
    public static Table Copy(string name, SystemTable system)
    {
        var keys = new KeySchema(Key(system.PartitionKey), system.SortKey is null ? null : Key(system.SortKey));
        var table = new Table(name, Guid.Empty, DateTimeOffset.UnixEpoch, keys);
        foreach (var row in system.Rows)
        {
            table.Write(keys.KeyOf(row), _ => row);
        }

        return table;

        KeyAttribute Key(string column) => new(column, system.Rows.Count == 0 ? AttributeType.S : system.Rows[0][column]!.Type);
    }

    private IEnumerable<string> KeyNames() => new[] { Keys.Hash, Keys.Range, Table.Keys.Hash, Table.Keys.Range }
        .OfType<KeyAttribute>().Select(key => key.Name).Distinct();
}
