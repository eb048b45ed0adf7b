using static Alternator.Client.Tests.ExecutorFixture;

namespace Alternator.Client.Tests;

/// <summary>A node that has failed a request is probed until it answers or is down, whatever the balancer sends it meanwhile.</summary>
public sealed class SuspicionTests : IAsyncLifetime
{
    private readonly ExecutorFixture _fixture = new() { Balancing = { Policy = BalancingPolicy.PowerOfTwo } };

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task A_node_that_refuses_is_down_a_second_after_its_first_failed_request_though_it_gets_no_other()
    {
        AlternatorNode dead = await OneRefusesAsync();
        _fixture.Cluster.Nodes.Remove(dead.Address!);
        await FailOneAsync(dead);
        Assert.Equal(NodeState.Active, dead.State);

        Pass(TimeSpan.FromMilliseconds(700));
        Assert.Equal(NodeState.Active, dead.State);
        Pass(TimeSpan.FromMilliseconds(300));

        Assert.Equal(NodeState.Down, dead.State);
        Assert.Equal(10, dead.Health.Failures);
        Assert.Equal(1, _fixture.Sent.Count(node => node == dead));
    }

    [Fact]
    public async Task A_node_that_answers_its_probe_stays_and_is_probed_no_more()
    {
        AlternatorNode flaky = await OneRefusesAsync();
        await FailOneAsync(flaky);
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal((NodeState.Active, 1), (flaky.State, flaky.Health.Failures));
        Assert.Equal(1, Probes(flaky));

        await FailOneAsync(flaky);
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(2, Probes(flaky));
    }

    [Fact]
    public async Task A_node_that_answers_its_probe_with_an_error_is_alive()
    {
        AlternatorNode ill = await OneRefusesAsync();
        _fixture.Cluster.Nodes[ill.Address!] = (_, _) => Task.FromException<LocalNodesAnswer>(new HttpRequestException("no", null, System.Net.HttpStatusCode.InternalServerError));
        await FailOneAsync(ill);
        Pass(TimeSpan.FromSeconds(10));
        Assert.Equal((NodeState.Active, 1), (ill.State, ill.Health.Failures));
    }

    [Fact]
    public async Task A_node_that_leaves_its_probe_unanswered_is_down_when_the_time_for_that_is_over()
    {
        AlternatorNode dead = await OneRefusesAsync();
        _fixture.Cluster.Nodes[dead.Address!] = async (_, token) => { await Never(token); return default; };
        await FailOneAsync(dead);
        Pass(TimeSpan.FromMilliseconds(900));
        Assert.Equal(NodeState.Active, dead.State);
        Pass(TimeSpan.FromMilliseconds(200));
        Assert.Equal(NodeState.Down, dead.State);
    }

    [Fact]
    public async Task A_node_that_answers_a_request_meanwhile_is_not_dead_for_an_unanswered_probe()
    {
        AlternatorNode flaky = await OneRefusesAsync();
        _fixture.Cluster.Nodes[flaky.Address!] = async (_, token) => { await Never(token); return default; };
        await FailOneAsync(flaky);
        Pass(TimeSpan.FromMilliseconds(500));
        AttemptOutcome.Start(_fixture.Nodes, flaky, _fixture.Clock.GetTimestamp()).Succeeded(_fixture.Clock.GetTimestamp());
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(NodeState.Active, flaky.State);
    }

    [Fact]
    public async Task A_node_that_answers_others_meanwhile_is_slow_and_not_dead_for_the_one_that_waits()
    {
        AlternatorNode slow = await OneRefusesAsync();
        _fixture.Cluster.Nodes[slow.Address!] = async (_, token) => { await Never(token); return default; };
        _fixture.Behaviour = (node, _, token) => node == slow ? _fixture.After(TimeSpan.FromSeconds(2), "slow", token) : new("ok");
        Task<string> waiting;
        do
        {
            waiting = _fixture.Send(Counter);
        }
        while (waiting.IsCompleted);
        Pass(TimeSpan.FromMilliseconds(500));
        AttemptOutcome.Start(_fixture.Nodes, slow, _fixture.Clock.GetTimestamp()).Succeeded(_fixture.Clock.GetTimestamp());
        Assert.Equal("slow", await _fixture.Run(waiting));
        Assert.Equal(NodeState.Active, slow.State);
    }

    [Fact]
    public async Task An_answered_request_clears_a_suspect()
    {
        AlternatorNode node = await OneRefusesAsync();
        _fixture.Cluster.Nodes.Remove(node.Address!);
        await FailOneAsync(node);
        Pass(TimeSpan.FromMilliseconds(350));
        Assert.InRange(node.Health.Failures, 3, 6);
        Assert.False(node.Health.RequestSucceeded(node.Health.Generation));
        int before = Probes(node);
        Pass(TimeSpan.FromSeconds(10));
        Assert.Equal((NodeState.Active, before), (node.State, Probes(node)));
    }

    [Fact]
    public async Task A_timeout_of_zero_switches_these_probes_off()
    {
        _fixture.Options.Health.SuspicionTimeout = TimeSpan.Zero;
        AlternatorNode dead = await OneRefusesAsync();
        _fixture.Cluster.Nodes.Remove(dead.Address!);
        await FailOneAsync(dead);
        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal((NodeState.Active, 0), (dead.State, Probes(dead)));
    }

    [Fact]
    public async Task While_every_node_is_down_each_is_probed_every_second()
    {
        AlternatorNode dead = await OneRefusesAsync();
        Pass(TimeSpan.Zero);
        await _fixture.Nodes.StartAsync();
        string[] addresses = [.. _fixture.Nodes.Snapshot.Nodes.Select(static node => node.Address!)];
        _fixture.Cluster.Nodes.Clear();
        foreach (AlternatorNode node in _fixture.Nodes.Snapshot.Nodes)
        {
            node.Health.Unresponsive(node.Health.Generation);
            _fixture.Nodes.StateChanged(node, "test");
        }
        Pass(TimeSpan.FromSeconds(60));
        int before = Probes(dead);
        Pass(TimeSpan.FromSeconds(10));
        Assert.InRange(Probes(dead) - before, 9, 11);
        foreach (string address in addresses)
        {
            _fixture.Cluster.Lists(address, addresses);
        }
        Pass(TimeSpan.FromSeconds(5));
        Assert.All(_fixture.Nodes.Snapshot.Nodes, static node => Assert.Equal(NodeState.Active, node.State));
    }

    /// <summary>Every node is active; one of them refuses requests, and answers probes so far.</summary>
    private async Task<AlternatorNode> OneRefusesAsync()
    {
        _fixture.Options.Scope = RoutingScope.Datacenter("dc1");
        await _fixture.ReadyAsync();
        AlternatorNode node = _fixture.Nodes.Snapshot.Nodes[1];
        _fixture.Cluster.Asked.Clear();
        _fixture.Behaviour = (sent, _, _) => sent == node ? Refused() : new("ok");
        return node;
    }

    private async Task FailOneAsync(AlternatorNode node)
    {
        // A bad score keeps requests away from it for a while.
        int before = _fixture.Sent.Count(sent => sent == node);
        for (int i = 0; i < 500 && _fixture.Sent.Count(sent => sent == node) == before; i++)
        {
            Pass(TimeSpan.FromMilliseconds(100));
            Assert.Equal("ok", await _fixture.Send(Read));
        }
    }

    // Discovery asks with a query.
    private int Probes(AlternatorNode node) => _fixture.Cluster.Asked.Count(asked => asked.Node == node.Address && asked.Query.Length == 0);

    /// <summary>Lets time pass outside the test's own context, so that the loops continue on this thread; also what the test does next.</summary>
    private void Pass(TimeSpan time)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        _fixture.Clock.Advance(time);
    }
}
