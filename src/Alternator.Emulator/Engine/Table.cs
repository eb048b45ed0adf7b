using System.Collections.Immutable;
using Alternator.Emulator.Streams;
using Alternator.Emulator.TimeToLive;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Engine;

/// <summary>One table: its definition, its rows in token order, and its indexes.</summary>
/// <remarks>
/// One lock guards rows and indexes. A write decides and applies under it, so writes to an item happen one after the
/// other in an order that readers agree on, as lightweight transactions would have it. Items are immutable: what was
/// read stays valid after the lock is released.
/// </remarks>
internal sealed class Table(string name, Guid id, DateTimeOffset createdAt, KeySchema keys)
{
    private const int SpareExpiryEntries = 4096;

    private readonly Lock _gate = new();
    private readonly RowTree _rows = new();
    private ImmutableArray<SecondaryIndex> _indexes = [];
    private long _sizeInBytes;
    private ExpiryQueue? _expiry;

    public string Name { get; } = name;

    public Guid Id { get; } = id;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public KeySchema Keys { get; } = keys;

    /// <summary>The table's ARN, in the form that Alternator gives.</summary>
    public string Arn => $"arn:scylla:alternator:{Keyspace}:scylla:table/{Name}";

    /// <summary>The keyspace that ScyllaDB would keep the table in.</summary>
    public string Keyspace => $"alternator_{Name}";

    /// <summary>Provisioned read and write capacity, or null with PAY_PER_REQUEST. Without effect.</summary>
    public (int Read, int Write)? Throughput { get; init; }

    /// <summary>Tags by key, the system ones that users set included.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; set; } = Operations.TableTags.None;

    /// <summary>The stream, enabled or not; null when there has been none.</summary>
    public TableStream? Stream { get; set; }

    /// <summary>The attribute of the items' time to live; null when they don't expire.</summary>
    public string? ExpiryAttribute => _expiry?.Attribute;

    /// <summary>The write isolation of the table: its tag, else the default.</summary>
    public WriteIsolation WriteIsolation(EngineOptions options) => Tags.GetValueOrDefault(Operations.TableTags.WriteIsolation) switch
    {
        ['a', ..] => Alternator.Emulator.WriteIsolation.AlwaysUseLwt,
        ['f', ..] => Alternator.Emulator.WriteIsolation.ForbidRmw,
        ['o', ..] => Alternator.Emulator.WriteIsolation.OnlyRmwUsesLwt,
        ['u', ..] => Alternator.Emulator.WriteIsolation.UnsafeRmw,
        _ => options.DefaultWriteIsolation,
    };

    /// <summary>All indexes, in the order of their creation.</summary>
    public ImmutableArray<SecondaryIndex> Indexes => _indexes;

    /// <summary>The size of all items, without indexes.</summary>
    public long SizeInBytes => Volatile.Read(ref _sizeInBytes);

    /// <summary>How many items there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _rows.Count;
            }
        }
    }

    /// <summary>The item of a key, or null.</summary>
    public Item? Get(in ItemKey key)
    {
        lock (_gate)
        {
            return _rows.Find(key.Token, key.Partition, key.Sort)?.TableRow.Item;
        }
    }

    /// <summary>Replaces the item of a key by what <paramref name="decide"/> makes of it; null deletes it. An exception changes nothing.</summary>
    public void Write(in ItemKey key, Func<Item?, Item?> decide)
    {
        lock (_gate)
        {
            var row = _rows.Find(key.Token, key.Partition, key.Sort)?.TableRow;
            var before = row?.Item;
            Apply(key, row, before, decide(before), isExpiry: false);
        }
    }

    /// <summary>Lets items expire by an attribute.</summary>
    public void EnableExpiry(string attribute)
    {
        lock (_gate)
        {
            _expiry = new ExpiryQueue(attribute);
            for (var cursor = First(); cursor.Current is { } entry; cursor.MoveNext())
            {
                _expiry.Add(entry.TableRow);
            }
        }
    }

    /// <summary>Lets items live for ever.</summary>
    public void DisableExpiry()
    {
        lock (_gate)
        {
            _expiry = null;
        }
    }

    /// <summary>Deletes up to <paramref name="most"/> items that are expired; returns how many there were.</summary>
    public int DeleteExpired(long now, int most)
    {
        lock (_gate)
        {
            var expired = _expiry?.TakeExpired(now, most) ?? [];
            foreach (var row in expired)
            {
                // A row may be queued twice, or may have been deleted since.
                if (ReferenceEquals(_rows.Find(row.Token, row.Partition, row.Sort), row))
                {
                    Apply(Keys.KeyOf(row.Item), row, row.Item, null, isExpiry: true);
                }
            }

            return expired.Count;
        }
    }

    /// <summary>Reads rows in order while the lock is held; the items seen may be kept.</summary>
    public TResult Read<TState, TResult>(SecondaryIndex? index, TState state, Func<RowTree, TState, TResult> read)
    {
        lock (_gate)
        {
            index?.TakeUp(_rows);
            return read(index?.Entries ?? _rows, state);
        }
    }

    /// <summary>All items, as they are at one moment.</summary>
    public List<Item> Items()
    {
        lock (_gate)
        {
            var items = new List<Item>(_rows.Count);
            for (var cursor = First(); cursor.Current is { } entry; cursor.MoveNext())
            {
                items.Add(entry.TableRow.Item);
            }

            return items;
        }
    }

    /// <summary>Adds an index, which takes up the rows there are: at once, or in the time that its building takes.</summary>
    public void AddIndex(SecondaryIndex index)
    {
        lock (_gate)
        {
            for (var cursor = First(); index.IsBuilt && cursor.Current is { } entry; cursor.MoveNext())
            {
                index.Replace(entry.TableRow, null, entry.TableRow.Item);
            }

            _indexes = _indexes.Add(index);
        }
    }

    /// <summary>Drops an index.</summary>
    public void RemoveIndex(SecondaryIndex index)
    {
        lock (_gate)
        {
            _indexes = _indexes.Remove(index);
        }
    }

    /// <summary>The index of a name, or null.</summary>
    public SecondaryIndex? FindIndex(string name)
    {
        foreach (var index in _indexes)
        {
            if (index.Name == name)
            {
                return index;
            }
        }

        return null;
    }

    private void NoteExpiry(Row row)
    {
        if (_expiry is null)
        {
            return;
        }

        _expiry.Add(row);
        if (_expiry.Count > (2 * _rows.Count) + SpareExpiryEntries)
        {
            // Rows that are written over and over leave entries behind; begin anew with one for each row.
            EnableExpiry(_expiry.Attribute);
        }
    }

    private RowTree.Cursor First() => _rows.After(RowBound.OfToken(long.MinValue, after: false));

    private void Apply(in ItemKey key, Row? row, Item? before, Item? after, bool isExpiry)
    {
        Stream?.Record(key, before, after, isExpiry);
        if (ReferenceEquals(before, after))
        {
            return;
        }

        if (after is null)
        {
            _rows.Remove(row!);
        }
        else if (row is null)
        {
            row = new Row(key.Token, key.Partition, key.Sort, after);
            _rows.Add(row);
        }

        foreach (var index in _indexes)
        {
            index.Replace(row!, before, after);
        }

        if (after is not null)
        {
            row!.Item = after;
            NoteExpiry(row);
        }

        _sizeInBytes += (after?.Size ?? 0) - (before?.Size ?? 0);
    }
}
