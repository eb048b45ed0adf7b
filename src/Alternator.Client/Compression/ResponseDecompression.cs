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
}
