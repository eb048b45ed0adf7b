using System.Buffers.Binary;

namespace Alternator.Dns.Messages;

/// <summary>The fixed part of an EDNS record (RFC 6891 section 6.1): class is the UDP size, the TTL holds the version and flags.</summary>
internal readonly record struct OptRecord(bool Present, int UdpPayload, byte Version, ushort Flags)
{
    public const ushort DnssecOkFlag = 0x8000;

    /// <summary>Reads type, class, TTL and length of a record that is known to be an OPT record.</summary>
    public static OptRecord Read(ReadOnlySpan<byte> fixedPart) => new(
        Present: true,
        UdpPayload: BinaryPrimitives.ReadUInt16BigEndian(fixedPart[2..]),
        Version: fixedPart[5],
        Flags: BinaryPrimitives.ReadUInt16BigEndian(fixedPart[6..]));

    /// <summary>True if the data is a row of whole options: code, length and that many bytes each.</summary>
    public static bool HasWholeOptions(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (data.Length < 4)
                return false;

            int length = BinaryPrimitives.ReadUInt16BigEndian(data[2..]) + 4;
            if (length > data.Length)
                return false;
            data = data[length..];
        }

        return true;
    }
}
