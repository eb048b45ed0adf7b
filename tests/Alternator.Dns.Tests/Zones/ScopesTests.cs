using Alternator.Dns.Messages;
using Alternator.Dns.Tests.Support;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Tests.Zones;

public class ScopesTests
{
    private static readonly TestZone Cluster = new()
    {
        Settings = new ZoneSettings { Names = [DomainName.Parse("alternator.local")], Answers = DnsAnswers.All },
        Nodes =
        [
            TestZone.Node("10.0.0.1", "dc1", "rack1"), TestZone.Node("10.0.0.2", "dc1", "rack2"),
            TestZone.Node("10.0.0.3", "dc1", "rack2", live: false), TestZone.Node("10.1.0.1", "US East", "1a", live: false),
        ],
    };

    [Theory]
    [InlineData("alternator.local", "10.0.0.1 10.0.0.2")]
    [InlineData("dc1.alternator.local", "10.0.0.1 10.0.0.2")]
    [InlineData("rack1.dc1.alternator.local", "10.0.0.1")]
    [InlineData("RACK2.DC1.alternator.local", "10.0.0.2")]
    public void A_scope_has_a_name_that_shows_its_live_nodes(string name, string expected) =>
        Assert.Equal(expected, Sorted(Cluster.Ask(name)));

    [Fact]
    public void A_scope_whose_nodes_are_all_down_shows_its_last_known_nodes_and_no_others() =>
        Assert.Equal("10.1.0.1", Sorted(Cluster.Ask("us-east.alternator.local")));

    [Fact]
    public void An_unknown_scope_does_not_exist()
    {
        Assert.Equal(3, Cluster.Ask("dc9.alternator.local").Code);
        Assert.Equal(3, Cluster.Ask("rack9.dc1.alternator.local").Code);
        Assert.Equal(3, Cluster.Ask("rack1.us-east.alternator.local").Code);
    }

    [Fact]
    public void A_scope_has_services_of_its_own() =>
        Assert.Equal(["0 1 8000 ip-10-0-0-1.alternator.local"], Cluster.Ask("_alternator._tcp.rack1.dc1.alternator.local", 33).Texts);

    [Fact]
    public void The_name_of_a_node_that_is_down_still_leads_to_it() =>
        Assert.Equal(["10.0.0.3"], Cluster.Ask("ip-10-0-0-3.alternator.local").Texts);

    [Fact]
    public void A_datacenter_named_like_the_name_server_keeps_its_name()
    {
        var zone = new TestZone { Nodes = [TestZone.Node("10.0.0.1", "ns")] };

        Assert.Equal(["10.0.0.1"], zone.Ask("ns.alternator.local").Texts);
        Assert.Equal(["ns1.alternator.local"], zone.Ask("alternator.local", 2).Texts);
    }

    private static string Sorted(TestResponse response) => string.Join(' ', response.Texts.Order(StringComparer.Ordinal));
}
