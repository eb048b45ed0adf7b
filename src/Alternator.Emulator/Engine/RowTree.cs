namespace Alternator.Emulator.Engine;

/// <summary>The entries of a table or index in order: a B+ tree whose leaves are linked both ways.</summary>
/// <remarks>
/// Insertion splits full nodes; removal only takes out nodes that became empty, which keeps it short and costs space
/// only after many scattered removals. Not thread-safe: the table's lock guards it.
/// </remarks>
internal sealed class RowTree
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

    /// <summary>A place on an entry; moves along the leaves while the table's lock is held.</summary>
    internal struct Cursor
    {
        private Node? _leaf;
        private int _position;

        internal Cursor(Node? leaf, int position)
        {
            _leaf = leaf;
            _position = position;
        }

        /// <summary>The entry, or null past either end.</summary>
        public readonly RowEntry? Current => _leaf is not null && (uint)_position < (uint)_leaf.Count ? _leaf.Entries[_position] : null;

        /// <summary>Moves to the next entry.</summary>
        public void MoveNext()
        {
            if (_leaf is not null && ++_position >= _leaf.Count)
            {
                _leaf = _leaf.Next;
                _position = 0;
            }
        }

        /// <summary>Moves to the previous entry.</summary>
        public void MovePrevious()
        {
            if (_leaf is not null && --_position < 0)
            {
                _leaf = _leaf.Previous;
                _position = (_leaf?.Count ?? 0) - 1;
            }
        }
    }

    /// <summary>A leaf with entries, or a branch with children and the least entry of each but the first.</summary>
    internal sealed class Node(bool isLeaf)
    {
        public RowEntry?[] Entries { get; } = new RowEntry?[Width];

        public Node?[]? Children { get; } = isLeaf ? null : new Node?[Width];

        public int Count { get; set; }

        public Node? Next { get; private set; }

        public Node? Previous { get; private set; }

        public bool IsLeaf => Children is null;

        /// <summary>The entry that divides this node from the one before it.</summary>
        public RowEntry? First { get; private set; }

        public int LowerBound(RowEntry entry, int from)
        {
            var to = Count;
            while (from < to)
            {
                var middle = (from + to) >>> 1;
                if (RowEntry.Compare(Entries[middle]!, entry) < 0)
                {
                    from = middle + 1;
                }
                else
                {
                    to = middle;
                }
            }

            return from;
        }

        /// <summary>The number of children whose least entry is not greater; at least one.</summary>
        public int LowerBoundAfter(RowEntry entry)
        {
            int from = 1, to = Count;
            while (from < to)
            {
                var middle = (from + to) >>> 1;
                if (RowEntry.Compare(Entries[middle]!, entry) <= 0)
                {
                    from = middle + 1;
                }
                else
                {
                    to = middle;
                }
            }

            return from;
        }

        /// <summary>Inserts, and when the node was full returns the new node to the right of it.</summary>
        public Node? Insert(int position, RowEntry? entry, Node? child)
        {
            if (Count < Width)
            {
                Shift(position, entry, child);
                return null;
            }

            // Ascending keys fill nodes: split at the end when that is where the new entry goes.
            var right = new Node(IsLeaf);
            var keep = position == Count ? Width - 1 : Width / 2;
            Array.Copy(Entries, keep, right.Entries, 0, Count - keep);
            Array.Clear(Entries, keep, Count - keep);
            if (Children is not null)
            {
                Array.Copy(Children, keep, right.Children!, 0, Count - keep);
                Array.Clear(Children, keep, Count - keep);
            }

            right.Count = Count - keep;
            Count = keep;
            if (IsLeaf)
            {
                right.Next = Next;
                right.Previous = this;
                if (Next is not null)
                {
                    Next.Previous = right;
                }

                Next = right;
            }

            right.First = right.Entries[0];
            if (position > keep)
            {
                right.Shift(position - keep, entry, child);
            }
            else
            {
                Shift(position, entry, child);
            }

            return right;
        }

        public void RemoveAt(int position)
        {
            Array.Copy(Entries, position + 1, Entries, position, Count - position - 1);
            Entries[Count - 1] = null;
            if (Children is not null)
            {
                Array.Copy(Children, position + 1, Children, position, Count - position - 1);
                Children[Count - 1] = null;
            }

            Count--;
        }

        public void Unlink()
        {
            if (Previous is not null)
            {
                Previous.Next = Next;
            }

            if (Next is not null)
            {
                Next.Previous = Previous;
            }
        }

        private void Shift(int position, RowEntry? entry, Node? child)
        {
            Array.Copy(Entries, position, Entries, position + 1, Count - position);
            Entries[position] = entry;
            if (Children is not null)
            {
                Array.Copy(Children, position, Children, position + 1, Count - position);
                Children[position] = child;
            }

            Count++;
        }
    }
}
