namespace Alternator.Client.Tests;

/// <summary>Clusters of 3 to 1,000 nodes, with faults from many seeds. Long runs: ALTERNATOR_LONG_TESTS=1.</summary>
public sealed class SimulationTests
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("ALTERNATOR_LONG_TESTS") == "1";

    public static TheoryData<int> Seeds
    {
        get
        {
            var seeds = new TheoryData<int>();
            if (int.TryParse(Environment.GetEnvironmentVariable("ALTERNATOR_SIMULATION_SEED"), out int replayed))
            {
                seeds.Add(replayed);
                return seeds;
            }
            // ALTERNATOR_SIMULATION_SEED replays one; "100-200" runs a range.
            string[] range = (Environment.GetEnvironmentVariable("ALTERNATOR_SIMULATION_SEED") ?? (Long ? "1-500" : "1-6")).Split('-');
            for (int seed = int.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture); seed <= int.Parse(range[1], System.Globalization.CultureInfo.InvariantCulture); seed++)
            {
                seeds.Add(seed);
            }
            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void While_one_node_answers_no_request_is_lost_and_none_is_answered_twice(int seed)
    {
        // The budget and the attempts are out of the way: whether a request reaches the one sound node is the question.
        int count = new Random(seed).Next(3, 12);
        using var run = new Simulation(seed, count, retry: new RetryOptions { Budget = 10, MaxAttempts = 100 });
        OneSoundNode(run);
        Heal(run);
        run.Load(TimeSpan.FromSeconds(60), 50);
        run.Drain();
        EveryNodeServes(run);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void While_one_node_answers_the_default_budget_loses_few_requests(int seed)
    {
        using var run = new Simulation(seed, new Random(seed).Next(3, 12)) { MayFail = true };
        OneSoundNode(run);
        run.Drain();
        run.Check(run.Failures <= 0.1 * run.Sent, $"{run.Failures} of {run.Sent} requests failed");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void While_all_nodes_but_one_refuse_a_small_budget_loses_no_request(int seed)
    {
        // Enough for what breaks while it is answered.
        using var run = new Simulation(seed, 6, retry: new RetryOptions { Budget = 0, BudgetReserve = 5 });
        run.Load(TimeSpan.FromSeconds(2), 100);
        for (int round = 0; round < 15; round++)
        {
            SimulatedCluster.SimulatedNode sound = run.Cluster.Nodes[run.Random.Next(6)];
            foreach (SimulatedCluster.SimulatedNode node in run.Cluster.Nodes)
            {
                run.Become(node, node == sound ? Ailment.None : Ailment.Crashed);
            }
            run.Load(TimeSpan.FromSeconds(0.5 + (2 * run.Random.NextDouble())), 100);
        }
        run.Drain();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Beside_a_node_that_accepts_no_connection_a_spent_budget_loses_no_request(int seed)
    {
        // In turn: by load, a node that holds up a request gets hardly another.
        using var run = new Simulation(seed, 3, policy: BalancingPolicy.RoundRobin, retry: new RetryOptions { Budget = 0, BudgetReserve = 1 });
        run.Load(TimeSpan.FromSeconds(2), 200);
        run.Become(run.Cluster.Nodes[seed % 3], Ailment.Unreachable);
        run.Load(TimeSpan.FromSeconds(10), 200);
        run.Drain();
        // Without a token for asking a second node beside it, a request waits until the node is found dead.
        run.Check(run.Longest <= TimeSpan.FromMilliseconds(1250), $"a request took {run.Longest.TotalMilliseconds} ms");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void After_a_pause_of_the_process_a_silent_node_costs_no_more_than_ever(int seed)
    {
        using var run = new Simulation(seed, 3);
        run.Load(TimeSpan.FromSeconds(2), 200);
        run.Burst(32);
        // All that is in flight seems slow by it.
        run.Clock.Stall(TimeSpan.FromMilliseconds(400));
        run.Clock.Advance(TimeSpan.Zero);
        run.Become(run.Cluster.Nodes[seed % 3], Ailment.BlackHole);
        run.Burst(16);
        run.Load(TimeSpan.FromSeconds(3), 200);
        run.Drain();
        run.Check(run.Longest <= TimeSpan.FromMilliseconds(235), $"a request took {run.Longest.TotalMilliseconds} ms");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void One_silent_and_one_crashed_node_stall_no_request_above_350_ms(int seed)
    {
        using var run = new Simulation(seed, 3);
        run.Load(TimeSpan.FromSeconds(2), 200);
        run.Become(run.Cluster.Nodes[seed % 3], seed % 2 == 0 ? Ailment.BlackHole : Ailment.Unreachable);
        run.Load(TimeSpan.FromSeconds(run.Random.NextDouble()), 200);
        run.Become(run.Cluster.Nodes[(seed + 1) % 3], Ailment.Crashed);
        run.Load(TimeSpan.FromSeconds(5), 200);
        run.Drain();
        run.Check(run.Longest <= TimeSpan.FromMilliseconds(350), $"a request took {run.Longest.TotalMilliseconds} ms");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_dead_node_is_not_chosen_for_long_and_serves_again_when_it_is_back(int seed)
    {
        using var run = new Simulation(seed, 5, policy: (BalancingPolicy)(seed % 3));
        run.Load(TimeSpan.FromSeconds(2), 200);
        SimulatedCluster.SimulatedNode dead = run.Cluster.Nodes[seed % 5];
        run.Chosen = node =>
        {
            if (node.Endpoint == dead.Endpoint && dead.Ailment != Ailment.None)
            {
                run.Tell($"{node} is chosen, {node.State} with {node.Health.Failures} failures, latency {node.Latency.TotalMilliseconds:0.0} ms");
            }
        };
        run.Become(dead, seed % 2 == 0 ? Ailment.Crashed : Ailment.BlackHole);
        run.Load(TimeSpan.FromSeconds(2), 200);
        int received = dead.Received;
        run.Load(TimeSpan.FromSeconds(13), 200);
        // By its first failed request it is a suspect, and a second later it is down.
        run.Check(dead.Received == received, $"the dead node was sent {dead.Received - received} requests later than 2 s after its death");
        run.Become(dead, Ailment.None);
        run.Load(TimeSpan.FromSeconds(45), 200);
        int served = dead.Served;
        run.Load(TimeSpan.FromSeconds(15), 200);
        run.Check(dead.Served - served > 15 * 200 / 5 / 3, $"the node that is back serves only {dead.Served - served} of 3000 requests");
        run.Drain();
    }

    /// <summary>With seeds in which many requests wait for the first list of nodes: they went on in an order that no replay repeated.</summary>
    public static TheoryData<int> SeedsWithManyWaiting
    {
        get
        {
            TheoryData<int> seeds = Seeds;
            if (seeds.Count == 6)
            {
                seeds.AddRange(59, 240, 480);
            }
            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(SeedsWithManyWaiting))]
    public void A_strict_scope_never_leaks_whatever_happens(int seed)
    {
        bool rack = seed % 2 == 0;
        using var run = new Simulation(seed, 18, rack ? RoutingScope.Rack("dc2", "rack1") : RoutingScope.Datacenter("dc2"), datacenters: 2);
        run.MayFail = true;
        run.Chosen = node =>
        {
            SimulatedCluster.SimulatedNode chosen = run.Cluster.Find(node.Endpoint);
            run.Check(chosen.Datacenter == "dc2" && (!rack || chosen.Rack == "rack1"), $"{node} of {chosen.Datacenter}/{chosen.Rack} was chosen");
        };
        for (int round = 0; round < 20; round++)
        {
            Disturb(run, sound: null);
            run.Load(TimeSpan.FromSeconds(1 + (10 * run.Random.NextDouble())), 20);
        }
        Heal(run);
        run.Load(TimeSpan.FromSeconds(90), 20);
        run.MayFail = false;
        run.Load(TimeSpan.FromSeconds(5), 20);
        run.Drain();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_scope_falls_back_and_returns(int seed)
    {
        using var run = new Simulation(seed, 12, RoutingScope.Datacenter("dc1", RoutingScope.Datacenter("dc2")), datacenters: 2);
        run.Load(TimeSpan.FromSeconds(3), 50);
        run.Check(!run.Nodes.Snapshot.IsFallback, "the fallback is in use though the preferred scope is sound");
        run.MayFail = true;
        foreach (SimulatedCluster.SimulatedNode node in run.Cluster.Nodes.Where(node => node.Datacenter == "dc1"))
        {
            run.Become(node, Ailment.Crashed);
        }
        run.Load(TimeSpan.FromSeconds(30), 50);
        run.Check(run.Nodes.Snapshot.IsFallback && run.Nodes.Status.MatchesNothing, "the fallback isn't in use though the preferred scope is dead");
        run.MayFail = false;
        run.Load(TimeSpan.FromSeconds(5), 50);
        run.Check(run.Nodes.Snapshot.Nodes.All(node => run.Cluster.Find(node.Endpoint).Datacenter == "dc2"), "the ring isn't the fallback's");
        Heal(run);
        run.Load(TimeSpan.FromSeconds(5), 50);
        run.Check(!run.Nodes.Snapshot.IsFallback, "the preferred scope isn't in use again");
        run.Drain();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void When_all_nodes_were_down_service_resumes_by_itself(int seed)
    {
        using var run = new Simulation(seed, 3 + (seed % 5));
        run.Load(TimeSpan.FromSeconds(2), 50);
        run.MayFail = true;
        foreach (SimulatedCluster.SimulatedNode node in run.Cluster.Nodes)
        {
            run.Become(node, seed % 2 == 0 ? Ailment.Crashed : Ailment.BlackHole);
        }
        run.Load(TimeSpan.FromSeconds(15), 20);
        Heal(run);
        run.Load(TimeSpan.FromSeconds(40), 20);
        run.Drain();
        run.MayFail = false;
        run.Load(TimeSpan.FromSeconds(20), 50);
        run.Drain();
        EveryNodeServes(run);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_flapping_node_fails_no_request(int seed)
    {
        using var run = new Simulation(seed, 4);
        run.Load(TimeSpan.FromSeconds(2), 100);
        SimulatedCluster.SimulatedNode node = run.Cluster.Nodes[seed % 4];
        for (int i = 0; i < 30; i++)
        {
            run.Become(node, node.Ailment == Ailment.None ? Ailment.Crashed : Ailment.None);
            run.Load(TimeSpan.FromSeconds(0.2 + (2 * run.Random.NextDouble())), 100);
        }
        run.Drain();
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 100)]
    [InlineData(3, 1000)]
    public void Large_clusters_are_found_and_loads_are_even(int seed, int count)
    {
        using var run = new Simulation(seed, count, policy: seed == 2 ? BalancingPolicy.RoundRobin : BalancingPolicy.PowerOfTwo);
        run.Load(TimeSpan.FromSeconds(25), 400);
        run.Check(run.Nodes.View.Active.Length == count, $"{run.Nodes.View.Active.Length} of {count} nodes are active");
        foreach (SimulatedCluster.SimulatedNode node in run.Cluster.Nodes)
        {
            node.Served = 0;
        }
        run.Load(TimeSpan.FromSeconds(count * 50.0 / 2000), 2000);
        run.Drain();
        double mean = run.Cluster.Nodes.Average(static node => node.Served);
        run.Check(run.Cluster.Nodes.Max(static node => node.Served) <= 2.5 * mean, $"the busiest node served {run.Cluster.Nodes.Max(static node => node.Served)}, the mean is {mean}");
        run.Check(run.Cluster.Nodes.Count(static node => node.Served == 0) == 0, "a node served nothing");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nodes_that_join_serve_and_nodes_that_leave_do_not(int seed)
    {
        using var run = new Simulation(seed, 4);
        run.Load(TimeSpan.FromSeconds(2), 100);
        SimulatedCluster.SimulatedNode joined = run.Cluster.Add("dc1", "rack1");
        SimulatedCluster.SimulatedNode left = run.Cluster.Nodes[seed % 4];
        left.Member = false;
        run.Load(TimeSpan.FromSeconds(2), 100);
        int received = left.Received;
        run.Load(TimeSpan.FromSeconds(20), 100);
        run.Check(left.Received == received, "a node that has left is still chosen");
        run.Check(joined.Served > 20 * 100 / 4 / 3, $"the node that joined serves only {joined.Served}");
        run.Drain();
    }

    [Fact]
    public void The_same_seed_is_the_same_run()
    {
        Assert.Equal(Trace(5), Trace(5));
        Assert.NotEqual(Trace(5), Trace(6));

        static string Trace(int seed)
        {
            using var run = new Simulation(seed, 5);
            var trace = new System.Text.StringBuilder();
            run.Chosen = node => trace.Append(node.Address).Append(' ');
            run.Load(TimeSpan.FromSeconds(1), 100);
            run.Become(run.Cluster.Nodes[1], Ailment.BlackHole);
            run.Load(TimeSpan.FromSeconds(3), 100);
            run.Drain();
            return trace.ToString();
        }
    }

    private static void OneSoundNode(Simulation run)
    {
        run.Load(TimeSpan.FromSeconds(2), 100);
        for (int round = 0; round < 15; round++)
        {
            Disturb(run, sound: run.Cluster.Nodes[run.Random.Next(run.Cluster.Nodes.Count)]);
            run.Load(TimeSpan.FromSeconds(1 + (4 * run.Random.NextDouble())), 100);
        }
    }

    private static void Disturb(Simulation run, SimulatedCluster.SimulatedNode? sound)
    {
        foreach (SimulatedCluster.SimulatedNode node in run.Cluster.Nodes)
        {
            if (node == sound)
            {
                if (node.Ailment != Ailment.None)
                {
                    run.Become(node, Ailment.None);
                }
            }
            else if (run.Random.NextDouble() < 0.3)
            {
                run.Become(node, (Ailment)run.Random.Next(7));
            }
        }
        if (sound is not null)
        {
            // Usually it isn't known as sound yet: it may have been down until now.
            run.Load(TimeSpan.FromSeconds(1), 50);
        }
    }

    private static void Heal(Simulation run)
    {
        foreach (SimulatedCluster.SimulatedNode node in run.Cluster.Nodes.Where(static node => node.Ailment != Ailment.None))
        {
            run.Become(node, Ailment.None);
        }
    }

    private static void EveryNodeServes(Simulation run)
    {
        foreach (SimulatedCluster.SimulatedNode node in run.Cluster.Nodes)
        {
            node.Served = 0;
        }
        run.Load(TimeSpan.FromSeconds(20), 20 * run.Cluster.Nodes.Count);
        run.Drain();
        foreach (SimulatedCluster.SimulatedNode node in run.Cluster.Nodes)
        {
            run.Check(node.Served > 40, $"{node.Address} was healed but served only {node.Served} of {400 * run.Cluster.Nodes.Count}");
        }
    }
}
