using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.Primitives;

namespace Alternator.Emulator.Protocol;

/// <summary>
/// Packs answers that are long enough, when the client accepts it. Of the encodings that Accept-Encoding names (gzip,
/// deflate, * and identity) the one with the highest q wins, of equals the first; without a header nothing is packed.
/// </summary>
/// <remarks>Source: alternator/http_compression.cc in scylladb at f4a4091ca2; from release 2026.1 on.</remarks>
internal sealed class AnswerCompression(EmulatorOptions options)
{
    // Query and Scan answers beyond this size are streamed by ScyllaDB, before their length is known: long enough in any case.
    private const int StreamedFrom = 100 * 1024;

    private readonly bool _off = options.Release < EmulatorRelease.V2026_1 || options.ResponseCompressionLevel == 0 || options.ResponseCompressionThreshold <= 0;

    public void Pack(NodeRequest request)
    {
        if (_off || request.Plain) return;
        StringValues accepted = request.Http.Headers.AcceptEncoding;
        if (accepted.Count == 0) return;
        int length = request.Body.Length;
        if (length < options.ResponseCompressionThreshold && length < StreamedFrom) return;
        if (Choose(accepted.ToString()) is not { } encoding) return;

        using var packed = new MemoryStream(length / 2);
        var level = new ZLibCompressionOptions { CompressionLevel = options.ResponseCompressionLevel };
        using (Stream stream = encoding == "gzip" ? new GZipStream(packed, level, leaveOpen: true) : new ZLibStream(packed, level, leaveOpen: true))
            stream.Write(request.Body.Written.Span);
        request.Body.Clear();
        request.Body.Write(packed.GetBuffer().AsSpan(0, (int)packed.Length));
        request.ContentEncoding = encoding;
    }

    /// <summary>The encoding to use: gzip, deflate or null for none.</summary>
    public static string? Choose(string acceptEncoding)
    {
        double? gzip = null, deflate = null, any = null, identity = null;
        string? best = null;
        double bestQ = double.Epsilon;
        foreach (string entry in acceptEncoding.Split(','))
        {
            string[] parts = entry.Split(';');
            string name = parts[0].Trim().ToLowerInvariant();
            if (name is not ("gzip" or "deflate" or "*" or "identity")) continue;
            ref double? known = ref gzip;
            if (name == "deflate") known = ref deflate;
            else if (name == "*") known = ref any;
            else if (name == "identity") known = ref identity;
            if (known is > 0) continue;
            double q = Quality(parts);
            known = q;

            // A named encoding beats "*" at the same q.
            if (q > bestQ || (best == "*" && q == bestQ))
            {
                best = name;
                bestQ = q;
            }
        }

        return best switch
        {
            "*" when gzip is null => "gzip",
            "*" when deflate is null => "deflate",
            "*" => gzip is > 0 && gzip >= deflate ? "gzip" : deflate is > 0 ? "deflate" : null,
            "identity" => null,
            _ => best,
        };
    }

    private static double Quality(string[] parts)
    {
        for (int i = 1; i < parts.Length; i++)
        {
            int at = parts[i].IndexOf("q=", StringComparison.Ordinal);
            if (at < 0) continue;
            if (double.TryParse(parts[i][(at + 2)..].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double q) && !double.IsNaN(q))
                return Math.Clamp(q, 0, 1);
        }

        return 1;
    }
}
