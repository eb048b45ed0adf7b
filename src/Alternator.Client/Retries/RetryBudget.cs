namespace Alternator.Client;

/// <summary>
/// A token bucket over all requests of a client: every request puts in a fraction of a token, every further attempt takes one. It
/// starts full, and a full bucket isn't written to: in quiet times requests don't contend for it.
/// </summary>
internal sealed class RetryBudget(double perRequest, int reserve)
{
    private const long Unit = 1000;

    private readonly long _deposit = (long)(perRequest * Unit);
    private readonly long _full = Math.Max(1, (long)reserve) * Unit;
    private long _tokens = reserve * Unit;

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
        if (Interlocked.Add(ref _tokens, -Unit) >= 0)
        {
            return true;
        }
        Interlocked.Add(ref _tokens, Unit);
        return false;
    }
}
