using Alternator.Testing;

namespace Alternator.Client.Tests;

public sealed class BalancingTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void The_node_with_the_lower_latency_wins()
    {
        AlternatorNode[] nodes = Nodes(2);
        Answers(nodes[0], 50);
        Answers(nodes[1], 2);
        Assert.Equal([0, 100], Shares(nodes, 100));
    }

    [Fact]
    public void A_slower_node_is_preferred_only_when_the_other_has_many_more_outstanding()
    {
        AlternatorNode[] nodes = Nodes(2);
        Answers(nodes[0], 2);
        Answers(nodes[1], 5);
        Begin(nodes[0], 2);
        Assert.Equal([100, 0], Shares(nodes, 100)); // 2 x 3 against 5 x 1 x 1.25
        Begin(nodes[0], 1);
        Assert.Equal([0, 100], Shares(nodes, 100)); // 2 x 4 against 5 x 1 x 1.25
        Begin(nodes[1], 1);
        Assert.Equal([100, 0], Shares(nodes, 100)); // 2 x 4 against 5 x 2 x 1.25
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(0.2, 1.1)]
    public void Between_latencies_that_are_nearly_equal_outstanding_requests_decide(double one, double other)
    {
        AlternatorNode[] nodes = Nodes(2);
        Answers(nodes[0], one);
        Answers(nodes[1], other);
        Assert.Equal([50, 50], Shares(nodes, 100));
        Begin(nodes[0], 1);
        Assert.Equal([0, 100], Shares(nodes, 100));
        Begin(nodes[1], 2);
        Assert.Equal([100, 0], Shares(nodes, 100));
    }

    [Fact]
    public void A_further_attempt_of_a_request_takes_no_turn()
    {
        AlternatorNode[] nodes = Nodes(2);
        var balancer = new PowerOfTwoChoices(_clock, TimeSpan.FromSeconds(10), new Random(3));
        int[] first = new int[2];
        for (int i = 0; i < 10; i++)
        {
            int chosen = balancer.Choose(nodes);
            first[chosen]++;
            balancer.ChooseNext(nodes.AsSpan(1 - chosen, 1)); // the other
        }
        Assert.Equal([5, 5], first);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    public void Requests_in_sequence_touch_each_of_several_like_nodes_once(int count)
    {
        AlternatorNode[] nodes = Nodes(count);
        var balancer = new PowerOfTwoChoices(_clock, TimeSpan.FromSeconds(10), new Random(5));
        var random = new Random(6);
        for (int round = 0; round < 20; round++)
        {
            HashSet<int> touched = [];
            for (int i = 0; i < count; i++)
            {
                int chosen = balancer.Choose(nodes);
                touched.Add(chosen);
                _clock.Advance(TimeSpan.FromMilliseconds(1));
                // The very first answers pay for connections and cold code.
                nodes[chosen].Score.Observe(Ms((round == 0 ? 40 : 2) + (1.5 * random.NextDouble())), Now);
            }
            Assert.Equal(count, touched.Count);
        }
    }

    [Fact]
    public void Until_a_node_has_answered_four_times_it_is_compared_by_its_outstanding_requests_and_gets_its_chance()
    {
        AlternatorNode[] nodes = Nodes(2);
        Answers(nodes[0], 2);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal([0, 100], Shares(nodes, 100));
            nodes[1].Score.Observe(Ms(50), Now);
        }
        Begin(nodes[1], 1);
        Assert.Equal([100, 0], Shares(nodes, 100));
        nodes[1].RequestEnded();
        nodes[1].Score.Observe(Ms(50), Now);
        Assert.Equal([100, 0], Shares(nodes, 100));
    }

    [Fact]
    public void A_slow_node_is_tried_again_after_its_score_has_decayed()
    {
        AlternatorNode[] nodes = Nodes(2);
        Answers(nodes[0], 50);
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
            Answers(node, 2);
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
    public async Task Clients_go_round_in_orders_of_their_own()
    {
        var options = new AlternatorNodesOptions { Discovery = { Enabled = false }, Health = { Enabled = false } };
        for (int i = 1; i <= 6; i++)
        {
            options.Endpoints.Add(new Uri($"http://10.0.0.{i}:8000"));
        }
        HashSet<string> orders = [];
        for (int seed = 0; seed < 10; seed++)
        {
            await using var nodes = new AlternatorNodes(options, null, _clock, new NodesSeams { Random = new Random(seed) });
            orders.Add(string.Join(' ', nodes.View.Active.Select(static node => node.Address)));
        }
        Assert.True(orders.Count > 5, string.Join('\n', orders));
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
            Answers(node, 2);
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
    public void The_score_begins_with_the_least_of_four_answers_and_comes_down_by_an_eighth_or_as_the_half_life_says()
    {
        var score = new LatencyScore(_clock, TimeSpan.FromSeconds(2));
        Assert.False(score.Measured);
        Assert.Equal(TimeSpan.Zero, score.Value(Now));
        foreach (double first in (double[])[60, 18, 19, 30])
        {
            score.Observe(Ms(first), Now);
        }
        Assert.True(score.Measured);
        Assert.Equal(18, score.Value(Now).TotalMilliseconds, 3);
        score.Observe(Ms(10), Now);
        Assert.Equal(17, score.Value(Now).TotalMilliseconds, 3); // an eighth
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(8.5, score.Value(Now).TotalMilliseconds, 3);
        score.Observe(Ms(17), Now);
        Assert.Equal(17, score.Value(Now).TotalMilliseconds, 3); // what was known comes back
        _clock.Advance(TimeSpan.FromSeconds(4));
        score.Observe(Ms(5), Now);
        Assert.Equal(8, score.Value(Now).TotalMilliseconds, 3); // a quarter of 17 and three quarters of 5
        score.ObserveAtLeast(Ms(1), Now);
        Assert.Equal(8, score.Value(Now).TotalMilliseconds, 3);
        score.ObserveAtLeast(Ms(90), Now);
        Assert.Equal(90, score.Value(Now).TotalMilliseconds, 3);
    }

    [Fact]
    public void The_score_rises_by_a_quarter_and_never_by_more_than_three_quarters_of_itself_at_once()
    {
        var score = new LatencyScore(_clock, TimeSpan.FromSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Observe(score, 4, times: 4);
        Observe(score, 8);
        Assert.Equal(5, score.Value(Now).TotalMilliseconds, 3);
        Observe(score, 200);
        Assert.Equal(5 + ((4 * 5 * Math.Pow(2, -0.1)) - 5) / 4, score.Value(Now).TotalMilliseconds, 3); // 200 ms are a tenth of the half-life
        Observe(score, 200);
        Assert.True(score.Value(Now).TotalMilliseconds > 14);
    }

    [Fact]
    public void Answers_that_one_pause_has_delayed_count_as_one_and_quick_ones_undo_it()
    {
        var score = new LatencyScore(_clock, TimeSpan.FromSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Observe(score, 4, times: 4);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        for (int i = 0; i < 30; i++)
        {
            score.Observe(Ms(100), Now); // all were in flight during the pause
        }
        Assert.Equal(4 + ((4 * 4 * Math.Pow(2, -0.05)) - 4) / 4, score.Value(Now).TotalMilliseconds, 3);
        Observe(score, 4, times: 8);
        Assert.InRange(score.Value(Now).TotalMilliseconds, 4, 5.1);
    }

    [Fact]
    public void An_answer_quicker_than_the_decayed_score_counts_from_there()
    {
        var score = new LatencyScore(_clock, TimeSpan.FromSeconds(2));
        Observe(score, 100, times: 4);
        _clock.Advance(TimeSpan.FromSeconds(4));
        score.Observe(Ms(1), Now);
        Assert.Equal(7, score.Value(Now).TotalMilliseconds, 3); // a quarter of 25 and three quarters of 1
    }

    [Fact]
    public void A_late_answer_after_a_long_silence_raises_the_score_to_no_more_than_was_known()
    {
        var score = new LatencyScore(_clock, TimeSpan.FromSeconds(2));
        Observe(score, 100, times: 4);
        _clock.Advance(TimeSpan.FromSeconds(10));
        score.Observe(Ms(250), Now);
        Assert.Equal(100, score.Value(Now).TotalMilliseconds, 3);
    }

    [Fact]
    public void A_score_below_a_millisecond_can_rise_too()
    {
        var score = new LatencyScore(_clock, TimeSpan.FromSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Observe(score, 0, times: 4);
        Observe(score, 50, times: 12);
        Assert.True(score.Value(Now).TotalMilliseconds > 30, score.Value(Now).ToString());
    }

    [Fact]
    public void A_failure_makes_a_score_at_once()
    {
        AlternatorNode[] nodes = Nodes(2);
        Answers(nodes[0], 2);
        nodes[1].Score.ObserveAtLeast(Ms(1000), Now);
        Assert.Equal([100, 0], Shares(nodes, 100));
    }

    internal static bool Optimized { get; } =
        typeof(AlternatorNodes).Assembly.GetCustomAttributes(false).OfType<System.Diagnostics.DebuggableAttribute>().All(static attribute => !attribute.IsJITOptimizerDisabled);

    private long Now => _clock.GetTimestamp();

    private static long Ms(double ms) => (long)(ms * TimeSpan.TicksPerMillisecond);

    /// <summary>Answers one after another, each asked for after the one before.</summary>
    private void Observe(LatencyScore score, double ms, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            _clock.Advance(TimeSpan.FromTicks(Ms(ms) + 1));
            score.Observe(Ms(ms), Now);
        }
    }

    /// <summary>As many answers as it takes to rely on them.</summary>
    private void Answers(AlternatorNode node, double ms)
    {
        for (int i = 0; i < 4; i++)
        {
            node.Score.Observe(Ms(ms), Now);
        }
    }

    private static void Begin(AlternatorNode node, int requests)
    {
        for (int i = 0; i < requests; i++)
        {
            node.RequestStarted();
        }
    }

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
