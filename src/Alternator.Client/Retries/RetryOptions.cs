namespace Alternator.Client;

/// <summary>When a request is sent to another node, and when it is given up.</summary>
public sealed class RetryOptions
{
    internal static readonly TimeSpan ReserveFilledIn = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long one attempt may take before it is abandoned. Default: 12 s, which leaves a node the time to give up by itself
    /// (its own limit is 10 s unless configured) and to say so.
    /// </summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>
    /// How long a request that can be repeated without harm waits for one node before the next node is asked as well; the first
    /// answer wins. Default: 200 ms. <see cref="Timeout.InfiniteTimeSpan"/> switches it off.
    /// </summary>
    public TimeSpan SecondAttemptAfter { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a request may take altogether, attempts and pauses included. Default: 30 s.</summary>
    public TimeSpan OverallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most attempts of one request. Default: 10, as many as the AWS SDK makes for DynamoDB after its first.</summary>
    public int MaxAttempts { get; set; } = 10;

    /// <summary>
    /// Further attempts as a share of the requests, over all requests of a client: every request earns this much of an attempt.
    /// Keeps a failing cluster from being buried under repetitions. What never reached its node (a refused connection, say) costs nothing
    /// as long as there are nodes that the request hasn't tried. Default: 0.2.
    /// </summary>
    public double Budget { get; set; } = 0.2;

    /// <summary>Further attempts that are allowed at once, however few requests there have been. Spent, they are there again after ten seconds at
    /// the latest. Default: 100.</summary>
    public int BudgetReserve { get; set; } = 100;

    /// <summary>The first pause after every node has been tried in vain; doubled after every further round. A pause is
    /// drawn between zero and this. Default: 50 ms.</summary>
    public TimeSpan Backoff { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause. Default: 2 s.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What happens to writes whose outcome is unknown. Default: <see cref="AmbiguousWrites.Retry"/>.</summary>
    public AmbiguousWrites AmbiguousWrites { get; set; } = AmbiguousWrites.Retry;

    internal RetryOptions Copy()
    {
        Durations.Positive(AttemptTimeout);
        Durations.Positive(OverallTimeout);
        Durations.Positive(Backoff);
        Durations.Positive(MaxBackoff);
        if (SecondAttemptAfter != Timeout.InfiniteTimeSpan)
        {
            Durations.Positive(SecondAttemptAfter);
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BudgetReserve, 0);
        if (Budget is not (>= 0 and <= 10))
        {
            throw new ArgumentOutOfRangeException(nameof(Budget), Budget, "Budget is a share of the requests, from 0 to 10.");
        }
        return (RetryOptions)MemberwiseClone();
    }
}
