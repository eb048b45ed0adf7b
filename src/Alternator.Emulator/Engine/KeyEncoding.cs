using System.Buffers.Binary;
using System.Numerics;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Engine;

/// <summary>Turns key values into bytes: into an order-preserving form to sort by, and into ScyllaDB's form to hash.</summary>
/// <remarks>
/// S and B are their bytes in both. For sorting, N is a sign byte, the magnitude, and the digits two by two; all inverted
/// below zero. For hashing, N is CQL's decimal: scale (4 bytes, big endian) and unscaled value (two's complement, big endian).
/// </remarks>
internal static class KeyEncoding
{
    private const byte NegativeMark = 0;
    private const byte ZeroMark = 1;
    private const byte PositiveMark = 2;

    /// <summary>Bytes whose unsigned order is the order of the values.</summary>
    public static byte[] Sortable(AttributeValue value) => value switch
    {
        StringValue text => text.Utf8,
        BinaryValue binary => binary.Bytes,
        NumberValue number => Sortable(number.Value),
        _ => throw new ArgumentException($"{value.Type} is no key type", nameof(value)),
    };

    /// <summary>The token of a partition key value.</summary>
    public static long Token(AttributeValue value) => value switch
    {
        StringValue text => Murmur3.Token(text.Utf8),
        BinaryValue binary => Murmur3.Token(binary.Bytes),
        NumberValue number => Murmur3.Token(Decimal(number.Value)),
        _ => throw new ArgumentException($"{value.Type} is no key type", nameof(value)),
    };

    /// <summary>The bytes that follow every value beginning with a prefix, or null when nothing does.</summary>
    public static byte[]? AfterPrefix(ReadOnlySpan<byte> prefix)
    {
        var end = prefix.TrimEnd((byte)0xff);
        if (end.IsEmpty)
        {
            return null;
        }

        var after = end.ToArray();
        after[^1]++;
        return after;
    }

    private static byte[] Sortable(AlternatorNumber number)
    {
        if (number.IsZero)
        {
            return [ZeroMark];
        }

        Span<byte> buffer = stackalloc byte[24];
        Span<byte> digits = stackalloc byte[AlternatorNumber.MaxDigits];
        var count = 0;
        for (var rest = number.Coefficient; rest != UInt128.Zero; rest /= 10)
        {
            digits[count++] = (byte)(uint)(rest % 10);
        }

        digits[..count].Reverse();
        buffer[0] = PositiveMark;
        buffer[1] = (byte)(number.Magnitude - AlternatorNumber.MinMagnitude);
        var length = 2;
        for (var i = 0; i < count; i += 2)
        {
            var second = i + 1 < count ? digits[i + 1] : 0;
            buffer[length++] = (byte)((digits[i] * 10) + second + 1);
        }

        if (number.Negative)
        {
            buffer[0] = NegativeMark;
            for (var i = 1; i < length; i++)
            {
                buffer[i] = (byte)~buffer[i];
            }

            // Fewer digits are a smaller magnitude, which comes later below zero.
            buffer[length++] = 0xff;
        }

        return buffer[..length].ToArray();
    }

    private static byte[] Decimal(AlternatorNumber number)
    {
        var scale = -number.Exponent;
        var unscaled = (BigInteger)number.Coefficient;
        if (scale < 0)
        {
            // Whole numbers are written without an exponent as a rule: their scale is 0.
            unscaled *= BigInteger.Pow(10, -scale);
            scale = 0;
        }

        var digits = (number.Negative ? -unscaled : unscaled).ToByteArray(isBigEndian: true);
        var bytes = new byte[4 + digits.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, scale);
        digits.CopyTo(bytes, 4);
        return bytes;
    }
}
