using System.Buffers.Binary;

namespace Alternator.Emulator.Protocol;

/// <summary>The body is not what its Content-Encoding says.</summary>
internal sealed class InflateException(string message) : Exception(message);

/// <summary>
/// Unpacks gzip (RFC 1952) and zlib (RFC 1950) bodies. Several members after each other are one body; each must be complete
/// and end with its right checksum, and nothing else may follow. The base library's streams pass over trailing bytes and
/// do not read several zlib streams, so this reads the format itself.
/// </summary>
internal static class Inflate
{
    /// <returns>False when the content is longer than <paramref name="limit"/>.</returns>
    /// <exception cref="InflateException">The body is broken or cut.</exception>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, bool gzip, int limit, AnswerBuffer output)
    {
        if (packed.IsEmpty) throw new InflateException("An empty body is no complete stream");
        while (!packed.IsEmpty)
        {
            int from = output.Length;
            int position = gzip ? GzipHeader(packed) : ZlibHeader(packed);
            int used = DeflateReader.Read(packed[position..], output, limit);
            if (used < 0) return false;
            position += used;
            ReadOnlySpan<byte> content = output.Written.Span[from..];
            position += gzip ? GzipTrailer(packed[position..], content) : ZlibTrailer(packed[position..], content);
            packed = packed[position..];
        }

        return true;
    }

    private static int GzipHeader(ReadOnlySpan<byte> packed)
    {
        const int extra = 4, name = 8, comment = 16, headerCrc = 2;
        if (packed.Length < 10 || packed[0] != 0x1F || packed[1] != 0x8B) throw new InflateException("No gzip header");
        byte flags = packed[3];
        if (packed[2] != 8 || (flags & 0xE0) != 0) throw new InflateException("Unknown gzip method or flags");
        int position = 10;
        if ((flags & extra) != 0)
        {
            Require(packed, position + 2);
            position += 2 + BinaryPrimitives.ReadUInt16LittleEndian(packed[position..]);
            Require(packed, position);
        }

        if ((flags & name) != 0) position = AfterZero(packed, position);
        if ((flags & comment) != 0) position = AfterZero(packed, position);
        if ((flags & headerCrc) != 0) position += 2;
        Require(packed, position);
        return position;
    }

    private static int ZlibHeader(ReadOnlySpan<byte> packed)
    {
        Require(packed, 2);
        if ((packed[0] & 0x0F) != 8 || (packed[0] >> 4) > 7 || (((packed[0] << 8) | packed[1]) % 31) != 0 || (packed[1] & 0x20) != 0)
            throw new InflateException("No zlib header");
        return 2;
    }

    private static int GzipTrailer(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> content)
    {
        Require(rest, 8);
        if (BinaryPrimitives.ReadUInt32LittleEndian(rest) != Checksums.Crc32(content) || BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]) != (uint)content.Length)
            throw new InflateException("The checksum or length of a gzip member is wrong");
        return 8;
    }

    private static int ZlibTrailer(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> content)
    {
        Require(rest, 4);
        if (BinaryPrimitives.ReadUInt32BigEndian(rest) != Checksums.Adler32(content)) throw new InflateException("The checksum of a zlib stream is wrong");
        return 4;
    }

    private static int AfterZero(ReadOnlySpan<byte> packed, int position)
    {
        int zero = packed[position..].IndexOf((byte)0);
        return zero < 0 ? throw new InflateException("The header does not end") : position + zero + 1;
    }

    private static void Require(ReadOnlySpan<byte> bytes, int length)
    {
        if (bytes.Length < length) throw new InflateException("The stream is cut");
    }
}
