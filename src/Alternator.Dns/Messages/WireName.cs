using System.Buffers.Binary;

namespace Alternator.Dns.Messages;

/// <summary>
/// Domain names as they stand in a message: length-prefixed labels that end in a zero byte, or a pointer to an earlier name
/// (RFC 1035 sections 3.1 and 4.1.4). Every function is bounded by the message and by the 255 bytes of a name:
/// a pointer must lead to a place before the name in which it stands, so a chain of pointers always ends.
/// </summary>
internal static class WireName
{
    /// <summary>Longest name on the wire, the final zero byte included.</summary>
    public const int MaxLength = 255;

    /// <summary>Longest label.</summary>
    public const int MaxLabelLength = 63;

    private const int HeaderLength = 12;
    private const int PointerMark = 0xC0;

    /// <summary>Length of the name at <paramref name="start"/> if it is written out without pointers; 0 if it is not a valid name.</summary>
    public static int MeasureUncompressed(ReadOnlySpan<byte> message, int start)
    {
        int position = start;
        while (position < message.Length)
        {
            int label = message[position];
            if (label > MaxLabelLength)
                return 0;

            position += label + 1;
            if (position - start > MaxLength)
                return 0;
            if (label == 0)
                return position - start;
        }

        return 0;
    }

    /// <summary>Moves <paramref name="position"/> past the name that stands there, without following its pointer.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> message, ref int position)
    {
        int start = position;
        while (position < message.Length)
        {
            int label = message[position];
            if (label >= PointerMark)
            {
                if (position + 1 >= message.Length || !IsEarlier(PointerTarget(message, position), start))
                    return false;

                position += 2;
                return true;
            }

            if (label > MaxLabelLength)
                return false;

            position += label + 1;
            if (position - start > MaxLength)
                return false;
            if (label == 0)
                return position <= message.Length;
        }

        return false;
    }

    /// <summary>
    /// Writes the name at <paramref name="position"/> with its pointers followed into <paramref name="name"/> (255 bytes are enough)
    /// and moves <paramref name="position"/> past it.
    /// </summary>
    public static bool TryExpand(ReadOnlySpan<byte> message, ref int position, Span<byte> name, out int length)
    {
        length = 0;
        int segment = position, read = position, after = -1;
        while (read < message.Length)
        {
            int label = message[read];
            if (label >= PointerMark)
            {
                if (read + 1 >= message.Length)
                    return false;

                int target = PointerTarget(message, read);
                if (!IsEarlier(target, segment))
                    return false;

                if (after < 0)
                    after = read + 2;
                segment = read = target;
                continue;
            }

            if (label > MaxLabelLength || read + label + 1 > message.Length || length + label + 1 > Math.Min(name.Length, MaxLength))
                return false;

            message.Slice(read, label + 1).CopyTo(name[length..]);
            length += label + 1;
            read += label + 1;
            if (label == 0)
            {
                position = after < 0 ? read : after;
                return true;
            }
        }

        return false;
    }

    /// <summary>True if both are the same bytes but for the case of ASCII letters.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.Length != other.Length)
            return false;

        for (int i = 0; i < one.Length; i++)
        {
            if (one[i] != other[i] && !((one[i] ^ other[i]) == 0x20 && char.IsAsciiLetter((char)one[i])))
                return false;
        }

        return true;
    }

    /// <summary>Copies <paramref name="name"/> with ASCII letters in lower case. Length bytes (at most 63) are below 'A' and stay as they are.</summary>
    public static void ToLower(ReadOnlySpan<byte> name, Span<byte> lower)
    {
        for (int i = 0; i < name.Length; i++)
            lower[i] = (byte)(name[i] | (char.IsAsciiLetterUpper((char)name[i]) ? 0x20 : 0));
    }

    private static int PointerTarget(ReadOnlySpan<byte> message, int position) =>
        BinaryPrimitives.ReadUInt16BigEndian(message[position..]) & 0x3FFF;

    private static bool IsEarlier(int target, int start) => target >= HeaderLength && target < start;
}
