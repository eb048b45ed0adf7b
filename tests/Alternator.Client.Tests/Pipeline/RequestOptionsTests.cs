using System.Net;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using static Alternator.Client.Tests.ExecutorFixture;

namespace Alternator.Client.Tests;

/// <summary>Which node is asked, when, and how often, where some requests have settings of their own.</summary>
public sealed class RequestOptionsTests : IAsyncLifetime
{
    private readonly ExecutorFixture _fixture = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task A_preferred_node_is_asked_first_and_others_when_it_fails()
    {
        await _fixture.ReadyAsync();
        AlternatorNode preferred = _fixture.Nodes.Snapshot.Nodes[1];
        Apply(new() { PreferredNode = preferred });
        for (int i = 0; i < 6; i++)
            await _fixture.Send(Read);
        Assert.All(_fixture.Sent, node => Assert.Same(preferred, node));
        _fixture.Behaviour = (node, _, _) => node == preferred ? Refused() : new("ok");
        Assert.Equal("ok", await _fixture.Send(Read));
        Assert.NotSame(preferred, _fixture.Sent[^1]);
    }

    [Fact]
    public async Task A_scope_is_kept_to()
    {
        await _fixture.ReadyAsync();
        string[] racks = ["rack1", "rack2", "rack2"];
        foreach ((AlternatorNode node, string rack) in _fixture.Nodes.Snapshot.Nodes.Zip(racks))
            (node.Datacenter, node.Rack) = ("dc1", rack);
        Apply(new() { Scope = RoutingScope.Rack("dc1", "rack2") });
        _fixture.Behaviour = (_, _, _) => Refused();
        var exception = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => _fixture.Run(_fixture.Send(Read)));
        Assert.Contains("10.0.0.2", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.1", exception.Message, StringComparison.Ordinal);
        Assert.All(_fixture.Sent, node => Assert.Equal("rack2", node.Rack));
        Assert.Equal(2, _fixture.Sent.Distinct().Count());
    }

    [Fact]
    public async Task Keys_of_a_scope_are_dealt_over_its_nodes()
    {
        await _fixture.ReadyAsync();
        foreach (AlternatorNode node in _fixture.Nodes.Snapshot.Nodes)
            (node.Datacenter, node.Rack) = ("dc1", node.Address == "10.0.0.3" ? "rack2" : "rack1");
        Apply(new() { Scope = RoutingScope.Rack("dc1", "rack1") });
        for (int seed = 0; seed < 20; seed++)
            await _fixture.Send(new RequestTraits { Operation = "PutItem", IsIdempotent = true, HasAffinity = true, AffinitySeed = seed });
        Assert.Equal(["10.0.0.1", "10.0.0.2"], _fixture.Sent.Select(node => node.Address).Distinct().Order());
    }

    [Fact]
    public async Task A_scope_without_nodes_falls_back_or_says_so()
    {
        await _fixture.ReadyAsync();
        Apply(new() { Scope = RoutingScope.Datacenter("dc2") });
        var exception = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => _fixture.Run(_fixture.Send(Read)));
        Assert.Contains("No node of datacenter dc2 is known.", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Sent);

        // As soon as a node says that it is there, it is used.
        _fixture.Nodes.Snapshot.Nodes[2].Datacenter = "dc2";
        Assert.Equal("10.0.0.3", await _fixture.Send(Read));

        Apply(new() { Scope = RoutingScope.Datacenter("dc3", RoutingScope.Cluster) });
        for (int i = 0; i < 3; i++)
            await _fixture.Send(Read);
        Assert.Equal(3, _fixture.Sent.Distinct().Count());
    }

    [Fact]
    public async Task A_scope_follows_changes_of_health()
    {
        await _fixture.ReadyAsync();
        foreach (AlternatorNode node in _fixture.Nodes.Snapshot.Nodes)
            node.Datacenter = node.Address == "10.0.0.3" ? "dc2" : "dc1";
        Apply(new() { Scope = RoutingScope.Datacenter("dc1"), SecondAttemptAfter = Timeout.InfiniteTimeSpan });
        await _fixture.Send(Read);
        _fixture.Behaviour = (node, _, _) => node.Address == "10.0.0.1" ? Refused() : new("ok");
        for (int i = 0; i < 40; i++)
            await _fixture.Run(_fixture.Send(Read));
        Assert.Equal(NodeState.Down, _fixture.Nodes.Snapshot.Nodes[0].State);
        _fixture.Sent.Clear();
        for (int i = 0; i < 10; i++)
            await _fixture.Send(Read);
        Assert.All(_fixture.Sent, node => Assert.Equal("10.0.0.2", node.Address));
    }

    [Fact]
    public async Task Reads_are_hedged_or_not_as_the_options_say()
    {
        await _fixture.ReadyAsync();
        RequestExecutor basis = _fixture.Executor;
        Apply(new() { Hedging = true });
        _fixture.Behaviour = (_, _, token) => _fixture.After(TimeSpan.FromMilliseconds(2), "quick", token);
        for (int i = 0; i < 200; i++)
            await _fixture.Run(_fixture.Send(Read));
        Assert.Equal(2, await AttemptsOfASlowReadAsync());
        _fixture.Executor = basis;
        Assert.Equal(1, await AttemptsOfASlowReadAsync());
    }

    [Fact]
    public async Task The_times_and_the_number_of_attempts_are_options()
    {
        await _fixture.ReadyAsync();
        RequestExecutor basis = _fixture.Executor;
        _fixture.Behaviour = static (_, _, token) => Never(token);
        foreach ((RequestOptions options, double seconds, int attempts) in ((RequestOptions, double, int)[])
            [
                (new() { AttemptTimeout = TimeSpan.FromSeconds(1), MaxAttempts = 1 }, 1, 1),
                (new() { OverallTimeout = TimeSpan.FromSeconds(2), SecondAttemptAfter = Timeout.InfiniteTimeSpan }, 2, 1),
                (new() { OverallTimeout = TimeSpan.FromSeconds(1), SecondAttemptAfter = TimeSpan.FromMilliseconds(400) }, 1, 3),
            ])
        {
            _fixture.Executor = basis;
            Apply(options);
            _fixture.Sent.Clear();
            TimeSpan before = _fixture.Clock.Elapsed;
            await Assert.ThrowsAsync<AlternatorUnavailableException>(() => _fixture.Run(_fixture.Send(Read)));
            Assert.Equal(seconds, (_fixture.Clock.Elapsed - before).TotalSeconds, 1);
            Assert.Equal(attempts, _fixture.Sent.Count);
        }
    }

    [Fact]
    public async Task A_write_of_unknown_outcome_is_repeated_or_surfaced_as_the_options_say()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, attempt, _) => attempt == 0 ? Reset() : new("ok");
        Assert.Equal("ok", await _fixture.Send(Counter));
        Apply(new() { AmbiguousWrites = AmbiguousWrites.Surface });
        await Assert.ThrowsAsync<AlternatorUnavailableException>(() => _fixture.Send(Counter));
    }

    [Fact]
    public async Task Budgets_and_what_was_learnt_are_common()
    {
        await _fixture.ReadyAsync();
        RequestExecutor basis = _fixture.Executor;
        RequestExecutor derived = new RequestOptions { MaxAttempts = 2, Hedging = true }.Derive(basis, new HedgingOptions { Enabled = true });
        Assert.Same(basis.Budget, derived.Budget);
        Assert.Same(basis.Patience, derived.Patience);
        Assert.Same(basis.Balancer, derived.Balancer);
        Assert.NotSame(basis.Patience, new RequestOptions { AttemptTimeout = TimeSpan.FromSeconds(1) }.Derive(basis, new HedgingOptions()).Patience);
    }

    [Fact]
    public void Options_out_of_their_range_are_refused()
    {
        using var client = new AlternatorDynamoDBClient("http://127.0.0.1:1");
        Assert.Throws<ArgumentOutOfRangeException>(() => client.With(new() { MaxAttempts = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.With(new() { AttemptTimeout = TimeSpan.Zero }));
        Assert.Throws<ArgumentNullException>(() => client.With(null!));
        Assert.Contains("IdentifyNodes", Assert.Throws<ArgumentException>(() => client.With(new() { Scope = RoutingScope.Datacenter("dc1") })).Message, StringComparison.Ordinal);
        using var other = new AlternatorDynamoDBClient("http://127.0.0.1:2");
        Assert.Contains("http://127.0.0.1:2", Assert.Throws<ArgumentException>(() => client.With(new() { PreferredNode = other.Nodes.Snapshot.Nodes[0] })).Message, StringComparison.Ordinal);
        client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.With(new()));
    }

    private void Apply(RequestOptions options) =>
        _fixture.Executor = options.Derive(_fixture.Executor, new HedgingOptions { Enabled = options.Hedging ?? false });

    private async Task<int> AttemptsOfASlowReadAsync()
    {
        int before = _fixture.Sent.Count;
        _fixture.Behaviour = (_, attempt, token) => _fixture.After(TimeSpan.FromMilliseconds(attempt == 0 ? 50 : 2), "ok", token);
        await _fixture.Run(_fixture.Send(Read));
        return _fixture.Sent.Count - before;
    }
}
