namespace Alternator.Emulator.Engine;

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
