namespace Alternator.Client;

/// <summary>
/// The latency of a node as the balancer sees it: an average of its answers that is hard to push up and quick to come down.
/// <list type="bullet">
/// <item>Read, the score decays with its half-life since the last answer, so that a node which was slow is tried again. What is known isn't
/// forgotten by that: when the node proves as slow as before, its score is back at once.</item>
/// <item>Quicker than the score: an answer weighs an eighth, or <c>1 - 2^(-dt / half-life)</c> where that is more, dt being the time since the
/// last one. Quicker than even the decayed score, it counts from there: the node has recovered.</item>
/// <item>Slower: it weighs at least a quarter, but only if it was asked for after the score last rose, and it counts as no more than four
/// times the decayed score or, where that is more, the score itself. A pause of this process delays everything in flight; those late
/// answers are one event and not as many as there are. Otherwise good nodes look as bad as a slow one after every pause, and the slow one
/// gets their requests. And of a recovered node whose only trial meets a pause no more is believed than was known of it before.</item>
/// <item>The first answers of a node pay for connections and cold code: until there are four, the least of them is the score and the balancer
/// doesn't rely on it.</item>
/// </list>
/// Lock-free; of two racing observations one may be lost, which is harmless.
/// </summary>
internal sealed class LatencyScore(TimeProvider clock, TimeSpan halfLife)
{
    private const int FirstAnswers = 4;
    private const double LeastWeightOfQuicker = 1.0 / 8;
    private const double LeastWeightOfSlower = 1.0 / 4;
    private const double MostTimesSlower = 4;

    // Natural decay rate per timestamp tick.
    private readonly double _rate = Math.Log(2) / (halfLife.TotalSeconds * clock.TimestampFrequency);

    // Below this there is no telling quick from slow.
    private readonly double _leastLimit = 0.001 * clock.TimestampFrequency;
    private double _ticks;
    private long _updatedAt;
    private long _roseAt;
    private volatile int _answers;

    /// <summary>Whether there have been enough answers to compare the node by its score.</summary>
    public bool Measured => _answers >= FirstAnswers;

    /// <summary>The decayed score at a time, in timestamp ticks of the clock.</summary>
    public double At(long now)
    {
        double elapsed = now - Volatile.Read(ref _updatedAt);
        double score = Volatile.Read(ref _ticks);
        return elapsed <= 0 ? score : score * Math.Exp(-elapsed * _rate);
    }

    public TimeSpan Value(long now) => _answers > 0 ? TimeSpan.FromSeconds(At(now) / clock.TimestampFrequency) : TimeSpan.Zero;

    /// <summary>An answer took this long.</summary>
    public void Observe(long ticks, long now)
    {
        int answers = _answers;
        double score = Volatile.Read(ref _ticks);
        if (answers < FirstAnswers)
        {
            Store(answers == 0 ? ticks : Math.Min(ticks, score), now, answers + 1);
            return;
        }
        bool slower = ticks > score;
        if (slower && now - ticks < Volatile.Read(ref _roseAt))
        {
            // Part of what has raised the score already.
            Store(score, now, answers);
            return;
        }
        double left = Math.Exp(-Math.Max(0, now - Volatile.Read(ref _updatedAt)) * _rate);
        double decayed = score * left;
        double from = ticks < decayed ? decayed : score;
        double weight = Math.Max(slower ? LeastWeightOfSlower : LeastWeightOfQuicker, 1 - left);
        double counted = slower ? Math.Min(ticks, Math.Max(_leastLimit, Math.Max(score, MostTimesSlower * decayed))) : ticks;
        Store(from + (weight * (counted - from)), now, answers);
        if (slower)
        {
            Volatile.Write(ref _roseAt, now);
        }
    }

    /// <summary>An answer has been outstanding for this long and is still missing, or an attempt failed: the score is at least that.</summary>
    public void ObserveAtLeast(long ticks, long now)
    {
        if (!Measured || ticks > At(now))
        {
            Store(ticks, now, FirstAnswers);
        }
    }

    private void Store(double ticks, long now, int answers)
    {
        Volatile.Write(ref _ticks, ticks);
        Volatile.Write(ref _updatedAt, now);
        _answers = answers;
    }
}
