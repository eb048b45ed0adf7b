using Alternator.Testing;

namespace Alternator.Client.Tests;

public sealed class BalancingTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void The_node_with_the_lower_latency_wins()
    {
        AlternatorNode[] nodes = Nodes(2);
        nodes[0].Score.Observe(Ms(50), Now);
        nodes[1].Score.Observe(Ms(2), Now);
        Assert.Equal([0, 100], Shares(nodes, 100));
    }

    [Fact]
    public void Outstanding_requests_weigh_as_much_as_latency()
    {
        AlternatorNode[] nodes = Nodes(2);
        nodes[0].Score.Observe(Ms(2), Now);
        nodes[1].Score.Observe(Ms(5), Now);
        nodes[0].RequestStarted();
        Assert.Equal([100, 0], Shares(nodes, 100)); // 2 x 2 against 5 x 1
        nodes[0].RequestStarted();
        Assert.Equal([0, 100], Shares(nodes, 100)); // 2 x 3 against 5 x 1
    }

    [Fact]
    public void A_node_without_a_score_is_compared_by_its_outstanding_requests_and_gets_its_chance()
    {
        AlternatorNode[] nodes = Nodes(2);
        nodes[0].Score.Observe(Ms(2), Now);
        Assert.Equal([0, 100], Shares(nodes, 100));
        nodes[1].RequestStarted();
        Assert.Equal([100, 0], Shares(nodes, 100));
    }

    [Fact]
    public void A_slow_node_is_tried_again_after_its_score_has_decayed()
    {
        AlternatorNode[] nodes = Nodes(2);
        nodes[0].Score.Observe(Ms(50), Now);
        for (int i = 0; i < 20; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            nodes[1].Score.Observe(Ms(2), Now);
        }
        Assert.Equal([100, 0], Shares(nodes, 100));
    }

    [Fact]
    public void A_newcomer_starts_with_a_tenth_of_its_share_and_has_it_all_at_the_end_of_its_slow_start()
    {
        AlternatorNode[] nodes = Nodes(2);
        _clock.Advance(TimeSpan.FromSeconds(20));
        nodes[1].Admit(Now);
        foreach (AlternatorNode node in nodes)
        {
            node.Score.Observe(Ms(2), Now);
        }
        int atFirst = Shares(nodes, 10_000)[1];
        Assert.InRange(atFirst, 300, 800); // half of a tenth
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.InRange(Shares(nodes, 10_000)[1], 2000, 3500);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.InRange(Shares(nodes, 10_000)[1], 4500, 5500);
        nodes[1].Admit(Now);
        Assert.InRange(Shares(nodes, 10_000, TimeSpan.Zero)[1], 4500, 5500);
    }

    [Fact]
    public void Random_choice_is_even_and_round_robin_exact()
    {
        AlternatorNode[] nodes = Nodes(4);
        int[] counts = new int[4];
        var random = new RandomChoice(new Random(1));
        var robin = new RoundRobin();
        for (int i = 0; i < 10_000; i++)
        {
            counts[random.Choose(nodes)]++;
        }
        Assert.All(counts, count => Assert.InRange(count, 2300, 2700));
        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3], Enumerable.Range(0, 8).Select(_ => robin.Choose(nodes)));
    }

    [Fact]
    public void The_policy_is_an_option_and_so_is_a_balancer_of_ones_own()
    {
        Assert.IsType<PowerOfTwoChoices>(new BalancingOptions().Create(_clock, Random.Shared));
        Assert.IsType<RoundRobin>(new BalancingOptions { Policy = BalancingPolicy.RoundRobin }.Create(_clock, Random.Shared));
        Assert.IsType<RandomChoice>(new BalancingOptions { Policy = BalancingPolicy.Random }.Create(_clock, Random.Shared));
        var last = new Last();
        Assert.Same(last, new BalancingOptions { Custom = last }.Create(_clock, Random.Shared));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BalancingOptions { Policy = (BalancingPolicy)9 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BalancingOptions { SlowStart = TimeSpan.FromSeconds(-1) }.Create(_clock, Random.Shared));
    }

    [Fact]
    public async Task A_balancer_of_ones_own_decides_and_a_wrong_index_is_named()
    {
        await using var fixture = new ExecutorFixture();
        var last = new Last();
        fixture.Balancing.Custom = last;
        await fixture.ReadyAsync();
        for (int i = 0; i < 5; i++)
        {
            await fixture.Send(ExecutorFixture.Read);
        }
        Assert.Single(fixture.Sent.Distinct());
        last.Beyond = true;
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.Send(ExecutorFixture.Read));
        Assert.Contains("chose node 3 of 3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public void Picking_a_node_allocates_nothing(int count)
    {
        AlternatorNode[] nodes = Nodes(count);
        foreach (AlternatorNode node in nodes)
        {
            node.Health.ProbeSucceeded();
            node.Score.Observe(Ms(2), Now);
        }
        var view = new NodeView(new ClusterSnapshot([.. nodes], RoutingScope.Cluster, false, true, default), [.. nodes]);
        var balancer = new PowerOfTwoChoices(TimeProvider.System, TimeSpan.FromSeconds(10), Random.Shared);
        RequestTraits plain = ExecutorFixture.Read;
        var keyed = new RequestTraits { Operation = "PutItem", HasAffinity = true, AffinitySeed = 42 };
        Pick(50_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Pick(100_000);
        double each = (GC.GetAllocatedBytesForCurrentThread() - before) / 200_000.0;
        // Code that the JIT doesn't optimize boxes here and there.
        Assert.True(each < (Optimized ? 0.01 : 100), $"{each} bytes per pick");

        void Pick(int times)
        {
            for (int i = 0; i < times; i++)
            {
                if (QueryPlan.First(view, balancer, plain) is null || QueryPlan.First(view, balancer, keyed) is null)
                {
                    throw new InvalidOperationException("No node.");
                }
            }
        }
    }

    [Fact]
    public void The_score_jumps_to_a_peak_and_comes_down_with_its_half_life()
    {
        var score = new LatencyScore(_clock, TimeSpan.FromSeconds(2));
        Assert.False(score.Measured);
        score.Observe(Ms(10), Now);
        Assert.Equal(10, score.Value(Now).TotalMilliseconds, 3);
        score.Observe(Ms(40), Now);
        Assert.Equal(40, score.Value(Now).TotalMilliseconds, 3);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(20, score.Value(Now).TotalMilliseconds, 3);
        score.Observe(Ms(4), Now);
        Assert.Equal(22, score.Value(Now).TotalMilliseconds, 3); // half of 40 and half of 4
        score.ObserveAtLeast(Ms(1), Now);
        Assert.Equal(22, score.Value(Now).TotalMilliseconds, 3);
        score.ObserveAtLeast(Ms(90), Now);
        Assert.Equal(90, score.Value(Now).TotalMilliseconds, 3);
    }

    internal static bool Optimized { get; } =
        typeof(AlternatorNodes).Assembly.GetCustomAttributes(false).OfType<System.Diagnostics.DebuggableAttribute>().All(static attribute => !attribute.IsJITOptimizerDisabled);

    private long Now => _clock.GetTimestamp();

    private static long Ms(double ms) => (long)(ms * TimeSpan.TicksPerMillisecond);

    private int[] Shares(AlternatorNode[] nodes, int picks, TimeSpan? slowStart = null)
    {
        var balancer = new PowerOfTwoChoices(_clock, slowStart ?? TimeSpan.FromSeconds(10), new Random(3));
        int[] counts = new int[nodes.Length];
        for (int i = 0; i < picks; i++)
        {
            counts[balancer.Choose(nodes)]++;
        }
        return counts;
    }

    private AlternatorNode[] Nodes(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new AlternatorNode(new Uri($"http://10.0.{i / 250}.{(i % 250) + 1}:8000"), new NodeHealthOptions(), _clock, TimeSpan.FromSeconds(2), (ulong)i))];

    private sealed class Last : ILoadBalancer
    {
        public bool Beyond { get; set; }

        public int Choose(ReadOnlySpan<AlternatorNode> candidates) => candidates.Length - (Beyond ? 0 : 1);
    }
}
