using System.Net;
using Alternator.Testing;

namespace Alternator.Client.Tests;

public sealed class AddressTranslationTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeCluster _cluster = new();
    private readonly AlternatorNodesOptions _options = new();

    public AddressTranslationTests()
    {
        // Two containers behind published ports, and a third that isn't published.
        foreach (string endpoint in (string[])["host1", "host2"])
        {
            _cluster.Lists(endpoint, "172.17.0.2", "172.17.0.3", "172.17.0.4");
            _options.Endpoints.Add(new Uri($"http://{endpoint}:5000"));
        }
        _cluster.Identities["host1"] = new NodeIdentity(IPAddress.Parse("172.17.0.2"), "dc1", "rack1");
        _cluster.Identities["host2"] = new NodeIdentity(IPAddress.Parse("172.17.0.3"), "dc1", "rack2");
    }

    [Fact]
    public async Task An_endpoint_stands_for_the_node_that_it_says_it_is()
    {
        await using AlternatorNodes nodes = Make();
        await nodes.RefreshAsync();
        Assert.Equal(["http://172.17.0.4:5000", "http://host1:5000", "http://host2:5000"], nodes.Snapshot.Nodes.Select(node => node.CanonicalEndpoint));
        Assert.Equal(["172.17.0.4", "172.17.0.2", "172.17.0.3"], nodes.Snapshot.Nodes.Select(node => node.Address));
        Assert.Equal(("dc1", "rack2"), (nodes.Snapshot.Nodes[2].Datacenter, nodes.Snapshot.Nodes[2].Rack));
        await nodes.RefreshAsync();
        await nodes.RefreshAsync();
        Assert.Equal(2, _cluster.IdentitiesAsked);
    }

    [Fact]
    public async Task An_endpoint_that_the_cluster_lists_itself_is_not_asked()
    {
        _cluster.Lists("172.17.0.2", "172.17.0.2", "172.17.0.3", "172.17.0.4");
        _options.Endpoints.Clear();
        _options.Endpoints.Add(new Uri("http://172.17.0.2:8000"));
        await using AlternatorNodes nodes = Make();
        await nodes.RefreshAsync();
        Assert.Equal(0, _cluster.IdentitiesAsked);
        Assert.Equal("http://172.17.0.2:8000", nodes.Snapshot.Nodes[0].CanonicalEndpoint);
    }

    [Fact]
    public async Task Switched_off_addresses_are_used_as_listed()
    {
        _options.AddressTranslation = AddressTranslationMode.Off;
        await using AlternatorNodes nodes = Make();
        await nodes.RefreshAsync();
        Assert.Equal(0, _cluster.IdentitiesAsked);
        Assert.Equal("http://172.17.0.2:5000", nodes.Snapshot.Nodes[0].CanonicalEndpoint);
    }

    [Fact]
    public async Task A_translator_of_ones_own_comes_first()
    {
        _options.AddressTranslator = new Translator();
        await using AlternatorNodes nodes = Make();
        await nodes.RefreshAsync();
        Assert.Equal(["http://forwarded:7004", "http://host1:5000", "http://host2:5000"], nodes.Snapshot.Nodes.Select(node => node.CanonicalEndpoint));
    }

    [Fact]
    public async Task When_no_endpoint_says_who_it_is_and_no_listed_address_answers_the_endpoints_are_the_nodes()
    {
        _cluster.Identities.Clear();
        await using AlternatorNodes nodes = Make();
        await nodes.RefreshAsync();
        Assert.Equal(["http://host1:5000", "http://host2:5000"], nodes.Snapshot.Nodes.Select(node => node.CanonicalEndpoint));
        Assert.All(nodes.Snapshot.Nodes, node => Assert.Equal(NodeState.Active, node.State));
        await nodes.RefreshAsync();
        Assert.Equal(2, nodes.Snapshot.Nodes.Length);
    }

    [Fact]
    public async Task When_no_endpoint_says_who_it_is_but_the_listed_addresses_answer_those_are_the_nodes()
    {
        _cluster.Identities.Clear();
        foreach (string address in (string[])["172.17.0.2", "172.17.0.3", "172.17.0.4"])
        {
            _cluster.Lists(address, "172.17.0.2", "172.17.0.3", "172.17.0.4");
        }
        await using AlternatorNodes nodes = Make();
        await nodes.RefreshAsync();
        Assert.Equal(["172.17.0.2", "172.17.0.3", "172.17.0.4"], nodes.Snapshot.Nodes.Select(node => node.Endpoint.Host));
    }

    [Fact]
    public async Task An_endpoint_is_asked_again_when_the_node_that_it_was_is_gone()
    {
        await using AlternatorNodes nodes = Make();
        await nodes.RefreshAsync();
        foreach (string endpoint in (string[])["host1", "host2"])
        {
            _cluster.Lists(endpoint, "172.17.0.9", "172.17.0.3");
        }
        _cluster.Identities["host1"] = new NodeIdentity(IPAddress.Parse("172.17.0.9"), "dc1", "rack1");
        _clock.Advance(TimeSpan.FromSeconds(11));
        await nodes.RefreshAsync();
        Assert.Equal(["http://host1:5000", "http://host2:5000"], nodes.Snapshot.Nodes.Select(node => node.CanonicalEndpoint));
        Assert.Equal("172.17.0.9", nodes.Snapshot.Nodes[0].Address);
    }

    [Theory]
    [InlineData("""{"Items":[{"rpc_address":{"S":"10.0.0.1"},"data_center":{"S":"dc1"},"rack":{"S":"r1"}}],"Count":1}""", "10.0.0.1 dc1 r1")]
    [InlineData("""{"Items":[{"rpc_address":{"S":"::ffff:10.0.0.1"}}]}""", "10.0.0.1  ")]
    [InlineData("""{"Items":[]}""", null)]
    [InlineData("""{"Items":[5]}""", null)]
    [InlineData("""{"Items":[{"rpc_address":{"N":"1"}}]}""", null)]
    [InlineData("""{"__type":"x"}""", null)]
    [InlineData("not json", null)]
    public void The_identity_is_read_from_the_row(string body, string? expected) =>
        Assert.Equal(expected, NodeIdentity.TryParse(System.Text.Encoding.UTF8.GetBytes(body)) is { } identity ? $"{identity.Address} {identity.Datacenter} {identity.Rack}" : null);

    private AlternatorNodes Make() => new(_options, null, _clock, new NodesSeams { Channel = _cluster, Random = new Random(1), Inline = true });

    private sealed class Translator : IAddressTranslator
    {
        public Uri? Translate(IPAddress address, Uri untranslated) => address.ToString() == "172.17.0.4" ? new Uri("http://forwarded:7004") : null;
    }
}
