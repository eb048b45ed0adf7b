using System.Buffers.Binary;
using System.Numerics;

namespace Alternator.Emulator.Engine;

/// <summary>The token of a partition key, as Murmur3Partitioner has it.</summary>
/// <remarks>
/// The first half of MurmurHash3 x64 128 with seed 0, with Cassandra's sign extension of the last bytes; the least
/// 64-bit value is not a token and becomes the greatest. Source: Cassandra's MurmurHash.hash3_x64_128, which ScyllaDB follows.
/// </remarks>
internal static class Murmur3
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    /// <summary>The token of a serialized partition key.</summary>
    public static long Token(ReadOnlySpan<byte> key)
    {
        ulong h1 = 0;
        ulong h2 = 0;
        var rest = key;
        while (rest.Length >= 16)
        {
            h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(rest));
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
            h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
            rest = rest[16..];
        }

        if (rest.Length > 8)
        {
            h2 ^= Mix2(Tail(rest[8..]));
        }

        if (rest.Length > 0)
        {
            h1 ^= Mix1(Tail(rest[..Math.Min(8, rest.Length)]));
        }

        h1 ^= (ulong)key.Length;
        h2 ^= (ulong)key.Length;
        h1 += h2;
        h2 += h1;
        h1 = Finish(h1);
        h2 = Finish(h2);
        var token = (long)(h1 + h2);
        return token == long.MinValue ? long.MaxValue : token;
    }

    private static ulong Mix1(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong Mix2(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Tail(ReadOnlySpan<byte> bytes)
    {
        ulong k = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            k ^= (ulong)(long)(sbyte)bytes[i] << (8 * i);
        }

        return k;
    }

    private static ulong Finish(ulong k)
    {
        k ^= k >> 33;
        k *= 0xff51afd7ed558ccd;
        k ^= k >> 33;
        k *= 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }
}
