using System.Buffers.Binary;
using System.Globalization;

namespace Alternator.Emulator.Streams;

/// <summary>The changes of one part of the token range, in order; kept for 24 hours.</summary>
internal sealed class StreamShard
{
    private static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private readonly List<StreamRecord> _records = [];
    private readonly long _first;
    private readonly long _last;

    /// <summary>Makes one of <paramref name="count"/> shards that divide the tokens evenly.</summary>
    public StreamShard(int number, int count, DateTimeOffset createdAt, Guid stream)
    {
        var width = ulong.MaxValue / (ulong)count;
        _first = unchecked(long.MinValue + (long)(width * (ulong)number));
        _last = number == count - 1 ? long.MaxValue : unchecked(long.MinValue + (long)(width * (ulong)(number + 1))) - 1;

        // The form of ScyllaDB's ids: the generation's time, and a CDC stream id that begins with the token.
        Span<byte> id = stackalloc byte[16];
        Span<byte> streamId = stackalloc byte[16];
        stream.TryWriteBytes(streamId);
        BinaryPrimitives.WriteInt64BigEndian(id, _last);
        streamId[8..].CopyTo(id[8..]);
        Id = string.Create(CultureInfo.InvariantCulture, $"H {createdAt.ToUnixTimeMilliseconds():x}:{Convert.ToHexStringLower(id)}");
        Start = StreamClock.At(createdAt);
    }

    /// <summary>The id, 46 characters.</summary>
    public string Id { get; }

    /// <summary>The sequence number before all changes of the shard.</summary>
    public UInt128 Start { get; }

    /// <summary>True when the token's changes are here.</summary>
    public bool Holds(long token) => token >= _first && token <= _last;

    /// <summary>Adds a change later than all before it.</summary>
    public void Add(StreamRecord record)
    {
        lock (_gate)
        {
            if (_records.Count > 0 && _records[0].Time < record.Time - Retention)
            {
                _records.RemoveRange(0, _records.FindIndex(old => old.Time >= record.Time - Retention) is var kept && kept < 0 ? _records.Count : kept);
            }

            _records.Add(record);
        }
    }

    /// <summary>Changes from a sequence number on, up to those that are visible now.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="inclusive">True to take the change of that very number.</param>
    /// <param name="visibleUntil">The latest time of changes that are visible.</param>
    /// <param name="limit">The most to take.</param>
    public List<StreamRecord> Read(UInt128 from, bool inclusive, DateTimeOffset visibleUntil, int limit)
    {
        var result = new List<StreamRecord>();
        lock (_gate)
        {
            int low = 0, high = _records.Count;
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (inclusive ? _records[middle].Sequence < from : _records[middle].Sequence <= from)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            for (; low < _records.Count && result.Count < limit && _records[low].Time <= visibleUntil; low++)
            {
                result.Add(_records[low]);
            }
        }

        return result;
    }
}
