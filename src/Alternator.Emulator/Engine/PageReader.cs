using Alternator.Emulator.Values;

namespace Alternator.Emulator.Engine;

/// <summary>What one request reads: items in order, and where to go on.</summary>
/// <param name="Items">The items, before any filter.</param>
/// <param name="Last">The last item read when there may be more; null at the end.</param>
internal sealed record Page(List<Item> Items, Item? Last);

/// <summary>Reads a page: as many items as the limit allows, or about a megabyte of them.</summary>
internal static class PageReader
{
    private const int PageBytes = 1024 * 1024;

    /// <summary>Reads a page in either direction. The table's lock is held for as long as it takes to collect references.</summary>
    public static Page Read(Table table, SecondaryIndex? index, RowRange range, RowBound? after, bool forward, int limit) =>
        table.Read(index, (range, after, forward, limit), static (tree, state) =>
            Read(tree, state.range, state.after, state.forward, state.limit));

    private static Page Read(RowTree tree, RowRange range, RowBound? after, bool forward, int limit)
    {
        var items = new List<Item>();
        var bytes = 0L;
        var cursor = forward ? tree.After(after ?? range.From) : tree.Before(after ?? range.To);
        while (cursor.Current is { } entry)
        {
            if (forward ? range.To.CompareEntry(entry) > 0 : range.From.CompareEntry(entry) < 0)
            {
                break;
            }

            var item = entry.TableRow.Item;
            items.Add(item);
            bytes += item.Size;
            if (items.Count == limit || bytes >= PageBytes)
            {
                return new Page(items, item);
            }

            if (forward)
            {
                cursor.MoveNext();
            }
            else
            {
                cursor.MovePrevious();
            }
        }

        return new Page(items, null);
    }
}
