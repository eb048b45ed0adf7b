namespace Alternator.Emulator.Protocol;

/// <summary>The checksums of RFC 1950 and RFC 1952.</summary>
internal static class Checksums
{
    private static readonly uint[] Table = MakeTable();

    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes) crc = Table[(crc ^ b) & 0xFF] ^ (crc >> 8);
        return ~crc;
    }

    public static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        uint a = 1, b = 0;
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> part = bytes[..Math.Min(5552, bytes.Length)];
            foreach (byte value in part)
            {
                a += value;
                b += a;
            }

            a %= 65521;
            b %= 65521;
            bytes = bytes[part.Length..];
        }

        return (b << 16) | a;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
