using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Alternator.Client.Tests.Wire;

/// <summary>Recomputes a signature from the bytes on the wire, as a server that enforces it does: the hash of the body as received, the
/// headers named in SignedHeaders as received (an absent one counts as empty), repeated spaces collapsed. Shares no code with the
/// client.</summary>
internal static class ServerSignature
{
    /// <returns>Null when it holds, or what is wrong.</returns>
    public static string? Fault(WireRequest request, string accessKey, string secretKey, DateTimeOffset? now = null)
    {
        string? authorization = request.Header("Authorization");
        if (authorization is null || !authorization.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
            return "no AWS4-HMAC-SHA256 authorization";
        Dictionary<string, string> parts = authorization["AWS4-HMAC-SHA256 ".Length..].Split(',').Select(part => part.Trim().Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        string[] credential = parts["Credential"].Split('/');
        if (credential.Length != 5 || credential[0] != accessKey || credential[4] != "aws4_request")
            return $"credential {parts["Credential"]}";
        string date = request.Header("X-Amz-Date") ?? "";
        if (!date.StartsWith(credential[1], StringComparison.Ordinal))
            return $"date {date} doesn't match the scope";
        var at = DateTimeOffset.ParseExact(date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if (((now ?? DateTimeOffset.UtcNow) - at).Duration() > TimeSpan.FromMinutes(15))
            return $"date {date} is more than 15 minutes off";
        string[] signed = parts["SignedHeaders"].Split(';');
        if (!signed.Contains("host") || !signed.Contains("x-amz-date") || !signed.SequenceEqual(signed.Order(StringComparer.Ordinal)))
            return $"signed headers {parts["SignedHeaders"]}";
        foreach (string name in signed)
        {
            if (request.Header(name) is null)
                return $"{name} is signed and not sent";
        }
        var canonical = new StringBuilder();
        canonical.Append(request.Method).Append('\n').Append("/\n\n");
        foreach (string name in signed)
            canonical.Append(name).Append(':').Append(string.Join(' ', (request.Header(name) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))).Append('\n');
        canonical.Append('\n').Append(parts["SignedHeaders"]).Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(request.Body)));
        string text = $"AWS4-HMAC-SHA256\n{date}\n{string.Join('/', credential[1..])}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (string part in credential[1..])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        string expected = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
        return expected == parts["Signature"] ? null : "wrong signature";
    }
}
