namespace Alternator.Emulator.Streams;

/// <summary>Gives sequence numbers: the time in 100 ns since 1582 as in time UUIDs, then a counter; always ascending.</summary>
/// <remarks>Amazon's libraries take sequence numbers for ascending integers of at most 40 digits (ScyllaDB issue 7424).</remarks>
internal sealed class StreamClock(TimeProvider time)
{
    private static readonly long GregorianStart = new DateTime(1582, 10, 15, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private readonly Lock _gate = new();
    private UInt128 _last;

    /// <summary>The last number given.</summary>
    public UInt128 Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>The least number of a time.</summary>
    public static UInt128 At(DateTimeOffset time) => (UInt128)(ulong)(time.UtcTicks - GregorianStart) << 64;

    /// <summary>The next number, with its time.</summary>
    public (UInt128 Sequence, DateTimeOffset Time) Next()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var sequence = At(now) + 1;
            _last = sequence > _last ? sequence : _last + 1;
            return (_last, now);
        }
    }
}
