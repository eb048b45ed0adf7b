using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Alternator.Client;

/// <summary>How the end of a body is found.</summary>
internal enum BodyFraming
{
    Length,
    Chunked,
    UntilClose,
}

/// <summary>The head of an HTTP/1.1 answer: status and the few headers that matter, read from bytes without making strings.</summary>
internal struct HttpHead
{
    /// <summary>The longest head that is accepted.</summary>
    public const int MaxBytes = 32 * 1024;

    public int Status;
    public long ContentLength;
    public BodyFraming Framing;
    public bool KeepAlive;
    public Range ContentEncoding;
    public Range RequestId;
    public bool HasContentEncoding;
    public bool HasRequestId;
    public bool HasCrc32;
    public uint Crc32;

    /// <summary>The length of the head with the empty line that ends it, or -1 while it isn't complete.</summary>
    public static int Find(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf("\r\n\r\n"u8);
        return end < 0 ? -1 : end + 4;
    }

    /// <summary>Reads a complete head.</summary>
    /// <exception cref="HttpProtocolException">It isn't HTTP/1.</exception>
    public static HttpHead Parse(ReadOnlySpan<byte> head)
    {
        int line = head.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> start = head[..line];
        // HTTP/1.1 200 OK; the reason may be absent.
        if (start.Length < 12 || !start.StartsWith("HTTP/1."u8) || start[8] != ' ' || !Utf8Parser.TryParse(start.Slice(9, 3), out int status, out int digits)
            || digits != 3 || status < 100 || (start.Length > 12 && start[12] != ' '))
            throw new HttpProtocolException("The node's answer doesn't begin as HTTP/1 does.");
        var result = new HttpHead { Status = status, ContentLength = -1, KeepAlive = start[7] != '0' };
        bool chunked = false;
        int at = line + 2;
        while (at < head.Length - 2)
        {
            int length = head[at..].IndexOf("\r\n"u8);
            ReadOnlySpan<byte> field = head.Slice(at, length);
            int colon = field.IndexOf((byte)':');
            if (colon <= 0 || field[0] is (byte)' ' or (byte)'\t' || field[colon - 1] is (byte)' ' or (byte)'\t')
                throw new HttpProtocolException("A header of the node's answer is malformed.");
            (int from, int to) = Trim(field, colon + 1);
            result.Note(field[..colon], field[from..to], (at + from)..(at + to), ref chunked);
            at += length + 2;
        }
        bool bodyless = status is < 200 or 204 or 304;
        // A length beside chunks is how requests are smuggled past a proxy; nobody honest sends both.
        if (chunked && result.ContentLength >= 0)
            throw new HttpProtocolException("The node's answer has both a length and chunks.");
        if (bodyless)
            (result.Framing, result.ContentLength) = (BodyFraming.Length, 0);
        else
            result.Framing = chunked ? BodyFraming.Chunked : result.ContentLength >= 0 ? BodyFraming.Length : BodyFraming.UntilClose;
        if (result.Framing == BodyFraming.UntilClose)
            result.KeepAlive = false;
        return result;
    }

    /// <summary>All headers as text, for those who ask for them by name.</summary>
    public static List<KeyValuePair<string, string>> Fields(ReadOnlySpan<byte> head)
    {
        var fields = new List<KeyValuePair<string, string>>();
        string[] lines = Encoding.Latin1.GetString(head).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        foreach (string line in lines.AsSpan(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                fields.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }
        return fields;
    }

    private void Note(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Range where, ref bool chunked)
    {
        switch (name.Length)
        {
            case 14 when Ascii.EqualsIgnoreCase(name, "Content-Length"u8):
                if (!Utf8Parser.TryParse(value, out long length, out int used) || used != value.Length || length < 0 || value[0] is (byte)'+' or (byte)'-'
                    || (ContentLength >= 0 && ContentLength != length))
                    throw new HttpProtocolException("The length of the node's answer is no number, or is given twice.");
                ContentLength = length;
                break;
            case 17 when Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8):
                if (!Ascii.EqualsIgnoreCase(value, "chunked"u8))
                    throw new HttpProtocolException($"The node's answer has the transfer coding '{Encoding.Latin1.GetString(value[..Math.Min(value.Length, 40)])}', which isn't understood.");
                chunked = true;
                break;
            case 10 when Ascii.EqualsIgnoreCase(name, "Connection"u8):
                if (Has(value, "close"u8))
                    KeepAlive = false;
                else if (Has(value, "keep-alive"u8))
                    KeepAlive = true;
                break;
            case 16 when Ascii.EqualsIgnoreCase(name, "Content-Encoding"u8):
                (HasContentEncoding, ContentEncoding) = (true, where);
                break;
            case 16 when Ascii.EqualsIgnoreCase(name, "x-amzn-RequestId"u8):
                (HasRequestId, RequestId) = (true, where);
                break;
            case 11 when Ascii.EqualsIgnoreCase(name, "x-amz-crc32"u8):
                HasCrc32 = uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out Crc32);
                break;
        }
    }

    private static bool Has(ReadOnlySpan<byte> list, ReadOnlySpan<byte> token)
    {
        foreach (Range part in list.Split((byte)','))
        {
            ReadOnlySpan<byte> item = list[part];
            (int from, int to) = Trim(item, 0);
            if (Ascii.EqualsIgnoreCase(item[from..to], token))
                return true;
        }
        return false;
    }

    private static (int From, int To) Trim(ReadOnlySpan<byte> bytes, int from)
    {
        int to = bytes.Length;
        while (from < to && bytes[from] is (byte)' ' or (byte)'\t')
            from++;
        while (to > from && bytes[to - 1] is (byte)' ' or (byte)'\t')
            to--;
        return (from, to);
    }
}
