using Alternator.Testing;

namespace Alternator.Client.Tests;

public sealed class DiscoveryTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeCluster _cluster = new();

    [Fact]
    public async Task The_listed_nodes_replace_the_seed_in_canonical_order()
    {
        foreach (string node in (string[])["seed", "10.0.0.2", "10.0.0.10", "10.0.0.1"])
        {
            _cluster.Lists(node, "10.0.0.2", "10.0.0.10", "10.0.0.1");
        }
        await using AlternatorNodes nodes = Nodes(RoutingScope.Cluster, "http://seed:8000");

        await nodes.RefreshAsync();

        Assert.Equal(["http://10.0.0.10:8000", "http://10.0.0.1:8000", "http://10.0.0.2:8000"], nodes.Snapshot.Nodes.Select(node => node.CanonicalEndpoint).Order(StringComparer.Ordinal));
        Assert.Equal(nodes.Snapshot.Nodes.Select(node => node.CanonicalEndpoint).Order(StringComparer.Ordinal), nodes.Snapshot.Nodes.Select(node => node.CanonicalEndpoint));
        Assert.True(nodes.Snapshot.FromDiscovery);
    }

    [Fact]
    public async Task Datacenter_and_rack_are_percent_encoded()
    {
        _cluster.Lists("seed", "10.0.0.1");
        await using AlternatorNodes nodes = Nodes(RoutingScope.Rack("dc one&x", "räck/1"), "http://seed:8000");

        await nodes.RefreshAsync();

        Assert.Contains(("seed", "?dc=dc%20one%26x&rack=r%C3%A4ck%2F1"), _cluster.Asked);
    }

    [Fact]
    public async Task Strict_datacenter_scope_never_leaks_to_a_seed_outside_it()
    {
        _cluster.Lists("seed"); // answers [] to everything
        await using AlternatorNodes nodes = Nodes(RoutingScope.Datacenter("dc2"), "http://seed:8000");
        Assert.Empty(nodes.Snapshot.Nodes);

        await nodes.RefreshAsync();

        Assert.Empty(nodes.Snapshot.Nodes);
        Assert.True(nodes.Status.MatchesNothing);
        Assert.Contains("datacenter dc2", nodes.Status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_nodes_are_known_the_endpoint_is_used_no_more_but_asked_when_no_node_answers()
    {
        ListEverywhere("10.0.0.1", "10.0.0.2");
        _cluster.Lists("seed", "10.0.0.1", "10.0.0.2");
        await using AlternatorNodes nodes = Nodes(RoutingScope.Datacenter("dc1"), "http://seed:8000");
        await nodes.RefreshAsync();
        _cluster.Asked.Clear();
        await nodes.RefreshAsync();
        Assert.DoesNotContain(_cluster.Asked, asked => asked.Node == "seed");
        _cluster.Nodes.Remove("10.0.0.1");
        _cluster.Nodes.Remove("10.0.0.2");
        ListEverywhere("10.0.0.7");
        _cluster.Lists("seed", "10.0.0.7");
        await nodes.RefreshAsync();
        Assert.Equal("seed", _cluster.Asked.Last(asked => asked.Query.Length > 0).Node);
        Assert.Equal(["http://10.0.0.7:8000"], nodes.Snapshot.Nodes.Select(node => node.CanonicalEndpoint));
    }

    [Fact]
    public async Task A_node_that_is_down_is_asked_for_the_list_only_when_no_other_answers()
    {
        foreach (string node in (string[])["10.0.0.1", "10.0.0.2", "10.0.0.3"])
        {
            _cluster.Lists(node, "10.0.0.1", "10.0.0.2", "10.0.0.3");
        }
        await using AlternatorNodes nodes = Nodes(RoutingScope.Datacenter("dc1"), "http://10.0.0.1:8000");
        await nodes.RefreshAsync();
        AlternatorNode down = nodes.Snapshot.Nodes[1];
        down.Health.Unresponsive(down.Health.Generation);
        nodes.Registry.StateChanged(down);
        _cluster.Asked.Clear();
        for (int i = 0; i < 30; i++)
        {
            await nodes.RefreshAsync();
        }
        Assert.DoesNotContain(_cluster.Asked, asked => asked.Node == down.Address);
        _cluster.Nodes.Remove("10.0.0.1");
        _cluster.Nodes.Remove("10.0.0.3");
        await nodes.RefreshAsync();
        Assert.Null(nodes.Status.LastError);
    }

    [Fact]
    public async Task A_dead_first_endpoint_costs_nothing_and_a_silent_one_a_quarter_of_a_second()
    {
        ListEverywhere("10.0.0.3");
        _cluster.Nodes["10.0.0.1"] = async (_, token) => { await ExecutorFixture.Never(token); return default; };
        await using AlternatorNodes nodes = Nodes(RoutingScope.Datacenter("dc1"), "http://10.0.0.1:8000", "http://10.0.0.2:8000", "http://10.0.0.3:8000");
        Task refresh = Inline(() => nodes.RefreshAsync());
        for (int i = 0; i < 20 && !refresh.IsCompleted; i++)
        {
            _clock.FireNext();
        }
        Assert.True(nodes.Snapshot.FromDiscovery);
        Assert.True(_clock.Elapsed <= TimeSpan.FromMilliseconds(500), _clock.Elapsed.ToString());
    }

    [Fact]
    public async Task When_nobody_answers_the_last_list_is_kept_and_its_age_told()
    {
        ListEverywhere("10.0.0.1", "10.0.0.2");
        await using AlternatorNodes nodes = Nodes(RoutingScope.Cluster, "http://10.0.0.1:8000");
        await nodes.RefreshAsync();
        Assert.Null(nodes.Status.LastError);
        _cluster.Nodes.Clear();
        _clock.Advance(TimeSpan.FromSeconds(42));
        await nodes.RefreshAsync();
        Assert.Equal(2, nodes.Snapshot.Nodes.Length);
        Assert.Equal(TimeSpan.FromSeconds(42), nodes.Status.Age);
        Assert.Contains("refused", nodes.Status.LastError, StringComparison.Ordinal);
        ListEverywhere("10.0.0.1");
        await nodes.RefreshAsync();
        Assert.Null(nodes.Status.LastError);
        Assert.Equal(TimeSpan.Zero, nodes.Status.Age);
    }

    [Fact]
    public async Task An_empty_list_of_one_node_is_not_believed_and_an_error_is_no_empty_list()
    {
        ListEverywhere("10.0.0.1", "10.0.0.2", "10.0.0.3");
        _cluster.Lists("10.0.0.1");
        _cluster.Nodes["10.0.0.2"] = (_, _) => Task.FromException<LocalNodesAnswer>(new FormatException("garbage"));
        await using AlternatorNodes nodes = Nodes(RoutingScope.Datacenter("dc1"), "http://10.0.0.1:8000", "http://10.0.0.2:8000", "http://10.0.0.3:8000");
        for (int i = 0; i < 10; i++)
        {
            await nodes.RefreshAsync();
            Assert.Equal(3, nodes.Snapshot.Nodes.Length);
            Assert.False(nodes.Status.MatchesNothing);
        }
    }

    [Fact]
    public async Task The_whole_cluster_is_the_union_of_its_datacenters()
    {
        _cluster.Lists("10.0.0.1", "10.0.0.1", "10.0.0.2");
        _cluster.Lists("10.0.0.2", "10.0.0.1", "10.0.0.2");
        _cluster.Lists("10.1.0.1", "10.1.0.1");
        await using AlternatorNodes nodes = Nodes(RoutingScope.Cluster, "http://10.0.0.1:8000", "http://10.1.0.1:8000");
        await nodes.RefreshAsync();
        Assert.Equal(3, nodes.Snapshot.Nodes.Length);
        // A datacenter that is silent altogether keeps its nodes; a node that its neighbours don't list any more has left.
        _cluster.Nodes.Remove("10.1.0.1");
        _cluster.Nodes.Remove("10.0.0.2");
        _cluster.Lists("10.0.0.1", "10.0.0.1");
        await nodes.RefreshAsync();
        Assert.Equal(["10.0.0.1", "10.1.0.1"], nodes.Snapshot.Nodes.Select(node => node.Address));
        _clock.Advance(TimeSpan.FromMinutes(11));
        await nodes.RefreshAsync();
        Assert.Equal(["10.0.0.1"], nodes.Snapshot.Nodes.Select(node => node.Address));
    }

    [Fact]
    public async Task Refreshes_come_every_second_with_requests_every_minute_without_and_a_request_wakes_them()
    {
        ListEverywhere("10.0.0.1");
        await using AlternatorNodes nodes = Nodes(RoutingScope.Datacenter("dc1"), "http://10.0.0.1:8000");
        await Inline(() => nodes.StartAsync());
        Assert.Equal(1, Rounds());
        for (int i = 0; i < 100; i++)
        {
            nodes.NoteRequest();
            _clock.Advance(TimeSpan.FromSeconds(0.1));
        }
        Assert.InRange(Rounds(), 9, 12);
        int busy = Rounds();
        _clock.Advance(TimeSpan.FromSeconds(110));
        Assert.InRange(Rounds() - busy, 1, 4);
        _clock.Advance(TimeSpan.FromSeconds(5));
        int idle = Rounds();
        nodes.NoteRequest();
        Assert.Equal(idle + 1, Rounds());

        int Rounds() => _cluster.Asked.Count(asked => asked.Query.Length > 0);
    }

    [Fact]
    public async Task A_client_that_starts_before_its_cluster_finds_it_soon_without_requests_and_without_a_storm()
    {
        List<TimeSpan> rounds = [];
        await using AlternatorNodes nodes = Nodes(RoutingScope.Datacenter("dc1"), "http://10.0.0.1:8000");
        _cluster.Nodes["10.0.0.1"] = (_, _) =>
        {
            rounds.Add(_clock.Elapsed);
            return Task.FromException<LocalNodesAnswer>(new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused"));
        };
        await Inline(() => nodes.StartAsync());
        _clock.Advance(TimeSpan.FromMinutes(10));
        double[] pauses = [.. rounds.Skip(1).Zip(rounds, static (later, earlier) => (later - earlier).TotalSeconds)];
        Assert.All(pauses.Zip([0.25, 0.5, 1, 2, 4, 4, 4, 4]), static pause => Assert.InRange(pause.First, 0.9 * pause.Second, 1.1 * pause.Second));
        Assert.All(pauses.Skip(4), static pause => Assert.InRange(pause, 3.6, 4.4));
        Assert.True(pauses.Skip(4).Distinct().Count() > 50, "Clients would march in step.");

        ListEverywhere("10.0.0.1");
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(nodes.Snapshot.FromDiscovery);

        // Once the nodes are known, rounds that fail are further and further apart.
        int before = _cluster.Asked.Count;
        _cluster.Nodes.Clear();
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.InRange(_cluster.Asked.Count - before, 8, 20);
    }

    [Fact]
    public async Task The_pauses_of_the_start_are_never_longer_than_the_intervals()
    {
        var options = new AlternatorNodesOptions { Scope = RoutingScope.Datacenter("dc1"), Discovery = { IdleInterval = TimeSpan.FromSeconds(0.5), ActiveInterval = TimeSpan.FromSeconds(0.1), Jitter = 0 } };
        options.Endpoints.Add(new Uri("http://10.0.0.1:8000"));
        await using var nodes = new AlternatorNodes(options, null, _clock, new NodesSeams { Channel = _cluster, Random = new Random(1), Inline = true });
        await Inline(() => nodes.StartAsync());
        _clock.Advance(TimeSpan.FromSeconds(10.3));
        Assert.Equal(22, _cluster.Asked.Count); // after 0.25 s, then every half
    }

    [Fact]
    public async Task Intervals_differ_by_the_jitter()
    {
        ListEverywhere("10.0.0.1");
        List<TimeSpan> rounds = [];
        await using AlternatorNodes nodes = Nodes(RoutingScope.Datacenter("dc1"), "http://10.0.0.1:8000");
        _cluster.Nodes["10.0.0.1"] = (query, _) =>
        {
            rounds.Add(_clock.Elapsed);
            return Task.FromResult(FakeCluster.Answer("10.0.0.1"));
        };
        await Inline(() => nodes.StartAsync());
        for (int i = 0; i < 200; i++)
        {
            nodes.NoteRequest();
            _clock.Advance(TimeSpan.FromSeconds(0.1));
        }
        double[] pauses = [.. rounds.Skip(2).Zip(rounds.Skip(1), static (later, earlier) => (later - earlier).TotalSeconds)];
        Assert.All(pauses, pause => Assert.InRange(pause, 0.89, 1.21));
        Assert.True(pauses.Max() - pauses.Min() > 0.05);
    }

    [Fact]
    public async Task A_fallback_is_reported_and_the_return_to_the_preferred_scope_too()
    {
        var log = new RecordedLog();
        _cluster.Nodes["10.0.0.1"] = (query, _) => Task.FromResult(query == "?dc=dc1" ? FakeCluster.Answer("10.0.0.1") : FakeCluster.Answer());
        RoutingScope scope = RoutingScope.Datacenter("dcX", RoutingScope.Datacenter("dc1"));
        var options = new AlternatorNodesOptions { Scope = scope };
        options.Endpoints.Add(new Uri("http://10.0.0.1:8000"));
        await using var nodes = new AlternatorNodes(options, log, _clock, new NodesSeams { Channel = _cluster, Inline = true });
        await nodes.RefreshAsync();
        await nodes.RefreshAsync();
        Assert.True(nodes.Snapshot.IsFallback);
        Assert.Equal(RoutingScope.Datacenter("dc1"), nodes.Status.InUse);
        Assert.True(nodes.Status is { MatchesNothing: true, IsFallback: true });
        Assert.Single(log.Events, 102);
        Assert.Single(log.Events, 105);
        _cluster.Lists("10.0.0.1", "10.0.0.1");
        await nodes.RefreshAsync();
        Assert.False(nodes.Snapshot.IsFallback);
        Assert.False(nodes.Status.MatchesNothing);
        Assert.Single(log.Events, 106);
    }

    [Fact]
    public async Task With_affinity_a_rack_that_may_fall_back_deals_its_keys_over_the_datacenter()
    {
        foreach (string node in (string[])["10.0.0.1", "10.0.0.2", "10.0.0.3"])
        {
            _cluster.Nodes[node] = (query, _) => Task.FromResult(query.Contains("rack", StringComparison.Ordinal) ? FakeCluster.Answer("10.0.0.2") : FakeCluster.Answer("10.0.0.1", "10.0.0.2", "10.0.0.3"));
        }
        await using AlternatorNodes nodes = Nodes(RoutingScope.Rack("dc1", "r2", RoutingScope.Datacenter("dc1")), "http://10.0.0.1:8000");
        await nodes.RefreshAsync();
        Assert.Equal(["10.0.0.2"], nodes.View.AffinityRing.Select(node => node.Address));
        nodes.WantAffinity();
        await nodes.RefreshAsync();
        Assert.Equal(["10.0.0.2"], nodes.Snapshot.Nodes.Select(node => node.Address));
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3"], nodes.View.AffinityRing.Select(node => node.Address));
        Assert.All(nodes.View.AffinityRing, node => Assert.Equal(NodeState.Active, node.State));

        // The key decides the first node, in whatever rack; then the own rack comes before the others.
        for (long seed = 0; seed < 50; seed++)
        {
            var traits = new RequestTraits { Operation = "PutItem", HasAffinity = true, AffinitySeed = seed };
            var plan = new QueryPlan(nodes.View, new RoundRobin(), traits, tryDownNodes: true);
            AlternatorNode first = plan.Next()!;
            Assert.Same(nodes.View.AffinityRing[AffinityOrder.First(seed, 3)], first);
            AlternatorNode second = plan.Next()!;
            Assert.True(first.Address == "10.0.0.2" || second.Address == "10.0.0.2");
        }

        await using AlternatorNodes strict = Nodes(RoutingScope.Rack("dc1", "r2"), "http://10.0.0.1:8000");
        strict.WantAffinity();
        await strict.RefreshAsync();
        Assert.Equal(["10.0.0.2"], strict.View.AffinityRing.Select(node => node.Address));
    }

    [Fact]
    public async Task Where_a_key_belongs_does_not_depend_on_the_health_of_other_nodes()
    {
        ListEverywhere("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
        await using AlternatorNodes nodes = Nodes(RoutingScope.Cluster, "http://10.0.0.1:8000");
        await nodes.RefreshAsync();
        var balancer = new RoundRobin();
        AlternatorNode?[] before = [.. Enumerable.Range(0, 200).Select(Owner)];
        AlternatorNode dead = nodes.Snapshot.Nodes[2];
        dead.Health.Unresponsive(0);
        nodes.StateChanged(dead, "test");
        for (int seed = 0; seed < 200; seed++)
        {
            Assert.Same(before[seed] == dead ? null : before[seed], Owner(seed));
        }

        AlternatorNode? Owner(int seed) => QueryPlan.First(nodes.View, balancer, new RequestTraits { Operation = "PutItem", HasAffinity = true, AffinitySeed = seed });
    }

    private void ListEverywhere(params string[] addresses)
    {
        foreach (string address in addresses)
        {
            _cluster.Lists(address, addresses);
        }
    }

    private static Task Inline(Func<Task> action)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        return action();
    }

    private AlternatorNodes Nodes(RoutingScope scope, params string[] seeds)
    {
        var options = new AlternatorNodesOptions { Scope = scope };
        foreach (string seed in seeds)
        {
            options.Endpoints.Add(new Uri(seed));
        }
        return new AlternatorNodes(options, null, _clock, new NodesSeams { Channel = _cluster, Random = new Random(1), Inline = true });
    }
}
