namespace Alternator.Client;

/// <summary>How requests are spread over the nodes.</summary>
public sealed class BalancingOptions
{
    /// <summary>The policy; ignored when <see cref="Custom"/> is set. Default: <see cref="BalancingPolicy.PowerOfTwo"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It isn't one of the policies.</exception>
    public BalancingPolicy Policy
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Policy must be PowerOfTwo, RoundRobin or Random.");
    }

    /// <summary>A balancer of one's own. Default: none.</summary>
    public ILoadBalancer? Custom { get; set; }

    /// <summary>
    /// Time in which a node that has just become active works up to its full share of the requests, so that cold caches and
    /// connections aren't flooded. Holds for <see cref="BalancingPolicy.PowerOfTwo"/>. Default: 10 s; zero switches it off.
    /// </summary>
    public TimeSpan SlowStart { get; set; } = TimeSpan.FromSeconds(10);

    internal ILoadBalancer Create(TimeProvider clock, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SlowStart, TimeSpan.Zero);
        return Custom ?? Policy switch
        {
            BalancingPolicy.RoundRobin => new RoundRobin(),
            BalancingPolicy.Random => new RandomChoice(random),
            _ => new PowerOfTwoChoices(clock, SlowStart, random),
        };
    }
}
