using System.Buffers.Binary;
using System.Text;

namespace Alternator.Client;

/// <summary>
/// Attribute names come again with every item: this finds the string made before for the same bytes. A fixed number of places,
/// the newest name wins its place; a name is only ever returned after comparing it whole. Safe for concurrent use.
/// </summary>
internal sealed class NameCache
{
    private const int Places = 512;
    private const int LongestName = 64;

    private readonly string?[] _names = new string?[Places];

    /// <summary>How many attributes the last item had: the capacity for the next.</summary>
    public int LastCount { get; set; }

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestName)
            return Encoding.UTF8.GetString(utf8);
        ref string? place = ref _names[Hash(utf8) & (Places - 1)];
        string? known = place;
        if (known is not null && known.Length == utf8.Length && Ascii.Equals(utf8, known))
            return known;
        string name = Encoding.UTF8.GetString(utf8);
        if (Ascii.IsValid(utf8))
            place = name;
        return name;
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
        {
            uint small = (uint)bytes.Length;
            foreach (byte value in bytes)
                small = (small * 31) + value;
            return (small * 2654435761) >> 16;
        }
        ulong mixed = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ (BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]) * 0x9E3779B97F4A7C15) ^ (ulong)bytes.Length;
        return (uint)((mixed * 0x9E3779B97F4A7C15) >> 40);
    }
}
