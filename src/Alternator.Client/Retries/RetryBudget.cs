namespace Alternator.Client;

/// <summary>
/// A token bucket over all requests of a client: every request puts in a fraction of a token, every further attempt takes one. It
/// starts full, and a full bucket isn't written to: in quiet times requests don't contend for it. Where that is wanted, it also fills by itself,
/// so that a client with few requests isn't left without further attempts for minutes after an incident; that is worked out when a
/// token is taken, and costs a request that needs none nothing.
/// </summary>
/// <param name="perRequest">Tokens that a request puts in.</param>
/// <param name="reserve">Tokens in the full bucket.</param>
/// <param name="clock">The clock by which the bucket fills.</param>
/// <param name="filledIn">How long an empty bucket takes to fill by itself; <see cref="Timeout.InfiniteTimeSpan"/>: it doesn't.</param>
internal sealed class RetryBudget(double perRequest, int reserve, TimeProvider clock, TimeSpan filledIn)
{
    private const long Unit = 1000;

    private readonly long _deposit = (long)(perRequest * Unit);
    private readonly long _full = Math.Max(1, (long)reserve) * Unit;
    private readonly double _perTick = filledIn > TimeSpan.Zero ? reserve * Unit / (filledIn.TotalSeconds * clock.TimestampFrequency) : 0;
    private long _tokens = reserve * Unit;
    private long _filledAt = clock.GetTimestamp();

    /// <summary>A request has begun.</summary>
    public void Deposit()
    {
        if (_deposit > 0 && Volatile.Read(ref _tokens) < _full)
        {
            Interlocked.Add(ref _tokens, _deposit);
        }
    }

    /// <summary>Takes a token for a further attempt, if there is one.</summary>
    public bool TryTake()
    {
        Fill();
        if (Interlocked.Add(ref _tokens, -Unit) >= 0)
        {
            return true;
        }
        Interlocked.Add(ref _tokens, Unit);
        return false;
    }

    /// <summary>Puts back a token that was taken for nothing.</summary>
    public void Refund() => Interlocked.Add(ref _tokens, Unit);

    private void Fill()
    {
        long filledAt = Volatile.Read(ref _filledAt);
        long now = clock.GetTimestamp();
        long earned = (long)Math.Min(_full, (now - filledAt) * _perTick);
        // A part of a unit isn't lost: it is left for the next time.
        long until = earned < _full ? filledAt + (long)(earned / _perTick) : now;
        if (earned > 0 && Interlocked.CompareExchange(ref _filledAt, until, filledAt) == filledAt)
        {
            long room = _full - Interlocked.Read(ref _tokens);
            if (room > 0)
            {
                Interlocked.Add(ref _tokens, Math.Min(earned, room));
            }
        }
    }
}
