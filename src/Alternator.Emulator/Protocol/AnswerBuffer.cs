using System.Buffers;

namespace Alternator.Emulator.Protocol;

/// <summary>
/// The body of the answer that is being made. It is complete before a byte is sent, because its length goes first and an
/// error may still replace it. Kept per connection; big arrays return to the pool after the request.
/// </summary>
internal sealed class AnswerBuffer : IBufferWriter<byte>
{
    private const int KeptBytes = 16 * 1024;
    private const int FirstBytes = 2048;
    private byte[] _bytes;
    private int _length;

    /// <param name="empty">The buffer is seldom used and begins without an array.</param>
    public AnswerBuffer(bool empty = false) => _bytes = empty ? [] : new byte[FirstBytes];

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public int Length => _length;

    public void Clear() => _length = 0;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _length);
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsSpan(_length);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        EnsureRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Empties the buffer and gives a big array back.</summary>
    public void Release()
    {
        _length = 0;
        if (_bytes.Length <= KeptBytes) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void EnsureRoom(int wanted)
    {
        int needed = Math.Max(wanted, 256);
        if (_bytes.Length - _length >= needed) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(FirstBytes, _bytes.Length * 2), _length + needed));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        if (_bytes.Length > KeptBytes) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
