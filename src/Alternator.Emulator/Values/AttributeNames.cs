using System.Text;
using System.Text.Unicode;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Values;

/// <summary>Shares one string per attribute name, so that a million items with the same attributes hold each name once.</summary>
/// <remarks>A table of fixed size where a later name simply replaces an earlier one: lookups take no lock and memory has a bound.</remarks>
internal static class AttributeNames
{
    private const int Slots = 4096;
    private const int LongestShared = 64;

    private static readonly Entry?[] Table = new Entry?[Slots];

    /// <summary>The name as a string, shared with earlier calls when it is short.</summary>
    /// <exception cref="AlternatorException">The bytes are not UTF-8.</exception>
    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestShared)
        {
            return Decode(utf8);
        }

        var hash = 2166136261u;
        foreach (var b in utf8)
        {
            hash = (hash ^ b) * 16777619u;
        }

        ref var slot = ref Table[(hash ^ (hash >> 15)) & (Slots - 1)];
        var entry = Volatile.Read(ref slot);
        if (entry is not null && utf8.SequenceEqual(entry.Utf8))
        {
            return entry.Name;
        }

        var name = Decode(utf8);
        Volatile.Write(ref slot, new Entry(utf8.ToArray(), name));
        return name;
    }

    private static string Decode(ReadOnlySpan<byte> utf8) => Utf8.IsValid(utf8)
        ? Encoding.UTF8.GetString(utf8)
        : throw AlternatorException.Validation("The request holds a name that is not UTF-8");

    private sealed record Entry(byte[] Utf8, string Name);
}
