using System.Net;
using static Alternator.Client.Tests.ExecutorFixture;

namespace Alternator.Client.Tests;

/// <summary>What the outcomes of requests do to the health of nodes.</summary>
public sealed class RequestOutcomeTests : IAsyncLifetime
{
    private readonly ExecutorFixture _fixture = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task A_server_error_counts_neither_for_a_node_nor_against_it()
    {
        _fixture.Options.Health.QuarantineSampling = 1;
        await _fixture.ReadyAsync();
        AlternatorNode ill = Quarantine(_fixture.Nodes.Snapshot.Nodes[0]);
        _fixture.Behaviour = (node, _, _) => node == ill ? Error(HttpStatusCode.InternalServerError, "InternalServerError") : new("ok");
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal("ok", await _fixture.Send(Read));
        }
        Assert.Equal(40, _fixture.Sent.Count(node => node == ill));
        Assert.Equal((NodeState.Quarantined, 0), (ill.State, ill.Health.Failures));
    }

    [Fact]
    public async Task Outcomes_of_requests_that_began_before_a_node_went_down_are_dropped_when_it_is_back()
    {
        await _fixture.ReadyAsync();
        AlternatorNode node = _fixture.Nodes.Snapshot.Nodes[0];
        AttemptOutcome[] earlier = [.. Enumerable.Range(0, 30).Select(_ => AttemptOutcome.Start(_fixture.Nodes, node, 0))];
        Quarantine(node);
        foreach (AttemptOutcome attempt in earlier[..15])
        {
            attempt.Failed(AttemptFailure.TimedOut, "late", 1);
        }
        Assert.Equal((NodeState.Quarantined, 0), (node.State, node.Health.Failures));
        foreach (AttemptOutcome attempt in earlier[15..])
        {
            attempt.Succeeded(1);
        }
        Assert.Equal((NodeState.Quarantined, 0), (node.State, node.ActiveRequests));
    }

    [Fact]
    public async Task A_node_that_comes_back_begins_its_slow_start_anew()
    {
        await _fixture.ReadyAsync();
        _fixture.Clock.Advance(TimeSpan.FromMinutes(1));
        AlternatorNode node = Quarantine(_fixture.Nodes.Snapshot.Nodes[0]);
        Assert.True(node.Health.ProbeSucceeded());
        _fixture.Nodes.StateChanged(node, "test");
        Assert.Equal((NodeState.Active, _fixture.Clock.GetTimestamp()), (node.State, node.AdmittedAt));
    }

    [Fact]
    public async Task A_node_that_was_tried_although_it_was_down_comes_back_by_its_answers()
    {
        await using var fixture = new ExecutorFixture(1);
        await fixture.ReadyAsync();
        AlternatorNode node = fixture.Nodes.Snapshot.Nodes[0];
        node.Health.Unresponsive(node.Health.Generation);
        fixture.Nodes.StateChanged(node, "test");
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(NodeState.Down, node.State);
            Assert.Equal("10.0.0.1", await fixture.Send(Read));
        }
        Assert.Equal(NodeState.Quarantined, node.State);
    }

    private AlternatorNode Quarantine(AlternatorNode node)
    {
        node.Health.Unresponsive(node.Health.Generation);
        for (int i = 0; i < _fixture.Options.Health.ProbeSuccessesToQuarantined; i++)
        {
            node.Health.ProbeSucceeded();
        }
        Assert.Equal(NodeState.Quarantined, node.State);
        _fixture.Nodes.StateChanged(node, "test");
        return node;
    }
}
