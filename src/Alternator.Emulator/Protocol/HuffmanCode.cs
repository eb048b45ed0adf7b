namespace Alternator.Emulator.Protocol;

/// <summary>
/// A canonical Huffman code as the number of symbols of each length and the symbols in the order of their codes. Cheap to
/// make, so that many small blocks cost no more than their bytes.
/// </summary>
internal sealed class HuffmanCode
{
    private const int Longest = 15;

    private readonly ushort[] _count = new ushort[Longest + 1];
    private readonly ushort[] _symbols;

    private HuffmanCode(int symbols) => _symbols = new ushort[symbols];

    /// <summary>Reads one symbol bit by bit.</summary>
    public int Read(ref DeflateReader reader)
    {
        int code = 0, first = 0, index = 0;
        for (int length = 1; length <= Longest; length++)
        {
            code |= reader.Bits(1);
            int count = _count[length];
            if (code - count < first) return _symbols[index + code - first];
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        throw new InflateException("Unknown code");
    }

    /// <summary>Makes the code from the lengths of its symbols. Incomplete codes are errors, but for a single code of one bit where the format allows that.</summary>
    public static HuffmanCode Make(ReadOnlySpan<byte> lengths, bool singleMayBeIncomplete)
    {
        var code = new HuffmanCode(lengths.Length);
        int longest = 0;
        foreach (byte length in lengths)
        {
            code._count[length]++;
            longest = Math.Max(longest, length);
        }

        code._count[0] = 0;
        int left = 1;
        Span<int> offset = stackalloc int[Longest + 2];
        for (int length = 1; length <= Longest; length++)
        {
            left = (left << 1) - code._count[length];
            if (left < 0) throw new InflateException("Too many codes of one length");
            offset[length + 1] = offset[length] + code._count[length];
        }

        if (left > 0 && longest > (singleMayBeIncomplete ? 1 : 0)) throw new InflateException("An incomplete code");
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0) code._symbols[offset[lengths[symbol]]++] = (ushort)symbol;
        }

        return code;
    }
}
