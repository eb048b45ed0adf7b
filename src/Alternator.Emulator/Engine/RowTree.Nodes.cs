namespace Alternator.Emulator.Engine;

/// <content>Nodes and cursors.</content>
internal sealed partial class RowTree
{
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
