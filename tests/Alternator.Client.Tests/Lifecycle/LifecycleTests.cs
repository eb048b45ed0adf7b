using Alternator.Testing;

namespace Alternator.Client.Tests;

public sealed class LifecycleTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeCluster _cluster = new();
    private readonly AlternatorNodesOptions _options = new();

    public LifecycleTests()
    {
        _cluster.Lists("10.0.0.1", "10.0.0.1", "10.0.0.2");
        _cluster.Lists("10.0.0.2", "10.0.0.1", "10.0.0.2");
        _options.Endpoints.Add(new Uri("http://10.0.0.1:8000"));
    }

    [Fact]
    public async Task Creating_it_asks_nobody_and_starting_it_does_not_wait()
    {
        Silence("10.0.0.1");
        await using AlternatorNodes nodes = Make();
        Assert.Empty(_cluster.Asked);
        Assert.True(nodes.StartAsync().IsCompletedSuccessfully);
        Assert.Single(_cluster.Asked);
        Assert.False(nodes.Snapshot.FromDiscovery);
    }

    [Fact]
    public async Task Starting_waits_for_the_first_list_when_told_to()
    {
        _options.Start = StartPolicy.WaitForFirst;
        await using AlternatorNodes nodes = Make();
        await nodes.StartAsync();
        Assert.True(nodes.Snapshot.FromDiscovery);
        Assert.Equal(2, nodes.LiveNodes.Count);

        _cluster.Nodes.Clear();
        await using AlternatorNodes others = Make();
        await others.StartAsync(); // found nothing, and doesn't throw
        Assert.Contains("refused", others.Status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starting_fails_with_the_cause_when_nodes_are_required_and_there_is_none()
    {
        _options.Start = StartPolicy.Require;
        _cluster.Nodes.Clear();
        await using AlternatorNodes nodes = Make();
        var error = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => nodes.StartAsync());
        Assert.Contains("http://10.0.0.1:8000", error.Message, StringComparison.Ordinal);
        Assert.Contains("refused", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_during_a_refresh_ends_it_and_the_loops_end()
    {
        Silence("10.0.0.1");
        await using AlternatorNodes nodes = Make();
        await nodes.StartAsync();
        Assert.Single(_cluster.Asked);
        await nodes.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        int asked = _cluster.Asked.Count;
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(asked, _cluster.Asked.Count);
        await nodes.StopAsync();
    }

    [Fact]
    public async Task Stopping_while_a_node_fails_its_probe_or_its_refresh_throws_nothing_and_blames_nobody()
    {
        await using AlternatorNodes nodes = Make();
        await nodes.RefreshAsync();
        AlternatorNode down = nodes.Snapshot.Nodes[1];
        down.Health.Unresponsive(down.Health.Generation);
        nodes.StateChanged(down, "test");
        // What a closing connection does: it fails by an error of its own when the question is cancelled.
        foreach (string node in (string[])["10.0.0.1", "10.0.0.2"])
        {
            _cluster.Nodes[node] = (_, token) =>
            {
                var answer = new TaskCompletionSource<LocalNodesAnswer>();
                token.Register(() => answer.TrySetException(new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused")));
                return answer.Task;
            };
        }
        await nodes.StartAsync();
        Pass(TimeSpan.FromSeconds(1.5));
        Assert.True(_cluster.Asked.Count(asked => asked.Node == "10.0.0.2") >= 2, "The node isn't being probed.");
        string? before = down.LastError;

        await nodes.StopAsync();

        Assert.Equal((NodeState.Down, before), (down.State, down.LastError));
        Assert.Equal((NodeState.Active, (string?)null), (nodes.Snapshot.Nodes[0].State, nodes.Snapshot.Nodes[0].LastError));
    }

    [Fact]
    public async Task What_nobody_expected_a_node_to_throw_ends_no_loop()
    {
        foreach (string node in (string[])["10.0.0.1", "10.0.0.2"])
        {
            _cluster.Nodes[node] = (_, _) => throw new NotSupportedException("strange");
        }
        await using AlternatorNodes nodes = Make();
        await nodes.StartAsync();
        Pass(TimeSpan.FromMinutes(1));
        Assert.Contains("strange", nodes.Status.LastError, StringComparison.Ordinal);
        _cluster.Lists("10.0.0.1", "10.0.0.1", "10.0.0.2");
        _cluster.Lists("10.0.0.2", "10.0.0.1", "10.0.0.2");
        Pass(TimeSpan.FromSeconds(10));
        Assert.Equal([NodeState.Active, NodeState.Active], nodes.Snapshot.Nodes.Select(node => node.State));
    }

    [Fact]
    public async Task A_translator_that_throws_spoils_one_refresh_and_not_the_loop()
    {
        var log = new RecordedLog();
        var translator = new Faulty { Throws = true };
        _options.AddressTranslator = translator;
        await using var nodes = new AlternatorNodes(_options, log, _clock, new NodesSeams { Channel = _cluster, Random = new Random(1), Inline = true });
        await nodes.StartAsync();
        Pass(TimeSpan.FromSeconds(5));
        Assert.Contains("no such table", nodes.Status.LastError, StringComparison.Ordinal);
        Assert.Single(log.Events, 108);
        translator.Throws = false;
        Pass(TimeSpan.FromSeconds(5));
        Assert.True(nodes.Snapshot.FromDiscovery);
        await nodes.StopAsync();
    }

    [Fact]
    public async Task A_second_stop_waits_for_the_end_that_the_first_has_begun()
    {
        var left = new TaskCompletionSource();
        _cluster.Nodes["10.0.0.1"] = async (_, _) =>
        {
            await left.Task; // deaf to cancellation
            return default;
        };
        await using AlternatorNodes nodes = Make();
        await nodes.StartAsync();
        Task first = nodes.StopAsync();
        Task second = nodes.StopAsync();
        Assert.False(first.IsCompleted || second.IsCompleted);
        left.SetResult();
        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task It_can_be_started_again_after_a_stop()
    {
        await using AlternatorNodes nodes = Make();
        await nodes.StartAsync();
        await nodes.StopAsync();
        int asked = _cluster.Asked.Count;
        await nodes.StartAsync();
        Assert.True(_cluster.Asked.Count > asked);
    }

    [Fact]
    public async Task Disposing_twice_is_harmless_and_using_it_afterwards_is_not()
    {
        AlternatorNodes nodes = Make();
        await nodes.StartAsync();
        await nodes.DisposeAsync();
        await nodes.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => nodes.StartAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => nodes.RefreshAsync());
    }

    [Fact]
    public async Task Subscribers_hear_of_changes_until_they_leave_and_their_mistakes_stop_nobody()
    {
        await using AlternatorNodes nodes = Make();
        List<int> heard = [];
        using IDisposable faulty = nodes.Subscribe(_ => throw new InvalidOperationException("mistake"));
        IDisposable subscription = nodes.Subscribe(snapshot => heard.Add(snapshot.Nodes.Length));
        await nodes.RefreshAsync();
        Assert.Equal(2, heard[^1]);
        int before = heard.Count;
        await nodes.RefreshAsync();
        Assert.Equal(before, heard.Count);
        nodes.Snapshot.Nodes[0].Health.Unresponsive(0);
        nodes.StateChanged(nodes.Snapshot.Nodes[0], "test");
        Assert.Equal(before + 1, heard.Count);
        Assert.Single(nodes.LiveNodes);
        subscription.Dispose();
        subscription.Dispose();
        nodes.StateChanged(nodes.Snapshot.Nodes[0], "test");
        Assert.Equal(before + 1, heard.Count);
    }

    [Fact]
    public async Task Two_executors_share_one_cluster_and_its_health()
    {
        await using AlternatorNodes nodes = Make();
        await nodes.RefreshAsync();
        var first = new RequestExecutor(nodes, new BalancingOptions(), new RetryOptions(), new HedgingOptions(), _clock);
        var second = new RequestExecutor(nodes, new BalancingOptions(), new RetryOptions(), new HedgingOptions(), _clock);
        AlternatorNode dead = nodes.Snapshot.Nodes[0];
        List<AlternatorNode> sent = [];
        for (int i = 0; i < 50 && dead.State == NodeState.Active; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            await first.ExecuteAsync<Call, string>(new Call(sent, dead), ExecutorFixture.Read, CancellationToken.None);
        }
        Assert.Equal(NodeState.Down, dead.State);

        sent.Clear();
        for (int i = 0; i < 50; i++)
        {
            await second.ExecuteAsync<Call, string>(new Call(sent, dead), ExecutorFixture.Read, CancellationToken.None);
        }
        Assert.DoesNotContain(dead, sent);
    }

    private readonly struct Call(List<AlternatorNode> sent, AlternatorNode refuses) : INodeCall<string>
    {
        public ValueTask<string> SendAsync(AlternatorNode node, int attempt, SendPermit? permit, CancellationToken attemptToken)
        {
            sent.Add(node);
            return node == refuses ? ExecutorFixture.Refused() : new("ok");
        }
    }

    [Fact]
    public void Later_changes_of_the_options_have_no_effect()
    {
        AlternatorNodes nodes = Make();
        _options.Endpoints.Add(new Uri("http://10.0.0.9:8000"));
        _options.Discovery.ActiveInterval = TimeSpan.FromHours(1);
        _options.Health.ActiveFailuresToDown = 1;
        Assert.Single(nodes.Options.Endpoints);
        Assert.Equal(TimeSpan.FromSeconds(1), nodes.Options.Discovery.ActiveInterval);
        Assert.Equal(10, nodes.Options.Health.ActiveFailuresToDown);
    }

    [Fact]
    public void A_mistake_in_the_options_is_named()
    {
        Assert.Contains("Endpoints", Assert.Throws<ArgumentException>(() => new AlternatorNodes(new AlternatorNodesOptions())).Message, StringComparison.Ordinal);
        Mistake("ActiveInterval", options => options.Discovery.ActiveInterval = TimeSpan.Zero);
        Mistake("IdleInterval", options => options.Discovery.IdleInterval = TimeSpan.FromSeconds(-1));
        Mistake("at most 24 days", options => options.Discovery.IdleInterval = TimeSpan.FromDays(30));
        Mistake("ProbePeriod", options => options.Health.ProbePeriod = TimeSpan.MaxValue);
        Mistake("SuspicionTimeout", options => options.Health.SuspicionTimeout = TimeSpan.FromSeconds(-1));
        Mistake("ActiveProbeInterval", options => options.Health.ActiveProbeInterval = TimeSpan.FromDays(99));
        Mistake("Jitter", options => options.Discovery.Jitter = 1);
        Mistake("Timeout", options => options.Discovery.Timeout = TimeSpan.Zero);
        Mistake("ProbePeriod", options => options.Health.ProbePeriod = TimeSpan.Zero);
        Mistake("QuarantineSampling", options => options.Health.QuarantineSampling = 1.5);
        Mistake("LatencyHalfLife", options => options.LatencyHalfLife = TimeSpan.Zero);
        Mistake("discovery", options =>
        {
            options.Discovery.Enabled = false;
            options.Scope = RoutingScope.Datacenter("dc1");
        });
        Mistake("ftp", options => options.Endpoints.Add(new Uri("ftp://10.0.0.1")));

        static void Mistake(string named, Action<AlternatorNodesOptions> make)
        {
            var options = new AlternatorNodesOptions();
            options.Endpoints.Add(new Uri("http://10.0.0.1:8000"));
            make(options);
            Assert.Contains(named, Assert.ThrowsAny<ArgumentException>(() => new AlternatorNodes(options)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_short_form_takes_a_scheme_a_port_and_nodes()
    {
        var nodes = new AlternatorNodes("https", 8043, "10.0.0.1", "::1", "node.example.com");
        Assert.Equal(["https://10.0.0.1:8043", "https://[::1]:8043", "https://node.example.com:8043"], nodes.Snapshot.Nodes.Select(node => node.CanonicalEndpoint));
    }

    /// <summary>Lets time pass outside the test's own context, so that the loops continue on this thread.</summary>
    private void Pass(TimeSpan time)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _clock.Advance(time);
        SynchronizationContext.SetSynchronizationContext(context);
    }

    private sealed class Faulty : IAddressTranslator
    {
        public bool Throws { get; set; }

        public Uri? Translate(System.Net.IPAddress address, Uri untranslated) => Throws ? throw new InvalidOperationException("no such table") : null;
    }

    private void Silence(string node) => _cluster.Nodes[node] = async (_, token) =>
    {
        await ExecutorFixture.Never(token);
        return default;
    };

    private AlternatorNodes Make() => new(_options, null, _clock, new NodesSeams { Channel = _cluster, Random = new Random(1), Inline = true });
}
