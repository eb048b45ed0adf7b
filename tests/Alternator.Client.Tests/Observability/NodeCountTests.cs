using System.Diagnostics.Metrics;
using static Alternator.Client.Tests.ExecutorFixture;

namespace Alternator.Client.Tests;

/// <summary>
/// <c>alternator.client.nodes</c> as an exporter sees it: the last report of a series counts, and one that falls silent keeps its last value.
/// </summary>
[Collection("telemetry")]
public sealed class NodeCountTests : IAsyncLifetime
{
    // A scope of their own, so that nodes of other tests that were never disposed don't count.
    private static readonly RoutingScope Counted = RoutingScope.Rack("counted", "r1", RoutingScope.Datacenter("counted"));

    private readonly ExecutorFixture _fixture = new();
    private readonly Exported _exported = new();

    public NodeCountTests() => _fixture.Options.Scope = Counted;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _exported.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task The_states_add_up_to_the_number_of_nodes_while_nodes_fail_recover_leave_and_join()
    {
        Assert.Equal(0, _exported.Nodes());
        await _fixture.ReadyAsync();
        Assert.Equal(3, _exported.Nodes());
        Assert.Equal(3, _exported.Nodes("active"));

        _fixture.Behaviour = (node, _, _) => node.Address == "10.0.0.2" ? Refused() : new("ok");
        for (int i = 0; i < 100 && _fixture.Nodes.Snapshot.Nodes[1].State != NodeState.Down; i++)
        {
            await _fixture.Run(_fixture.Send(Read));
            Assert.Equal(3, _exported.Nodes());
        }
        Assert.Equal((2, 1), (_exported.Nodes("active"), _exported.Nodes("down")));

        List("10.0.0.1", "10.0.0.3");
        await _fixture.Nodes.RefreshAsync();
        Assert.Equal(2, _exported.Nodes());
        List("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
        await _fixture.Nodes.RefreshAsync();
        Assert.Equal(4, _exported.Nodes());

        await _fixture.Nodes.StopAsync();
        Assert.Equal(4, _exported.Nodes());
        await _fixture.Nodes.DisposeAsync();
        Assert.Equal(0, _exported.Nodes());
    }

    [Fact]
    public async Task A_scope_that_is_left_for_its_fallback_keeps_no_nodes()
    {
        await _fixture.ReadyAsync();
        Assert.Equal(3, _exported.Nodes());
        foreach (string node in Addresses)
            _fixture.Cluster.Nodes[node] = static (query, _) => Task.FromResult(query.Contains("r1", StringComparison.Ordinal) ? FakeCluster.Answer() : FakeCluster.Answer(Addresses));
        await _fixture.Nodes.RefreshAsync();
        Assert.True(_fixture.Nodes.Snapshot.IsFallback);
        Assert.Equal(3, _exported.Nodes());
        List(Addresses);
        await _fixture.Nodes.RefreshAsync();
        Assert.False(_fixture.Nodes.Snapshot.IsFallback);
        Assert.Equal(3, _exported.Nodes());
    }

    [Fact]
    public async Task Clusters_of_one_scope_are_added_up_and_clients_that_share_one_are_not()
    {
        await _fixture.ReadyAsync();
        await using (var other = new AlternatorNodes(_fixture.Options, null, _fixture.Clock, new NodesSeams { Channel = _fixture.Cluster, Random = new Random(3), Inline = true }))
        {
            await other.RefreshAsync();
            Assert.Equal(6, _exported.Nodes());
            var credentials = new Amazon.Runtime.BasicAWSCredentials("a", "b");
            using var first = new AlternatorDynamoDBClient(other, new AlternatorClientConfig(), credentials);
            using var second = new AlternatorDynamoDBClient(other, new AlternatorClientConfig(), credentials);
            Assert.Equal(6, _exported.Nodes());
        }
        Assert.Equal(3, _exported.Nodes());
    }

    [Fact]
    public async Task Requests_in_flight_go_back_to_none_when_their_node_has_left()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, token) => _fixture.After(TimeSpan.FromMilliseconds(20), "ok", token);
        Task<string> request = _fixture.Send(Read);
        Assert.Equal(1, _exported.ActiveRequests());
        List([.. Addresses.Where(address => address != _fixture.Sent[0].Address)]);
        await _fixture.Nodes.RefreshAsync();
        Assert.Equal(0, _exported.ActiveRequests());
        await _fixture.Run(request);
    }

    private static readonly string[] Addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];

    private void List(params string[] addresses)
    {
        foreach (string node in addresses)
            _fixture.Cluster.Lists(node, addresses);
    }

    /// <summary>What an exporter of cumulative values would send.</summary>
    private sealed class Exported : IDisposable
    {
        private readonly Measurements _measurements = new();
        private readonly Dictionary<string, (Instrument Instrument, Measurements.Measured Last)> _series = [];

        public int Nodes(string? state = null) => Sum("alternator.client.nodes", measured =>
            measured.Tag("alternator.scope")!.Contains("counted", StringComparison.Ordinal) && (state is null || measured.Tag("alternator.node.state") == state));

        public int ActiveRequests() => Sum("alternator.client.active_requests", measured => measured.Tag("server.address")!.StartsWith("10.0.0.", StringComparison.Ordinal));

        public void Dispose() => _measurements.Dispose();

        private int Sum(string instrument, Func<Measurements.Measured, bool> wanted)
        {
            int before = _measurements.All.Count;
            _measurements.Observe();
            foreach (Measurements.Measured measured in _measurements.All.Skip(before))
            {
                string tags = string.Join(",", measured.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));
                _series[$"{measured.Instrument.Name} {tags}"] = (measured.Instrument, measured);
            }
            return (int)_series.Values.Where(series => series.Instrument.Name == instrument && wanted(series.Last)).Sum(series => series.Last.Value);
        }
    }
}
