using Alternator.Emulator.Values;

namespace Alternator.Emulator.Engine;

/// <summary>The key of one item, ready to look it up.</summary>
internal readonly record struct ItemKey(AttributeValue Hash, AttributeValue? Range, long Token, byte[] Partition, byte[] Sort)
{
    /// <summary>Makes a key of its values.</summary>
    public static ItemKey Create(AttributeValue hash, AttributeValue? range) => new(
        hash, range, KeyEncoding.Token(hash), KeyEncoding.Sortable(hash), range is null ? [] : KeyEncoding.Sortable(range));
}

/// <summary>Equality of keys by their bytes.</summary>
internal sealed class ItemKeyComparer : IEqualityComparer<ItemKey>
{
    public static readonly ItemKeyComparer Instance = new();

    private ItemKeyComparer()
    {
    }

    public bool Equals(ItemKey x, ItemKey y) =>
        x.Token == y.Token && x.Partition.AsSpan().SequenceEqual(y.Partition) && x.Sort.AsSpan().SequenceEqual(y.Sort);

    public int GetHashCode(ItemKey obj)
    {
        var hash = new HashCode();
        hash.Add(obj.Token);
        hash.AddBytes(obj.Sort);
        return hash.ToHashCode();
    }
}
