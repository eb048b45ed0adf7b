namespace Alternator.Emulator.Protocol;

/// <summary>Reads one deflate stream (RFC 1951) and says where it ended.</summary>
internal ref struct DeflateReader
{
    private static readonly ushort[] LengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static readonly byte[] LengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly ushort[] DistanceBase = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
    private static readonly byte[] DistanceExtra = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
    private static readonly byte[] CodeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    private static readonly HuffmanCode FixedLiterals = HuffmanCode.Make([.. Enumerable.Range(0, 288).Select(i => (byte)(i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))], true);
    private static readonly HuffmanCode FixedDistances = HuffmanCode.Make([.. Enumerable.Repeat((byte)5, 32)], true);

    private readonly ReadOnlySpan<byte> _input;
    private int _position;
    private ulong _bits;
    private int _bitCount;

    private DeflateReader(ReadOnlySpan<byte> input) => _input = input;

    /// <returns>The bytes that the stream took, or -1 when its content made the output longer than <paramref name="limit"/>.</returns>
    public static int Read(ReadOnlySpan<byte> input, AnswerBuffer output, int limit)
    {
        var reader = new DeflateReader(input);
        int start = output.Length;
        bool last;
        do
        {
            last = reader.Bits(1) == 1;
            bool fits = reader.Bits(2) switch
            {
                0 => reader.Stored(output, limit),
                1 => reader.Packed(FixedLiterals, FixedDistances, output, start, limit),
                2 => reader.Dynamic(output, start, limit),
                _ => throw new InflateException("Unknown kind of block"),
            };
            if (!fits) return -1;
        }
        while (!last);

        // Whole bytes that were taken ahead go back.
        return reader._position - (reader._bitCount / 8);
    }

    private bool Stored(AnswerBuffer output, int limit)
    {
        Bits(_bitCount % 8);
        int length = Bits(16);
        if ((length ^ 0xFFFF) != Bits(16)) throw new InflateException("The length of a stored block is wrong");
        _position -= _bitCount / 8;
        _bits = 0;
        _bitCount = 0;
        if (_input.Length - _position < length) throw new InflateException("The stream is cut");
        if (output.Length + length > limit) return false;
        output.Write(_input.Slice(_position, length));
        _position += length;
        return true;
    }

    private bool Dynamic(AnswerBuffer output, int start, int limit)
    {
        int literals = Bits(5) + 257;
        int distances = Bits(5) + 1;
        int codeLengths = Bits(4) + 4;
        if (literals > 286 || distances > 30) throw new InflateException("Too many codes");
        byte[] lengths = new byte[19];
        for (int i = 0; i < codeLengths; i++) lengths[CodeLengthOrder[i]] = (byte)Bits(3);
        HuffmanCode code = HuffmanCode.Make(lengths, false);
        byte[] all = new byte[literals + distances];
        for (int i = 0; i < all.Length;)
        {
            int symbol = code.Read(ref this);
            if (symbol < 16)
            {
                all[i++] = (byte)symbol;
                continue;
            }

            byte repeated = 0;
            int times;
            switch (symbol)
            {
                case 16:
                    if (i == 0) throw new InflateException("Nothing to repeat");
                    repeated = all[i - 1];
                    times = 3 + Bits(2);
                    break;
                case 17:
                    times = 3 + Bits(3);
                    break;
                default:
                    times = 11 + Bits(7);
                    break;
            }

            if (i + times > all.Length) throw new InflateException("Too many code lengths");
            all.AsSpan(i, times).Fill(repeated);
            i += times;
        }

        if (all[256] == 0) throw new InflateException("A block without end");
        return Packed(HuffmanCode.Make(all.AsSpan(0, literals), false), HuffmanCode.Make(all.AsSpan(literals), true), output, start, limit);
    }

    private bool Packed(HuffmanCode literals, HuffmanCode distances, AnswerBuffer output, int start, int limit)
    {
        while (true)
        {
            int symbol = literals.Read(ref this);
            if (symbol == 256) return true;
            if (symbol < 256)
            {
                if (output.Length >= limit) return false;
                output.GetSpan(1)[0] = (byte)symbol;
                output.Advance(1);
                continue;
            }

            if (symbol > 285) throw new InflateException("Unknown length");
            int length = LengthBase[symbol - 257] + Bits(LengthExtra[symbol - 257]);
            int far = distances.Read(ref this);
            if (far > 29) throw new InflateException("Unknown distance");
            int distance = DistanceBase[far] + Bits(DistanceExtra[far]);
            if (distance > output.Length - start) throw new InflateException("A distance before the start");
            if (output.Length + length > limit) return false;
            Span<byte> to = output.GetSpan(length);
            ReadOnlySpan<byte> from = output.Written.Span[^distance..];
            for (int i = 0; i < length; i++) to[i] = i < distance ? from[i] : to[i - distance];
            output.Advance(length);
        }
    }

    public int Bits(int count)
    {
        while (_bitCount < count) TakeByte();
        int value = (int)(_bits & ((1UL << count) - 1));
        _bits >>= count;
        _bitCount -= count;
        return value;
    }

    private void TakeByte()
    {
        if (_position >= _input.Length) throw new InflateException("The stream is cut");
        _bits |= (ulong)_input[_position++] << _bitCount;
        _bitCount += 8;
    }
}
