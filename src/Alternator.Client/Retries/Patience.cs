namespace Alternator.Client;

/// <summary>
/// How long a request waits for one node before the next is asked too: the configured time, or three times the usual latency of this
/// client where that is longer, so that a workload of slow requests isn't sent twice. The usual latency is a plain average, written
/// only while there is something slow to tell.
/// </summary>
internal sealed class Patience(RetryOptions options, TimeProvider clock)
{
    private const double Weight = 1.0 / 16;
    private const double Factor = 3;

    private readonly long _least = options.SecondAttemptAfter == Timeout.InfiniteTimeSpan
        ? long.MaxValue
        : (long)(options.SecondAttemptAfter.TotalSeconds * clock.TimestampFrequency);

    private readonly long _most = (long)(options.AttemptTimeout.TotalSeconds * clock.TimestampFrequency);
    private double _usual;

    /// <summary>In timestamp ticks; never longer than an attempt may take.</summary>
    public long Ticks => Math.Min(_most, _least == long.MaxValue ? _most : Math.Max(_least, (long)(Factor * Volatile.Read(ref _usual))));

    /// <summary>Whether a second node is asked at all.</summary>
    public bool Ends => _least != long.MaxValue;

    public void Answered(long ticks)
    {
        double usual = Volatile.Read(ref _usual);
        if (ticks > _least / 8 || usual > _least / 8)
        {
            Volatile.Write(ref _usual, usual + (Weight * (ticks - usual)));
        }
    }
}
