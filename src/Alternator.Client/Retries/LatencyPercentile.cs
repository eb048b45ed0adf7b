using System.Numerics;

namespace Alternator.Client;

/// <summary>
/// A running percentile of latencies: counts in buckets that grow by an eighth of an octave, halved every 512 samples so that the past
/// fades. The percentile is worked out then and read without cost. Counts may be a little off under contention.
/// </summary>
internal sealed class LatencyPercentile(double percentile, long frequency)
{
    private const int PerOctave = 8;
    private const int Period = 512;

    private readonly int[] _counts = new int[PerOctave * 24];
    private int _samples;
    private long _value = long.MaxValue;

    /// <summary>The percentile in timestamp ticks; <see cref="long.MaxValue"/> until there are enough samples.</summary>
    public long Value => Volatile.Read(ref _value);

    public void Add(long ticks)
    {
        Interlocked.Increment(ref _counts[Bucket(ticks)]);
        int samples = Interlocked.Increment(ref _samples);
        if (samples % Period == 0 || samples == 64)
        {
            Update(fade: samples % Period == 0);
        }
    }

    private int Bucket(long ticks)
    {
        ulong micros = (ulong)Math.Max(1, ticks * 1_000_000.0 / frequency);
        int octave = BitOperations.Log2(micros);
        int within = octave >= 3 ? (int)((micros >> (octave - 3)) & 7) : 0;
        return Math.Min((octave * PerOctave) + within, _counts.Length - 1);
    }

    private void Update(bool fade)
    {
        long total = 0;
        foreach (int count in _counts)
        {
            total += count;
        }
        long rank = (long)Math.Ceiling(total * percentile);
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                // The upper end of the bucket.
                double micros = Math.ScaleB(1 + (((i % PerOctave) + 1) / (double)PerOctave), i / PerOctave);
                Volatile.Write(ref _value, (long)(micros / 1_000_000 * frequency));
                break;
            }
        }
        for (int i = 0; fade && i < _counts.Length; i++)
        {
            _counts[i] /= 2;
        }
    }
}
