using System.Buffers;
using System.Text;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

/// <summary>The seed of a partition key's query plan: a byte for the type, then the value, hashed.</summary>
internal static class KeySeed
{
    private const byte StringPrefix = 1;
    private const byte NumberPrefix = 2;
    private const byte BinaryPrefix = 3;

    /// <summary>The seed of a key value of type S, N or B; any other type has none. A number counts as it is written: 42 and 42.0 differ.</summary>
    public static bool TryGet(AttributeValue value, out long seed)
    {
        switch (value)
        {
            case { S: { } text }:
                seed = Of(StringPrefix, text);
                return true;
            case { N: { } number }:
                seed = Of(NumberPrefix, number);
                return true;
            case { B: { } binary }:
                seed = Of(BinaryPrefix, binary.TryGetBuffer(out ArraySegment<byte> bytes) ? bytes : binary.ToArray());
                return true;
            default:
                seed = 0;
                return false;
        }
    }

    private static long Of(byte prefix, string text)
    {
        int most = 1 + Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> buffer = rented ?? stackalloc byte[512];
        buffer[0] = prefix;
        int length = 1 + Encoding.UTF8.GetBytes(text, buffer[1..]);
        long seed = MurmurHash3.FirstHalf(buffer[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return seed;
    }

    private static long Of(byte prefix, ReadOnlySpan<byte> binary)
    {
        int length = 1 + binary.Length;
        byte[]? rented = length > 512 ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> buffer = rented ?? stackalloc byte[512];
        buffer[0] = prefix;
        binary.CopyTo(buffer[1..]);
        long seed = MurmurHash3.FirstHalf(buffer[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return seed;
    }
}
