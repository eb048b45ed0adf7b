namespace Alternator.Client;

/// <summary>
/// Takes the chunk sizes and trailers out of a chunked body, in place and step by step, in one pass over the bytes. Bounded: the
/// size of a chunk has at most eight digits, a line at most 1 KiB, the trailers 32 KiB.
/// </summary>
internal struct ChunkedBody
{
    private const int MaxLine = 1024;

    private int _remaining;
    private bool _inChunk;
    private bool _inTrailers;
    private int _trailerBytes;

    /// <summary>How much of the buffer is body already.</summary>
    public int Length { get; private set; }

    public bool IsComplete { get; private set; }

    /// <summary>Works on what has arrived.</summary>
    /// <param name="buffer">The buffer; the body begins at <paramref name="offset"/>.</param>
    /// <param name="offset">Where the body begins.</param>
    /// <param name="limit">The largest body that is accepted.</param>
    /// <exception cref="HttpProtocolException">It isn't chunked, or too large.</exception>
    public void Advance(ByteBuffer buffer, int offset, int limit)
    {
        Span<byte> bytes = buffer.Contents[offset..];
        int read = Length;
        while (!IsComplete)
        {
            if (_remaining > 0)
            {
                int taken = Math.Min(_remaining, bytes.Length - read);
                bytes.Slice(read, taken).CopyTo(bytes[Length..]);
                Length += taken;
                read += taken;
                _remaining -= taken;
                if (_remaining > 0)
                    break;
            }
            Span<byte> rest = bytes[read..];
            int end = rest.IndexOf("\r\n"u8);
            if (end < 0)
            {
                if (rest.Length > MaxLine)
                    throw new HttpProtocolException("A line of the node's chunked answer is too long.");
                break;
            }
            read += end + 2;
            EndOfLine(rest[..end], limit);
        }
        buffer.Cut(offset + Length, read - Length);
    }

    private void EndOfLine(ReadOnlySpan<byte> line, int limit)
    {
        if (line.Length > MaxLine)
            throw new HttpProtocolException("A line of the node's chunked answer is too long.");
        if (_inTrailers)
        {
            _trailerBytes += line.Length + 2;
            if (_trailerBytes > HttpHead.MaxBytes)
                throw new HttpProtocolException("The trailers of the node's answer are too long.");
            IsComplete = line.Length == 0;
        }
        else if (_inChunk)
        {
            if (line.Length != 0)
                throw new HttpProtocolException("A chunk of the node's answer is longer than it says.");
            _inChunk = false;
        }
        else
        {
            long size = SizeOf(line);
            if (size > limit - Length)
                throw new HttpProtocolException($"The node's answer is larger than {limit} bytes.");
            _remaining = (int)size;
            _inChunk = size > 0;
            _inTrailers = size == 0;
        }
    }

    private static long SizeOf(ReadOnlySpan<byte> line)
    {
        int extension = line.IndexOf((byte)';');
        ReadOnlySpan<byte> digits = (extension < 0 ? line : line[..extension]).TrimEnd(" \t"u8);
        long size = digits.Length is 0 or > 8 ? -1 : 0;
        foreach (byte digit in digits)
        {
            if (size < 0 || !char.IsAsciiHexDigit((char)digit))
                throw new HttpProtocolException("The size of a chunk of the node's answer is no number.");
            size = (size << 4) + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }
        return size >= 0 ? size : throw new HttpProtocolException("The size of a chunk of the node's answer is no number.");
    }
}
