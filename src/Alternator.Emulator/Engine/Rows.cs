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

/// <summary>A point in the order of entries, between two of them.</summary>
/// <remarks>Parts from <see cref="Partition"/> on may be null: then the point is before or after everything that shares the parts given.</remarks>
internal readonly record struct RowBound(
    long Token, byte[]? Partition, byte[]? Sort, byte[]? RowPartition, byte[]? RowSort, bool After)
{
    /// <summary>Before or after all entries of a token.</summary>
    public static RowBound OfToken(long token, bool after) => new(token, null, null, null, null, after);

    /// <summary>Before or after all entries of a partition.</summary>
    public static RowBound OfPartition(long token, byte[] partition, bool after) => new(token, partition, null, null, null, after);

    /// <summary>Before or after all entries of a sort key.</summary>
    public static RowBound OfSort(long token, byte[] partition, byte[] sort, bool after) => new(token, partition, sort, null, null, after);

    /// <summary>Negative when the entry comes before this point, positive when it comes after it; never zero.</summary>
    public int CompareEntry(RowEntry entry)
    {
        var order = entry.Token.CompareTo(Token);
        if (order == 0 && Partition is not null)
        {
            order = entry.Partition.AsSpan().SequenceCompareTo(Partition);
            if (order == 0 && Sort is not null)
            {
                order = entry.Sort.AsSpan().SequenceCompareTo(Sort);
                if (order == 0 && RowPartition is not null)
                {
                    order = entry.TableRow.Partition.AsSpan().SequenceCompareTo(RowPartition);
                    if (order == 0 && RowSort is not null)
                    {
                        order = entry.TableRow.Sort.AsSpan().SequenceCompareTo(RowSort);
                    }
                }
            }
        }

        return order != 0 ? order : After ? -1 : 1;
    }
}
