namespace Alternator.Client;

/// <summary>
/// The latency of a node as the balancer sees it: a peak-sensitive, exponentially decaying average, after the peak EWMA of
/// Finagle and tower. A slower answer than the score replaces it at once; a faster one pulls it down with weight
/// <c>1 - 2^(-dt / half-life)</c>, dt being the time since the last observation; without observations it decays towards zero,
/// so that a node which was once slow is tried again. Before the first observation there is no score.
/// Lock-free; of two racing observations one may be lost, which is harmless.
/// </summary>
internal sealed class LatencyScore(TimeProvider clock, TimeSpan halfLife)
{
    // Natural decay rate per timestamp tick.
    private readonly double _rate = Math.Log(2) / (halfLife.TotalSeconds * clock.TimestampFrequency);
    private double _ticks;
    private long _updatedAt;
    private volatile bool _measured;

    public bool Measured => _measured;

    /// <summary>The decayed score at a time, in timestamp ticks of the clock.</summary>
    public double At(long now)
    {
        double elapsed = now - Volatile.Read(ref _updatedAt);
        double score = Volatile.Read(ref _ticks);
        return elapsed <= 0 ? score : score * Math.Exp(-elapsed * _rate);
    }

    public TimeSpan Value(long now) => _measured ? TimeSpan.FromSeconds(At(now) / clock.TimestampFrequency) : TimeSpan.Zero;

    /// <summary>An answer took this long.</summary>
    public void Observe(long ticks, long now)
    {
        if (!_measured)
        {
            Store(ticks, now);
            return;
        }
        double elapsed = Math.Max(0, now - Volatile.Read(ref _updatedAt));
        double weight = Math.Exp(-elapsed * _rate);
        double score = Volatile.Read(ref _ticks);
        Store(ticks > score * weight ? ticks : (score * weight) + (ticks * (1 - weight)), now);
    }

    /// <summary>An answer has been outstanding for this long and is still missing: the score is at least that.</summary>
    public void ObserveAtLeast(long ticks, long now)
    {
        if (!_measured || ticks > At(now))
        {
            Store(ticks, now);
        }
    }

    private void Store(double ticks, long now)
    {
        Volatile.Write(ref _ticks, ticks);
        Volatile.Write(ref _updatedAt, now);
        _measured = true;
    }
}
