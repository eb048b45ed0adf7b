using System.IO.Compression;

namespace Alternator.Client;

/// <summary>Unpacking of answers: one coding, and only one that was asked for; anything else is passed on as it is.</summary>
internal static class ResponseDecompression
{
    public static Func<Stream, Stream>? Decoder(string coding, ResponseCompression asked)
    {
        ReadOnlySpan<char> name = coding;
        int parameters = name.IndexOf(';');
        name = (parameters < 0 ? name : name[..parameters]).Trim();
        if (asked.HasFlag(ResponseCompression.Gzip) && name.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            return static packed => new GZipStream(packed, CompressionMode.Decompress);
        // HTTP's deflate has the header and checksum of zlib around the deflated data.
        if (asked.HasFlag(ResponseCompression.Deflate) && name.Equals("deflate", StringComparison.OrdinalIgnoreCase))
            return static packed => new ZLibStream(packed, CompressionMode.Decompress);
        return null;
    }

    /// <summary>The body as it was before it was packed.</summary>
    /// <param name="packed">What was received.</param>
    /// <param name="decoder">From <see cref="Decoder"/>.</param>
    /// <param name="limit">The largest body that is accepted, in bytes: a few packed bytes may stand for a great many.</param>
    /// <exception cref="AttemptException">It is broken or too large.</exception>
    public static byte[] Unpack(byte[] packed, Func<Stream, Stream> decoder, int limit)
    {
        using Stream stream = decoder(new MemoryStream(packed));
        using var unpacked = new MemoryStream((int)Math.Min(4L * packed.Length, limit));
        try
        {
            Span<byte> piece = stackalloc byte[8192];
            for (int read; (read = stream.Read(piece)) > 0;)
            {
                if (unpacked.Length + read > limit)
                    throw new InvalidDataException($"It is larger than {limit} bytes when unpacked.");
                unpacked.Write(piece[..read]);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new AttemptException($"The node's compressed answer can't be unpacked. {exception.Message}", maybeExecuted: true, nodeAnswered: true, exception);
        }
        return unpacked.ToArray();
    }
}
