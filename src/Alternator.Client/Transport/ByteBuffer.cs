using System.Buffers;

namespace Alternator.Client;

/// <summary>Bytes that grow, in an array rented from the shared pool. Owned by one user at a time.</summary>
internal sealed class ByteBuffer : IBufferWriter<byte>, IDisposable
{
    private readonly int _initial;
    private byte[] _array;
    private int _start;
    private int _end;

    public ByteBuffer(int initial)
    {
        _initial = initial;
        _array = ArrayPool<byte>.Shared.Rent(initial);
    }

    /// <summary>The bytes that were written and not yet dropped.</summary>
    public ReadOnlySpan<byte> Written => _array.AsSpan(_start, _end - _start);

    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(_start, _end - _start);

    /// <summary>The same, to be changed.</summary>
    public Span<byte> Contents => _array.AsSpan(_start, _end - _start);

    public int Length => _end - _start;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_array.Length - _end), nameof(count));
        _end += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsSpan(_end);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_array.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Takes bytes away at the front.</summary>
    public void Drop(int count)
    {
        _start += count;
        if (_start == _end)
            _start = _end = 0;
    }

    /// <summary>Takes bytes away in the middle: <paramref name="count"/> of them from <paramref name="offset"/> on.</summary>
    public void Cut(int offset, int count)
    {
        if (count == 0)
            return;
        int from = _start + offset + count;
        Buffer.BlockCopy(_array, from, _array, _start + offset, _end - from);
        _end -= count;
    }

    /// <summary>Empties it, and gives back an array that has become much larger than usual.</summary>
    public void Clear()
    {
        _start = _end = 0;
        if (_array.Length > 16 * _initial)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = ArrayPool<byte>.Shared.Rent(_initial);
        }
    }

    public void Dispose()
    {
        byte[] array = _array;
        _array = [];
        _start = _end = 0;
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
    }

    private void Reserve(int count)
    {
        if (_array.Length - _end >= count)
            return;
        ObjectDisposedException.ThrowIf(_array.Length == 0, this);
        int length = _end - _start;
        if (_start > 0 && _array.Length - length >= count && _start >= length)
        {
            Buffer.BlockCopy(_array, _start, _array, 0, length);
        }
        else
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(length + count), (int)Math.Min(2L * _array.Length, Array.MaxLength)));
            Buffer.BlockCopy(_array, _start, larger, 0, length);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }
        _start = 0;
        _end = length;
    }
}
