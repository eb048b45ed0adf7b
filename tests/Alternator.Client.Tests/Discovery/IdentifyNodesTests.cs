using System.Net;

namespace Alternator.Client.Tests;

public sealed class IdentifyNodesTests
{
    [Theory]
    [InlineData(true, "dc1/rack1 dc1/rack2")]
    [InlineData(false, "/ /")]
    public async Task Datacenters_and_racks_of_listed_nodes_are_known_where_that_is_wanted(bool identify, string expected)
    {
        var options = new AlternatorNodesOptions { IdentifyNodes = identify, Endpoints = { new Uri("http://10.0.0.1:8000") } };
        await using var nodes = new AlternatorNodes(options, null, null, new NodesSeams { Channel = new Cluster() });

        await nodes.RefreshAsync();
        await nodes.RefreshAsync();

        Assert.Equal(expected, string.Join(' ', nodes.Snapshot.Nodes.Select(node => $"{node.Datacenter}/{node.Rack}")));
    }

    private sealed class Cluster : INodeChannel
    {
        public Task<LocalNodesAnswer> GetLocalNodesAsync(Uri endpoint, string query, CancellationToken cancellationToken) =>
            Task.FromResult(LocalNodesAnswer.Parse("""["10.0.0.1","10.0.0.2"]"""u8.ToArray()));

        public Task<NodeIdentity?> GetIdentityAsync(Uri endpoint, CancellationToken cancellationToken) =>
            Task.FromResult<NodeIdentity?>(new NodeIdentity(IPAddress.Parse(endpoint.Host), "dc1", endpoint.Host == "10.0.0.1" ? "rack1" : "rack2"));
    }
}
