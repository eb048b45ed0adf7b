using System.Globalization;

namespace Aspire.Hosting.Scylla;

/// <summary>An amount of memory as Scylla writes it: a number with K, M, G or T behind it, or bytes.</summary>
internal static class MemorySize
{
    public static long? Bytes(string text)
    {
        int shift = text.Length == 0 ? -1 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, >= '0' and <= '9' => 0, _ => -1 };
        return shift >= 0 && long.TryParse(shift == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0 ? number << shift : null;
    }
}
