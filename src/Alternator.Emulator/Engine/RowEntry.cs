using Alternator.Emulator.Values;

namespace Alternator.Emulator.Engine;

/// <summary>A place in the order of a table or an index: token, partition key, sort key, then the row's own key.</summary>
internal abstract class RowEntry(long token, byte[] partition, byte[] sort)
{
    /// <summary>The token of the partition key.</summary>
    public long Token { get; } = token;

    /// <summary>The partition key's sortable bytes.</summary>
    public byte[] Partition { get; } = partition;

    /// <summary>The sort key's sortable bytes; empty without a sort key.</summary>
    public byte[] Sort { get; } = sort;

    /// <summary>The row of the table.</summary>
    public abstract Row TableRow { get; }

    /// <summary>Compares two entries of one tree.</summary>
    public static int Compare(RowEntry left, RowEntry right)
    {
        var order = left.Token.CompareTo(right.Token);
        if (order == 0)
        {
            order = left.Partition.AsSpan().SequenceCompareTo(right.Partition);
        }

        if (order == 0)
        {
            order = left.Sort.AsSpan().SequenceCompareTo(right.Sort);
        }

        if (order != 0 || ReferenceEquals(left.TableRow, right.TableRow))
        {
            return order;
        }

        order = left.TableRow.Partition.AsSpan().SequenceCompareTo(right.TableRow.Partition);
        return order != 0 ? order : left.TableRow.Sort.AsSpan().SequenceCompareTo(right.TableRow.Sort);
    }
}

/// <summary>An item of a table with its place in the table. The item is replaced under the table's lock.</summary>
internal sealed class Row(long token, byte[] partition, byte[] sort, Item item) : RowEntry(token, partition, sort)
{
    public override Row TableRow => this;

    /// <summary>The attributes now.</summary>
    public Item Item { get; set; } = item;
}

/// <summary>An item's place in an index.</summary>
internal sealed class IndexEntry(long token, byte[] partition, byte[] sort, Row row) : RowEntry(token, partition, sort)
{
    public override Row TableRow { get; } = row;
}
