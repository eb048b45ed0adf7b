using static Alternator.Client.Tests.ExecutorFixture;

namespace Alternator.Client.Tests;

/// <summary>Writes that can't be repeated, while a node is connected to: others are asked beside it, and one sends.</summary>
public sealed class SendPermitTests : IAsyncLifetime
{
    private readonly ExecutorFixture _fixture = new();
    private readonly List<AlternatorNode> _asked = [];
    private TimeSpan _begun;
    private int _connecting;

    public Task InitializeAsync() => _fixture.ReadyAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task A_node_that_cant_be_connected_to_costs_no_more_than_it_costs_a_read()
    {
        Connect(null, TimeSpan.Zero);
        string answeredBy = await _fixture.Run(_fixture.Send(Counter));
        Assert.Equal(_asked[1].Address, answeredBy);
        Assert.Equal([_asked[1]], _fixture.Sent);
        Assert.Equal(_fixture.Retry.SecondAttemptAfter, _fixture.Clock.Elapsed - _begun);
        Assert.Equal(0, _fixture.Nodes.Snapshot.Nodes.Sum(node => node.ActiveRequests));
    }

    [Theory]
    [InlineData(300, 500)]
    [InlineData(1000, 100)]
    public async Task The_first_connection_sends_and_the_other_node_is_not_blamed(int first, int second)
    {
        _fixture.Behaviour = (node, _, token) => _fixture.After(TimeSpan.FromSeconds(1), node.Address!, token);
        Connect(TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(second));
        string answeredBy = await _fixture.Run(_fixture.Send(Counter));
        int quicker = first < second + 200 ? 0 : 1;
        Assert.Equal(2, _asked.Count);
        Assert.Equal([_asked[quicker]], _fixture.Sent);
        Assert.Equal(_asked[quicker].Address, answeredBy);
        Assert.All(_asked, node => Assert.Equal((NodeState.Active, 0, 0), (node.State, node.Health.Failures, node.ActiveRequests)));
    }

    [Fact]
    public async Task Once_it_is_sent_no_other_node_is_asked()
    {
        _fixture.Behaviour = (node, _, token) => _fixture.After(TimeSpan.FromSeconds(5), node.Address!, token);
        Connect(TimeSpan.FromMilliseconds(100));
        await _fixture.Run(_fixture.Send(Counter));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task When_the_one_that_sent_it_fails_an_outrun_node_may_have_it()
    {
        await using var fixture = new ExecutorFixture(2);
        await fixture.ReadyAsync();
        fixture.Connects = async (_, token) =>
        {
            int[] times = [300, 50, 0];
            await Task.Delay(TimeSpan.FromMilliseconds(times[_connecting++]), fixture.Clock, token);
        };
        fixture.Behaviour = async (node, attempt, token) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), fixture.Clock, token);
            return attempt == 1 ? await Reset() : node.Address!;
        };
        TimeSpan begun = fixture.Clock.Elapsed;
        string answeredBy = await fixture.Run(fixture.Send(Counter));
        Assert.Equal(2, fixture.Sent.Count);
        Assert.NotEqual(fixture.Sent[0], fixture.Sent[1]);
        Assert.Equal(fixture.Sent[1].Address, answeredBy);
        // Asked after 200, connected to after 250, reset after 450; the other one's connection was too late at 300.
        Assert.Equal(650, (fixture.Clock.Elapsed - begun).TotalMilliseconds, 3);
    }

    [Fact]
    public async Task What_was_not_sent_may_go_elsewhere_when_writes_of_unknown_outcome_are_surfaced()
    {
        await using var careful = new ExecutorFixture(1);
        careful.Retry.AmbiguousWrites = AmbiguousWrites.Surface;
        await careful.ReadyAsync();
        AlternatorNode node = careful.Nodes.Snapshot.Nodes[0];
        int connecting = 0;
        careful.Connects = async (_, token) =>
        {
            if (connecting++ == 0)
            {
                careful.Cluster.Nodes[node.Address!] = async (_, cancelled) => { await Never(cancelled); return default; };
                await Never(token);
            }
        };
        // Silent, and then dead: the only node is tried again, since nothing was sent.
        Assert.Equal(node.Address, await careful.Run(careful.Send(Counter)));
        Assert.Equal(2, connecting);
    }

    [Fact]
    public async Task An_attempt_that_takes_the_permit_when_it_has_been_given_up_is_in_nobodys_way()
    {
        await using var fixture = new ExecutorFixture(1);
        await fixture.ReadyAsync();
        var late = new TaskCompletionSource();
        int connecting = 0;
        fixture.Connects = async (node, _) =>
        {
            switch (connecting++)
            {
                case 0:
                    fixture.Cluster.Nodes[node.Address!] = async (_, cancelled) => { await Never(cancelled); return default; };
                    await late.Task;
                    break;
                case 1:
                    late.SetResult();
                    break;
            }
        };
        await fixture.Run(fixture.Send(Counter));
        Assert.Equal(3, connecting);
        Assert.Single(fixture.Sent);
    }

    /// <summary>How long the attempts take to connect, one after another; null: for ever.</summary>
    private void Connect(params TimeSpan?[] times)
    {
        _begun = _fixture.Clock.Elapsed;
        _fixture.Connects = async (node, token) =>
        {
            TimeSpan? time = times[Math.Min(_asked.Count, times.Length - 1)];
            _asked.Add(node);
            if (time is null)
            {
                await Never(token);
            }
            else if (time > TimeSpan.Zero)
            {
                await _fixture.After(time.Value, "", token);
            }
        };
    }
}
