namespace Alternator.Client;

/// <summary>
/// How long a request waits for one node before the next is asked too: the configured time, or three times the usual latency of this
/// client where that is longer, so that a workload of slow requests isn't sent twice. The usual latency is a plain average, written
/// only while there is something slow to tell.
/// <para>A pause of this process delays everything in flight, and the average is high for a few answers after it. Therefore a request doesn't
/// take over what the average says at its beginning: it looks again when the configured time is over, and often from then on.</para>
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

    /// <summary>How long to go on waiting for what has been awaited for some time, and then ask here again. Zero or less: patience is over.</summary>
    public long Rest(long waited) => Math.Min(Ticks - waited, waited < _least ? _least - waited : Math.Max(1, _least / 8));

    public void Answered(long ticks)
    {
        double usual = Volatile.Read(ref _usual);
        if (ticks > _least / 8 || usual > _least / 8)
        {
            Volatile.Write(ref _usual, usual + (Weight * (ticks - usual)));
        }
    }
}
