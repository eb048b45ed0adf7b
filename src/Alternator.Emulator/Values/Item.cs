using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Alternator.Emulator.Values;

/// <summary>Attributes by name: an item, or the content of a map. Immutable; changing one makes another.</summary>
/// <remarks>Names are looked up one by one while there are few of them and through a hash table, built on first use, beyond that.</remarks>
internal sealed class Item : IReadOnlyCollection<KeyValuePair<string, AttributeValue>>
{
    private const int HashFrom = 12;

    /// <summary>No attributes at all.</summary>
    public static readonly Item Empty = new([], []);

    private readonly string[] _names;
    private readonly AttributeValue[] _values;
    private Dictionary<string, int>? _positions;
    private int _size;

    private Item(string[] names, AttributeValue[] values)
    {
        _names = names;
        _values = values;
    }

    /// <summary>How many attributes there are.</summary>
    public int Count => _names.Length;

    /// <summary>The size that counts for pages and capacity; see <see cref="ValueSize"/>.</summary>
    public int Size
    {
        get
        {
            if (_size == 0 && _names.Length > 0)
            {
                _size = ValueSize.Of(this);
            }

            return _size;
        }
    }

    /// <summary>The names, in the order of the values.</summary>
    public ReadOnlySpan<string> Names => _names;

    /// <summary>The values, in the order of the names.</summary>
    public ReadOnlySpan<AttributeValue> Values => _values;

    /// <summary>The value of an attribute, or null when it is not set.</summary>
    public AttributeValue? this[string name]
    {
        get
        {
            var position = IndexOf(name);
            return position < 0 ? null : _values[position];
        }
    }

    /// <summary>Makes an item of pairs; of pairs with the same name the last one counts.</summary>
    public static Item Create(params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        var builder = new Builder(attributes.Length);
        foreach (var (name, value) in attributes)
        {
            builder.Set(name, value);
        }

        return builder.Build();
    }

    /// <summary>True, with the value, when the attribute is set.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out AttributeValue? value)
    {
        value = this[name];
        return value is not null;
    }

    /// <summary>True when the attribute is set.</summary>
    public bool Contains(string name) => IndexOf(name) >= 0;

    /// <summary>This item with one attribute set or replaced.</summary>
    public Item With(string name, AttributeValue value)
    {
        var position = IndexOf(name);
        if (position >= 0)
        {
            var values = (AttributeValue[])_values.Clone();
            values[position] = value;
            return new Item(_names, values);
        }

        return new Item([.. _names, name], [.. _values, value]);
    }

    /// <summary>This item without an attribute; itself when it was not set.</summary>
    public Item Without(string name)
    {
        var position = IndexOf(name);
        return position < 0
            ? this
            : new Item(
                [.. _names.AsSpan(0, position), .. _names.AsSpan(position + 1)],
                [.. _values.AsSpan(0, position), .. _values.AsSpan(position + 1)]);
    }

    public Enumerator GetEnumerator() => new(this);

    IEnumerator<KeyValuePair<string, AttributeValue>> IEnumerable<KeyValuePair<string, AttributeValue>>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string name)
    {
        if (_names.Length < HashFrom)
        {
            for (var i = 0; i < _names.Length; i++)
            {
                if (string.Equals(_names[i], name))
                {
                    return i;
                }
            }

            return -1;
        }

        var positions = Volatile.Read(ref _positions);
        if (positions is null)
        {
            positions = new Dictionary<string, int>(_names.Length, StringComparer.Ordinal);
            for (var i = 0; i < _names.Length; i++)
            {
                positions[_names[i]] = i;
            }

            Volatile.Write(ref _positions, positions);
        }

        return positions.TryGetValue(name, out var position) ? position : -1;
    }

    /// <summary>Collects attributes one by one.</summary>
    internal struct Builder(int capacity)
    {
        private string[] _names = capacity == 0 ? [] : new string[capacity];
        private AttributeValue[] _values = capacity == 0 ? [] : new AttributeValue[capacity];
        private Dictionary<string, int>? _positions;
        private int _count;

        /// <summary>How many attributes there are so far.</summary>
        public readonly int Count => _count;

        /// <summary>Sets an attribute, replacing an earlier one of the same name.</summary>
        public void Set(string name, AttributeValue value)
        {
            var position = Find(name);
            if (position >= 0)
            {
                _values[position] = value;
                return;
            }

            if (_count == _names.Length)
            {
                var size = Math.Max(4, _count * 2);
                Array.Resize(ref _names, size);
                Array.Resize(ref _values, size);
            }

            _names[_count] = name;
            _values[_count] = value;
            _positions?.Add(name, _count);
            _count++;
        }

        /// <summary>The item; the builder is empty afterwards.</summary>
        public Item Build()
        {
            if (_count == 0)
            {
                return Empty;
            }

            if (_count != _names.Length)
            {
                Array.Resize(ref _names, _count);
                Array.Resize(ref _values, _count);
            }

            var item = new Item(_names, _values);
            (_names, _values, _positions, _count) = ([], [], null, 0);
            return item;
        }

        private int Find(string name)
        {
            if (_count < HashFrom)
            {
                for (var i = 0; i < _count; i++)
                {
                    if (string.Equals(_names[i], name))
                    {
                        return i;
                    }
                }

                return -1;
            }

            if (_positions is null)
            {
                _positions = new Dictionary<string, int>(_count * 2, StringComparer.Ordinal);
                for (var i = 0; i < _count; i++)
                {
                    _positions.Add(_names[i], i);
                }
            }

            return _positions.TryGetValue(name, out var position) ? position : -1;
        }
    }

    /// <summary>Walks the attributes.</summary>
    internal struct Enumerator(Item item) : IEnumerator<KeyValuePair<string, AttributeValue>>
    {
        private int _position = -1;

        public readonly KeyValuePair<string, AttributeValue> Current => new(item._names[_position], item._values[_position]);

        readonly object IEnumerator.Current => Current;

        public bool MoveNext() => ++_position < item._names.Length;

        public void Reset() => _position = -1;

        public readonly void Dispose()
        {
        }
    }
}
