namespace Alternator.Emulator.Engine;

/// <summary>The entries of a table or index in order: a B+ tree whose leaves are linked both ways.</summary>
/// <remarks>
/// Insertion splits full nodes; removal only takes out nodes that became empty, which keeps it short and costs space
/// only after many scattered removals. Not thread-safe: the table's lock guards it.
/// </remarks>
internal sealed partial class RowTree
{
    private const int Width = 64;

    private Node _root = new(isLeaf: true);

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>The entry with a table row's key, or null.</summary>
    public RowEntry? Find(long token, byte[] partition, byte[] sort)
    {
        var cursor = After(RowBound.OfSort(token, partition, sort, after: false));
        return cursor.Current is { } entry && entry.Token == token &&
            entry.Partition.AsSpan().SequenceEqual(partition) && entry.Sort.AsSpan().SequenceEqual(sort)
            ? entry
            : null;
    }

    /// <summary>Adds an entry that is not there yet.</summary>
    public void Add(RowEntry entry)
    {
        if (Add(_root, entry) is { } right)
        {
            var root = new Node(isLeaf: false) { Count = 2 };
            root.Children![0] = _root;
            root.Children[1] = right;
            root.Entries[1] = right.First;
            _root = root;
        }

        Count++;
    }

    /// <summary>Takes out an entry; false when it was not there.</summary>
    public bool Remove(RowEntry entry)
    {
        if (!Remove(_root, entry))
        {
            return false;
        }

        while (!_root.IsLeaf && _root.Count == 1)
        {
            _root = _root.Children![0]!;
        }

        if (_root.Count == 0)
        {
            _root = new Node(isLeaf: true);
        }

        Count--;
        return true;
    }

    /// <summary>The first entry after a point.</summary>
    public Cursor After(RowBound bound)
    {
        var (leaf, position) = Descend(bound);
        return position < leaf.Count ? new Cursor(leaf, position) : new Cursor(leaf.Next, 0);
    }

    /// <summary>The last entry before a point.</summary>
    public Cursor Before(RowBound bound)
    {
        var (leaf, position) = Descend(bound);
        return position > 0 ? new Cursor(leaf, position - 1) : new Cursor(leaf.Previous, (leaf.Previous?.Count ?? 0) - 1);
    }

    private (Node Leaf, int Position) Descend(RowBound bound)
    {
        var node = _root;
        while (!node.IsLeaf)
        {
            // The last child whose first entry comes before the point; the first child has no such key.
            int low = 1, high = node.Count;
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (bound.CompareEntry(node.Entries[middle]!) < 0)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            node = node.Children![low - 1]!;
        }

        int from = 0, to = node.Count;
        while (from < to)
        {
            var middle = (from + to) >>> 1;
            if (bound.CompareEntry(node.Entries[middle]!) < 0)
            {
                from = middle + 1;
            }
            else
            {
                to = middle;
            }
        }

        return (node, from);
    }

    private static Node? Add(Node node, RowEntry entry)
    {
        if (node.IsLeaf)
        {
            var position = node.LowerBound(entry, 0);
            return node.Insert(position, entry, null);
        }

        var child = node.LowerBoundAfter(entry) - 1;
        var right = Add(node.Children![child]!, entry);
        return right is null ? null : node.Insert(child + 1, right.First, right);
    }

    private static bool Remove(Node node, RowEntry entry)
    {
        if (node.IsLeaf)
        {
            var position = node.LowerBound(entry, 0);
            if (position == node.Count || RowEntry.Compare(node.Entries[position]!, entry) != 0)
            {
                return false;
            }

            node.RemoveAt(position);
            return true;
        }

        var child = node.LowerBoundAfter(entry) - 1;
        var removedFrom = node.Children![child]!;
        if (!Remove(removedFrom, entry))
        {
            return false;
        }

        if (removedFrom.Count == 0)
        {
            removedFrom.Unlink();
            node.RemoveAt(child);
        }

        return true;
    }
}
