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
