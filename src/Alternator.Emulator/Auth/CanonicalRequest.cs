using System.Security.Cryptography;
using System.Text;
using Alternator.Emulator.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace Alternator.Emulator.Auth;

/// <summary>What a version 4 signature signs, written as bytes.</summary>
/// <remarks>Source: AWS, "Create a signed AWS API request".</remarks>
internal static class CanonicalRequest
{
    /// <summary>Writes the 64 hexadecimal digits of the signature that the request should carry.</summary>
    public static void Sign(
        IHttpRequestFeature http, Authorization parts, string date, string day, string region, string service,
        ReadOnlySpan<byte> body, byte[] key, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[32];
        Span<byte> hex = stackalloc byte[64];

        // Headers were decoded byte for byte, so Latin-1 gives the bytes back as they came.
        var text = new AnswerBuffer();
        Append(text, http.Method);
        text.Write("\n/\n\n"u8);
        foreach (string name in parts.InOrder())
        {
            Append(text, name);
            text.Write(":"u8);
            AppendCollapsed(text, http.Headers[name].ToString());
            text.Write("\n"u8);
        }

        text.Write("\n"u8);
        Append(text, parts.SignedHeaders);
        text.Write("\n"u8);
        SHA256.HashData(body, hash);
        Hex(hash, hex);
        text.Write(hex);

        SHA256.HashData(text.Written.Span, hash);
        Hex(hash, hex);
        text.Clear();
        text.Write("AWS4-HMAC-SHA256\n"u8);
        Append(text, date);
        text.Write("\n"u8);
        Append(text, day);
        text.Write("/"u8);
        Append(text, region);
        text.Write("/"u8);
        Append(text, service);
        text.Write("/aws4_request\n"u8);
        text.Write(hex);

        HMACSHA256.HashData(key, text.Written.Span, hash);
        Hex(hash, signature);
        text.Release();
    }

    /// <summary>Compares in a time that does not depend on where the two differ.</summary>
    public static bool Matches(ReadOnlySpan<byte> expected, string given)
    {
        if (given.Length != expected.Length) return false;
        int difference = 0;
        for (int i = 0; i < given.Length; i++) difference |= given[i] ^ expected[i];
        return difference == 0;
    }

    private static void Append(AnswerBuffer buffer, string text)
    {
        int length = Encoding.Latin1.GetBytes(text, buffer.GetSpan(text.Length));
        buffer.Advance(length);
    }

    /// <summary>Several spaces count as one.</summary>
    private static void AppendCollapsed(AnswerBuffer buffer, string text)
    {
        Span<byte> to = buffer.GetSpan(text.Length);
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == ' ' && i > 0 && text[i - 1] == ' ') continue;
            to[length++] = (byte)text[i];
        }

        buffer.Advance(length);
    }

    private static void Hex(ReadOnlySpan<byte> bytes, Span<byte> digits) => Convert.TryToHexStringLower(bytes, digits, out _);
}
