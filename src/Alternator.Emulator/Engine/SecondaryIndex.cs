using Alternator.Emulator.Values;

namespace Alternator.Emulator.Engine;

/// <summary>A local or global secondary index: its own order over the rows that have its key attributes, kept at write time.</summary>
/// <remarks>Every index projects all attributes, whatever its ProjectionType says (docs/alternator/compatibility.md).</remarks>
/// <param name="name">Its name.</param>
/// <param name="isLocal">True for a local one.</param>
/// <param name="keys">Its key.</param>
/// <param name="build">How it takes up the rows that were there before it; null when that is done at once.</param>
internal sealed class SecondaryIndex(string name, bool isLocal, KeySchema keys, IndexBuild? build = null)
{
    private IndexBuild? _build = build;
    private long? _builtUpTo;

    public string Name { get; } = name;

    /// <summary>True for a local secondary index, which shares the table's hash key.</summary>
    public bool IsLocal { get; } = isLocal;

    public KeySchema Keys { get; } = keys;

    /// <summary>
    /// False when ScyllaDB forgets that the index has no range key, and describes it with the table's next key attribute as
    /// one (issue 5320): with every index before 2025.4, and still with those that UpdateTable adds.
    /// </summary>
    public bool MarksMissingRange { get; init; } = true;

    /// <summary>The entries in the index's order.</summary>
    public RowTree Entries { get; } = new();

    /// <summary>False while rows that were there before the index are still being taken up.</summary>
    public bool IsBuilt => _build is not { IsOver: false };

    /// <summary>Takes up the rows that the building should have reached by now. Called under the table's lock.</summary>
    public void TakeUp(RowTree rows)
    {
        if (_build?.Token is not { } token)
        {
            return;
        }

        var from = RowBound.OfToken(_builtUpTo ?? long.MinValue, after: _builtUpTo is not null);
        for (var cursor = rows.After(from); cursor.Current is { } entry && entry.Token <= token; cursor.MoveNext())
        {
            // It may be there already: whatever was written meanwhile is.
            Replace(entry.TableRow, entry.TableRow.Item, entry.TableRow.Item);
        }

        _builtUpTo = token;
        if (token == long.MaxValue)
        {
            _build = null;
        }
    }

    /// <summary>Moves a row from where its old attributes put it to where its new ones do. Called under the table's lock.</summary>
    public void Replace(Row row, Item? before, Item? after)
    {
        var hasOld = TryKey(before, out var oldHash, out var oldRange);
        var hasNew = TryKey(after, out var newHash, out var newRange);
        if (_build is null && hasOld && hasNew && Same(oldHash!, newHash!) && (oldRange is null || Same(oldRange, newRange!)))
        {
            return;
        }

        if (hasOld)
        {
            Entries.Remove(Entry(row, oldHash!, oldRange));
        }

        if (hasNew)
        {
            Entries.Add(Entry(row, newHash!, newRange));
        }
    }

    private static bool Same(AttributeValue left, AttributeValue right) => ValueComparer.AreEqual(left, right);

    private IndexEntry Entry(Row row, AttributeValue hash, AttributeValue? range) => IsLocal
        ? new IndexEntry(row.Token, row.Partition, KeyEncoding.Sortable(range!), row)
        : new IndexEntry(KeyEncoding.Token(hash), KeyEncoding.Sortable(hash), range is null ? [] : KeyEncoding.Sortable(range), row);

    // Rows that were there before the index may hold anything.
    private static bool IsKey(AttributeValue? value, KeyAttribute attribute) =>
        value?.Type == attribute.Type && !KeySchema.IsTooLong(value) &&
        value is not (StringValue { Utf8.Length: 0 } or BinaryValue { Bytes.Length: 0 });

    private bool TryKey(Item? item, out AttributeValue? hash, out AttributeValue? range)
    {
        hash = item?[Keys.Hash.Name];
        range = Keys.Range is null ? null : item?[Keys.Range.Name];
        return IsKey(hash, Keys.Hash) && (Keys.Range is null || IsKey(range, Keys.Range));
    }
}
