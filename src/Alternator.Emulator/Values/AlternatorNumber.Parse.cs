using System.Text;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Values;

/// <content>Numbers from text.</content>
internal readonly partial struct AlternatorNumber
{
    private const int LongestExponent = 9;

    /// <summary>Reads a number as clients write it: sign, digits with or without a point, exponent.</summary>
    /// <exception cref="AlternatorException">Not a number, or outside of the supported range or precision.</exception>
    public static AlternatorNumber Parse(ReadOnlySpan<byte> text)
    {
        if (!TryRead(text, out var negative, out var digits, out var exponent, out var coefficient, out var magnitude))
        {
            throw AlternatorException.Validation(
                $"The parameter cannot be converted to a numeric value: {Encoding.UTF8.GetString(text)}");
        }

        if (digits == 0)
        {
            return Zero;
        }

        if (magnitude > MaxMagnitude)
        {
            throw Overflow(Encoding.UTF8.GetString(text));
        }

        if (magnitude < MinMagnitude)
        {
            throw Underflow(Encoding.UTF8.GetString(text));
        }

        if (digits > MaxDigits)
        {
            throw TooPrecise(Encoding.UTF8.GetString(text));
        }

        return new AlternatorNumber(negative, coefficient, (int)exponent);
    }

    /// <summary>Reads a number from text; see <see cref="Parse(ReadOnlySpan{byte})"/>.</summary>
    public static AlternatorNumber Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    private static bool TryRead(
        ReadOnlySpan<byte> text, out bool negative, out int digits, out long exponent, out UInt128 coefficient, out long magnitude)
    {
        (negative, digits, exponent, coefficient, magnitude) = (false, 0, 0, UInt128.Zero, 0);
        var position = 0;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == '-';
            position = 1;
        }

        // Zeros are held back until a digit follows, so that neither leading nor trailing ones count.
        var seenDigit = false;
        var seenPoint = false;
        var heldZeros = 0;
        var fraction = 0;
        for (; position < text.Length; position++)
        {
            var c = text[position];
            if (c == '.' && !seenPoint)
            {
                seenPoint = true;
                continue;
            }

            if (!char.IsAsciiDigit((char)c))
            {
                break;
            }

            seenDigit = true;
            fraction += seenPoint ? 1 : 0;
            if (c == '0')
            {
                heldZeros += digits > 0 ? 1 : 0;
                continue;
            }

            digits += heldZeros + 1;
            if (digits <= MaxDigits)
            {
                coefficient = (coefficient * PowersOfTen[heldZeros + 1]) + (uint)(c - '0');
            }

            heldZeros = 0;
        }

        if (!seenDigit || !TryReadExponent(text[position..], out exponent))
        {
            return false;
        }

        exponent += heldZeros - fraction;
        magnitude = digits + exponent - 1;
        return true;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, out long exponent)
    {
        exponent = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] is not ((byte)'e' or (byte)'E') || text.Length == 1)
        {
            return false;
        }

        text = text[1..];
        var negative = text[0] == '-';
        if (text[0] is (byte)'-' or (byte)'+')
        {
            text = text[1..];
        }

        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        text = text.TrimStart((byte)'0');
        if (text.Length > LongestExponent)
        {
            exponent = negative ? int.MinValue : int.MaxValue;
            return true;
        }

        foreach (var c in text)
        {
            exponent = (exponent * 10) + (c - '0');
        }

        exponent = negative ? -exponent : exponent;
        return true;
    }
}
