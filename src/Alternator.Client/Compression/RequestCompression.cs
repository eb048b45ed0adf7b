using System.IO.Compression;

namespace Alternator.Client;

/// <summary>gzip of request bodies, once per request and before signing.</summary>
internal static class RequestCompression
{
    public static byte[] Gzip(ReadOnlySpan<byte> body)
    {
        using var packed = new MemoryStream(body.Length / 2);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(body);
        return packed.ToArray();
    }
}
