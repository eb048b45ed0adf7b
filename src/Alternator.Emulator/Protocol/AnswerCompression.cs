using System.Globalization;
using System.IO.Compression;
using Alternator.Emulator.SystemTables;
using Microsoft.Extensions.Primitives;

namespace Alternator.Emulator.Protocol;

/// <summary>
/// Packs answers that are long enough, when the client accepts it. Of the encodings that Accept-Encoding names (gzip,
/// deflate and *) the one with the highest q wins, of equals the first; identity is passed over, as Alternator does, and
/// without a header nothing is packed.
/// </summary>
/// <remarks>Source: alternator/http_compression.cc in scylladb at f4a4091ca2; from release 2026.1 on.</remarks>
internal sealed class AnswerCompression(EmulatorRelease release, LiveSettings settings)
{
    private readonly bool _known = release.CompressesBodies;

    public void Pack(NodeRequest request)
    {
        if (!_known || request.Plain || settings.CompressionLevel == 0 || settings.CompressionThreshold <= 0) return;
        StringValues accepted = request.Http.Headers.AcceptEncoding;
        if (accepted.Count == 0) return;
        int length = request.Body.Length;
        if (length < settings.CompressionThreshold && !request.Streamed) return;
        if (Choose(accepted.ToString()) is not { } encoding) return;

        using var packed = new MemoryStream(length / 2);
        var level = new ZLibCompressionOptions { CompressionLevel = settings.CompressionLevel };
        using (Stream stream = encoding == "gzip" ? new GZipStream(packed, level, leaveOpen: true) : new ZLibStream(packed, level, leaveOpen: true))
            stream.Write(request.Body.Written.Span);
        request.Body.Clear();
        request.Body.Write(packed.GetBuffer().AsSpan(0, (int)packed.Length));
        request.ContentEncoding = encoding;
    }

    /// <summary>The encoding to use: gzip, deflate or null for none.</summary>
    public static string? Choose(string acceptEncoding)
    {
        double? gzip = null, deflate = null, any = null;
        string? best = null;
        double bestQ = double.Epsilon;
        foreach (string entry in acceptEncoding.Split(','))
        {
            string[] parts = entry.Split(';');
            string name = parts[0].Trim().ToLowerInvariant();
            if (name is not ("gzip" or "deflate" or "*")) continue;
            ref double? known = ref gzip;
            if (name == "deflate") known = ref deflate;
            else if (name == "*") known = ref any;
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
