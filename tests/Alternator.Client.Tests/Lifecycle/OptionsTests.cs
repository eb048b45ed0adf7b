using System.Runtime.CompilerServices;
using Alternator.Testing;

namespace Alternator.Client.Tests;

/// <summary>Each option does what it says: these tests fail when it isn't applied.</summary>
public sealed class OptionsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeCluster _cluster = new();
    private readonly AlternatorNodesOptions _options = new();

    public OptionsTests()
    {
        foreach (string node in (string[])["10.0.0.1", "10.0.0.2", "10.0.0.3"])
        {
            _cluster.Lists(node, "10.0.0.1", "10.0.0.2", "10.0.0.3");
        }
        _options.Endpoints.Add(new Uri("http://10.0.0.1:8000"));
        _options.Scope = RoutingScope.Datacenter("dc1");
    }

    [Fact]
    public async Task Without_discovery_the_endpoints_are_the_nodes_and_nobody_is_asked_for_a_list()
    {
        _options.Scope = RoutingScope.Cluster;
        _options.Discovery.Enabled = false;
        _options.Health.Enabled = false;
        await using AlternatorNodes nodes = Started();
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(_cluster.Asked);
        Assert.Equal("10.0.0.1", Assert.Single(nodes.LiveNodes).Address);
        Assert.True(nodes.TryGetView(out NodeView view));
        Assert.Single(view.Active);
    }

    [Fact]
    public async Task The_active_interval_is_kept()
    {
        _options.Discovery.ActiveInterval = TimeSpan.FromSeconds(7);
        _options.Discovery.Jitter = 0;
        await using AlternatorNodes nodes = Started();
        for (int i = 0; i < 30; i++)
        {
            nodes.NoteRequest();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(5, Rounds);
    }

    [Fact]
    public async Task The_idle_interval_is_kept()
    {
        _options.Discovery.IdleInterval = TimeSpan.FromSeconds(10);
        _options.Discovery.Jitter = 0;
        await using AlternatorNodes nodes = Started();
        _clock.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal(5, Rounds);
    }

    [Fact]
    public async Task A_silent_node_is_given_up_after_the_timeout_and_the_next_asked_after_the_delay()
    {
        _options.Discovery.Timeout = TimeSpan.FromSeconds(3);
        _options.Discovery.NextCandidateDelay = TimeSpan.FromSeconds(2);
        _options.Endpoints.Add(new Uri("http://10.0.0.2:8000"));
        Silence("10.0.0.1");
        Silence("10.0.0.2");
        await using AlternatorNodes nodes = Started();
        Assert.Single(_cluster.Asked);
        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Single(_cluster.Asked);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(2, _cluster.Asked.Count);
        _clock.Advance(TimeSpan.FromSeconds(2.8));
        Assert.Null(nodes.Status.LastError);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Contains("3 s", nodes.Status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Down_nodes_are_probed_sooner_at_first_and_then_every_probe_period()
    {
        _options.Health.ProbePeriod = TimeSpan.FromSeconds(4);
        await using AlternatorNodes nodes = Started();
        await nodes.RefreshAsync();
        AlternatorNode down = Down(nodes, 1);
        _cluster.Nodes.Remove(down.Address!);
        List<TimeSpan> probes = Probes(down, 25);
        Assert.Equal([1, 3, 7, 11, 15, 19, 23], probes.Select(static at => Math.Round(at.TotalSeconds)));
    }

    [Fact]
    public async Task A_probe_ends_with_its_timeout_and_probes_run_in_parallel_up_to_their_number()
    {
        _options.Health.ProbeTimeout = TimeSpan.FromSeconds(2);
        _options.Health.ProbeConcurrency = 2;
        await using AlternatorNodes nodes = Started();
        await nodes.RefreshAsync();
        int running = 0, most = 0;
        foreach (AlternatorNode node in nodes.Snapshot.Nodes)
        {
            _cluster.Nodes[node.Address!] = async (query, token) =>
            {
                if (query.Length > 0)
                {
                    return FakeCluster.Answer("10.0.0.1", "10.0.0.2", "10.0.0.3");
                }
                most = Math.Max(most, ++running);
                try
                {
                    await ExecutorFixture.Never(token);
                }
                finally
                {
                    running--;
                }
                return default;
            };
        }
        Down(nodes, 0);
        Down(nodes, 1);
        Down(nodes, 2);
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(2, running);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains("2 s", nodes.Snapshot.Nodes[0].LastError, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task A_silent_node_keeps_no_other_waiting_for_its_probe()
    {
        await using AlternatorNodes nodes = Started();
        await nodes.RefreshAsync();
        AlternatorNode silent = Down(nodes, 0);
        AlternatorNode back = Down(nodes, 1);
        Silence(silent.Address!);
        _cluster.Nodes.Remove(back.Address!);
        _clock.Advance(TimeSpan.FromSeconds(1.1)); // both were probed; one leaves its probe unanswered for five seconds
        _cluster.Lists(back.Address!, "10.0.0.1", "10.0.0.2", "10.0.0.3");
        _clock.Advance(TimeSpan.FromSeconds(4.5)); // three answers, from the third second on
        Assert.Equal((NodeState.Down, NodeState.Quarantined), (silent.State, back.State));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((NodeState.Down, NodeState.Active), (silent.State, back.State));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.1, 50, 150)]
    [InlineData(1, 1000, 1000)]
    public async Task Quarantined_nodes_get_their_share_of_requests_that_can_be_repeated(double share, int least, int most)
    {
        await using var fixture = new ExecutorFixture();
        fixture.Options.Health.QuarantineSampling = share;
        fixture.Options.Health.QuarantineSuccessesToActive = 1_000_000;
        await fixture.ReadyAsync();
        AlternatorNode node = fixture.Nodes.Snapshot.Nodes[0];
        node.Health.Unresponsive(node.Health.Generation);
        for (int i = 0; i < 3; i++)
        {
            node.Health.ProbeSucceeded();
        }
        fixture.Nodes.StateChanged(node, "test");
        Assert.Equal(NodeState.Quarantined, node.State);
        for (int i = 0; i < 1000; i++)
        {
            await fixture.Send(ExecutorFixture.Read);
        }
        Assert.InRange(fixture.Sent.Count(sent => sent == node), least, most);
        fixture.Sent.Clear();
        for (int i = 0; i < 100; i++)
        {
            await fixture.Send(ExecutorFixture.Counter);
        }
        Assert.DoesNotContain(node, fixture.Sent);
    }

    [Fact]
    public async Task A_quarantined_node_becomes_active_again_by_sampled_requests()
    {
        await using var fixture = new ExecutorFixture();
        await fixture.ReadyAsync();
        AlternatorNode node = fixture.Nodes.Snapshot.Nodes[0];
        node.Health.Unresponsive(node.Health.Generation);
        for (int i = 0; i < 3; i++)
        {
            node.Health.ProbeSucceeded();
        }
        fixture.Nodes.StateChanged(node, "test");
        for (int i = 0; i < 400 && node.State != NodeState.Active; i++)
        {
            await fixture.Send(ExecutorFixture.Read);
        }
        Assert.Equal(NodeState.Active, node.State);
    }

    [Fact]
    public async Task Pauses_begin_with_the_backoff_double_and_end_at_the_longest()
    {
        await using var fixture = new ExecutorFixture(1);
        fixture.Retry.Backoff = TimeSpan.FromMilliseconds(100);
        fixture.Retry.MaxBackoff = TimeSpan.FromMilliseconds(350);
        fixture.Retry.MaxAttempts = 60;
        fixture.Options.Health.Enabled = false;
        await fixture.Nodes.RefreshAsync();
        List<TimeSpan> at = [];
        fixture.Behaviour = (_, _, _) =>
        {
            at.Add(fixture.Clock.Elapsed);
            return ExecutorFixture.Refused();
        };
        await Assert.ThrowsAsync<AlternatorUnavailableException>(() => fixture.Run(fixture.Send(ExecutorFixture.Read)));
        double[] pauses = [.. at.Skip(1).Zip(at, static (later, earlier) => (later - earlier).TotalMilliseconds)];
        Assert.Equal(59, pauses.Length);
        Assert.InRange(pauses[0], 0, 101);
        Assert.InRange(pauses[1], 0, 201);
        Assert.All(pauses, static pause => Assert.InRange(pause, 0, 351));
        Assert.True(pauses.Max() > 250 && pauses.Distinct().Count() > 30, "Pauses are drawn from the whole range.");
    }

    [Fact]
    public async Task The_wait_for_a_second_attempt_is_kept()
    {
        await using var fixture = new ExecutorFixture();
        fixture.Retry.SecondAttemptAfter = TimeSpan.FromMilliseconds(70);
        await fixture.ReadyAsync();
        fixture.Behaviour = (_, attempt, token) => attempt == 0 ? ExecutorFixture.Never(token) : new("ok");
        TimeSpan before = fixture.Clock.Elapsed;
        await fixture.Run(fixture.Send(ExecutorFixture.Read));
        Assert.Equal(TimeSpan.FromMilliseconds(70), fixture.Clock.Elapsed - before);
    }

    [Fact]
    public async Task The_latency_half_life_is_kept()
    {
        _options.LatencyHalfLife = TimeSpan.FromSeconds(10);
        await using AlternatorNodes nodes = Started();
        await nodes.RefreshAsync();
        AlternatorNode node = nodes.Snapshot.Nodes[0];
        node.Score.Observe(TimeSpan.TicksPerSecond, _clock.GetTimestamp());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0.5, node.Latency.TotalSeconds, 3);
    }

    [Fact]
    public void An_abandoned_cluster_ends_its_loops()
    {
        WeakReference abandoned = StartAndForget();
        for (int i = 0; i < 20 && abandoned.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(abandoned.IsAlive);
        _clock.Advance(TimeSpan.FromMinutes(2));
        int asked = _cluster.Asked.Count;
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(asked, _cluster.Asked.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference StartAndForget()
    {
        AlternatorNodes nodes = Started();
        nodes.NoteRequest();
        return new WeakReference(nodes);
    }

    private int Rounds => _cluster.Asked.Count(static asked => asked.Query.Length > 0);

    private AlternatorNodes Started()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var nodes = new AlternatorNodes(_options, null, _clock, new NodesSeams { Channel = _cluster, Random = new Random(1), Inline = true });
        Assert.True(nodes.StartAsync().IsCompletedSuccessfully);
        return nodes;
    }

    private static AlternatorNode Down(AlternatorNodes nodes, int at)
    {
        AlternatorNode node = nodes.Snapshot.Nodes[at];
        node.Health.Unresponsive(node.Health.Generation);
        nodes.StateChanged(node, "test");
        return node;
    }

    private List<TimeSpan> Probes(AlternatorNode node, int seconds)
    {
        List<TimeSpan> at = [];
        TimeSpan begun = _clock.Elapsed;
        for (int i = 0; i < seconds * 10; i++)
        {
            int before = _cluster.Asked.Count;
            _clock.Advance(TimeSpan.FromSeconds(0.1));
            at.AddRange(_cluster.Asked.Skip(before).Where(asked => asked.Node == node.Address && asked.Query.Length == 0).Select(_ => _clock.Elapsed - begun));
        }
        return at;
    }

    private void Silence(string node) => _cluster.Nodes[node] = async (_, token) =>
    {
        await ExecutorFixture.Never(token);
        return default;
    };
}
