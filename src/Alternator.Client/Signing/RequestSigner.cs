using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace Alternator.Client;

/// <summary>
/// AWS Signature Version 4 for what this client sends: POST to <c>/</c> without a query, signing the headers <c>host</c>,
/// <c>x-amz-date</c>, <c>x-amz-target</c> and, with session credentials, <c>x-amz-security-token</c>. The derived key is kept for the
/// day; nothing is allocated per request. Source of the algorithm: "Create a signed AWS API request", AWS IAM user guide.
/// </summary>
internal sealed class RequestSigner(string region, string service = "dynamodb")
{
    private const int HashBytes = 32;
    private volatile SigningKey? _key;

    private static ReadOnlySpan<byte> SignedHeaders => "host;x-amz-date;x-amz-target"u8;

    private static ReadOnlySpan<byte> SignedHeadersWithToken => "host;x-amz-date;x-amz-security-token;x-amz-target"u8;

    /// <summary>Appends the headers X-Amz-Date, X-Amz-Security-Token (with session credentials) and Authorization.</summary>
    /// <param name="to">Where the head of the request is written.</param>
    /// <param name="hashes">Hash objects for this call alone.</param>
    /// <param name="credentials">The keys.</param>
    /// <param name="now">The time of signing.</param>
    /// <param name="host">The Host header as sent.</param>
    /// <param name="target">The X-Amz-Target header as sent.</param>
    /// <param name="body">The body as sent, compressed if it is sent compressed.</param>
    public void AppendHeaders(ByteBuffer to, SigningHashes hashes, SigningCredentials credentials, DateTimeOffset now, ReadOnlySpan<byte> host, ReadOnlySpan<byte> target, ReadOnlySpan<byte> body)
    {
        Span<byte> date = stackalloc byte[16];
        FormatDate(date, now.UtcDateTime);
        SigningKey key = KeyFor(credentials, date[..8]);
        ReadOnlySpan<byte> signed = credentials.Token is null ? SignedHeaders : SignedHeadersWithToken;

        Span<byte> hash = stackalloc byte[HashBytes];
        Span<byte> hex = stackalloc byte[HashBytes * 2];
        Digest(hashes.Sha256, body, hash, hex);

        int length = 128 + host.Length + target.Length + signed.Length + (credentials.Token?.Length ?? 0) + hex.Length + key.Scope.Length;
        byte[]? rented = length > 1024 ? ArrayPool<byte>.Shared.Rent(length) : null;
        var text = new SpanWriter(rented ?? stackalloc byte[1024]);
        text.Append("POST\n/\n\nhost:"u8);
        text.Append(host);
        text.Append("\nx-amz-date:"u8);
        text.Append(date);
        if (credentials.Token is { } token)
        {
            text.Append("\nx-amz-security-token:"u8);
            text.Append(token);
        }
        text.Append("\nx-amz-target:"u8);
        text.Append(target);
        text.Append("\n\n"u8);
        text.Append(signed);
        text.Append("\n"u8);
        text.Append(hex);
        Digest(hashes.Sha256, text.Written, hash, hex);

        text.Clear();
        text.Append("AWS4-HMAC-SHA256\n"u8);
        text.Append(date);
        text.Append("\n"u8);
        text.Append(key.Scope);
        text.Append("\n"u8);
        text.Append(hex);
        Digest(hashes.HmacOf(key), text.Written, hash, hex);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);

        to.Append("X-Amz-Date: "u8);
        to.Append(date);
        if (credentials.Token is not null)
        {
            to.Append("\r\nX-Amz-Security-Token: "u8);
            to.Append(credentials.Token);
        }
        to.Append("\r\nAuthorization: AWS4-HMAC-SHA256 Credential="u8);
        to.Append(credentials.AccessKey);
        to.Append("/"u8);
        to.Append(key.Scope);
        to.Append(", SignedHeaders="u8);
        to.Append(signed);
        to.Append(", Signature="u8);
        to.Append(hex);
        to.Append("\r\n"u8);
    }

    private static void Digest(IncrementalHash with, ReadOnlySpan<byte> bytes, Span<byte> hash, Span<byte> hex)
    {
        with.AppendData(bytes);
        with.GetHashAndReset(hash);
        Convert.TryToHexStringLower(hash, hex, out _);
    }

    private static void FormatDate(Span<byte> to, DateTime now)
    {
        now.TryFormat(to, out _, "yyyyMMdd", CultureInfo.InvariantCulture);
        to[8] = (byte)'T';
        now.TryFormat(to[9..], out _, "HHmmss", CultureInfo.InvariantCulture);
        to[15] = (byte)'Z';
    }

    private SigningKey KeyFor(SigningCredentials credentials, ReadOnlySpan<byte> day)
    {
        if (_key is { } known && ReferenceEquals(known.Credentials, credentials) && known.Scope.AsSpan(0, 8).SequenceEqual(day))
            return known;
        var key = new SigningKey(credentials, System.Text.Encoding.ASCII.GetString(day), region, service);
        _key = key;
        return key;
    }

    private ref struct SpanWriter(Span<byte> to)
    {
        private readonly Span<byte> _to = to;
        private int _length;

        public readonly ReadOnlySpan<byte> Written => _to[.._length];

        public void Append(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_to[_length..]);
            _length += bytes.Length;
        }

        public void Clear() => _length = 0;
    }
}
