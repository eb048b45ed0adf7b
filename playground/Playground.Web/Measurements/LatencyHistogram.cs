namespace Playground.Web.Measurements;

/// <summary>
/// Latencies in buckets whose width is a sixteenth of their power of two, so a percentile is off by at most 6 %.
/// The idea is that of HdrHistogram; not thread-safe, its owner locks.
/// </summary>
public sealed class LatencyHistogram
{
    private const int SubBuckets = 16;
    private const int SubBucketBits = 4;
    private const int Buckets = SubBuckets * 30;

    private readonly int[] _counts = new int[Buckets];

    public long Count { get; private set; }

    public void Add(TimeSpan latency)
    {
        _counts[IndexOf((long)latency.TotalMicroseconds)]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < Buckets; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>The latency, in milliseconds, that <paramref name="share"/> of the values do not exceed; null without values.</summary>
    public double? PercentileMilliseconds(double share)
    {
        if (Count == 0)
            return null;
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        for (var i = 0; i < Buckets; i++)
        {
            rank -= _counts[i];
            if (rank <= 0)
                return MiddleOf(i) / 1000;
        }
        return MiddleOf(Buckets - 1) / 1000;
    }

    private static int IndexOf(long microseconds)
    {
        if (microseconds < SubBuckets)
            return (int)Math.Max(0, microseconds);
        var shift = 63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)microseconds) - SubBucketBits;
        return Math.Min(Buckets - 1, (shift + 1) * SubBuckets + (int)(microseconds >> shift) - SubBuckets);
    }

    private static double MiddleOf(int index)
    {
        if (index < SubBuckets)
            return index;
        var shift = index / SubBuckets - 1;
        return (SubBuckets + index % SubBuckets + 0.5) * (1L << shift);
    }
}
