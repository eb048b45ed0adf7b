using Alternator.Dns.Messages;
using Alternator.Dns.Tests.Support;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Tests.Zones;

public class AnswersTests
{
    private const ushort A = 1, NS = 2, SOA = 6, MX = 15, TXT = 16, AAAA = 28, SRV = 33, ANY = 255;

    [Fact]
    public void By_default_an_address_query_names_one_node_for_four_seconds()
    {
        TestResponse response = new TestZone().Ask("alternator.local");

        TestRecord record = Assert.Single(response.Answers);
        Assert.Equal("alternator.local", record.Name);
        Assert.Equal(4u, record.Ttl);
        Assert.StartsWith("10.0.0.", record.Text, StringComparison.Ordinal);
        Assert.True(response.IsResponse && response.Authoritative && !response.Truncated && !response.RecursionAvailable);
    }

    [Fact]
    public void One_answer_per_query_is_spread_evenly_over_the_nodes()
    {
        var zone = new TestZone();
        Assert.InRange(ChiSquared(() => zone.Ask("alternator.local").Answers[0].Text, nodes: 3), 0, 13.8);
    }

    [Fact]
    public void In_all_mode_each_node_comes_first_equally_often_and_the_rest_follow_in_rotation()
    {
        var zone = new TestZone { Settings = Settings() with { Answers = DnsAnswers.All } };

        Assert.InRange(ChiSquared(
            () =>
            {
                string[] order = [.. zone.Ask("alternator.local").Texts];
                Assert.Contains(string.Join(' ', order), new[]
                {
                    "10.0.0.1 10.0.0.2 10.0.0.3", "10.0.0.2 10.0.0.3 10.0.0.1", "10.0.0.3 10.0.0.1 10.0.0.2",
                });
                return order[0];
            },
            nodes: 3), 0, 13.8);
    }

    [Fact]
    public void The_ttl_is_the_configured_one_in_answers_and_in_negative_answers()
    {
        var zone = new TestZone { Settings = Settings() with { Ttl = 77 } };

        Assert.Equal(77u, zone.Ask("alternator.local").Answers[0].Ttl);
        TestRecord soa = zone.Ask("nobody.alternator.local").Authorities[0];
        Assert.Equal(77u, soa.Ttl);
        Assert.Equal(77, soa.Data[^1]);
    }

    [Fact]
    public void A_family_without_nodes_gets_no_data_with_the_soa()
    {
        TestResponse response = new TestZone().Ask("alternator.local", AAAA);

        Assert.Equal(0, response.Code);
        Assert.Empty(response.Answers);
        Assert.Equal(SOA, Assert.Single(response.Authorities).Type);
        Assert.Equal("alternator.local", response.Authorities[0].Name);
        Assert.True(response.Authoritative);
    }

    [Fact]
    public void Nodes_of_both_families_are_told_apart()
    {
        var zone = new TestZone { Nodes = [TestZone.Node("10.0.0.1"), TestZone.Node("fd00::2")] };

        Assert.Equal("10.0.0.1", Assert.Single(zone.Ask("alternator.local", A).Texts));
        Assert.Equal("fd00::2", Assert.Single(zone.Ask("alternator.local", AAAA).Texts));
    }

    [Fact]
    public void A_name_that_does_not_exist_gets_nxdomain_with_the_soa()
    {
        TestResponse response = new TestZone().Ask("nobody.alternator.local");

        Assert.Equal(3, response.Code);
        Assert.Equal("ns.alternator.local hostmaster.alternator.local", Assert.Single(response.Authorities).Text);
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("local")]
    [InlineData("notalternator.local")]
    [InlineData("")]
    public void A_name_outside_the_zone_is_refused(string name)
    {
        TestResponse response = new TestZone().Ask(name, ednsSize: 1232);

        Assert.Equal(5, response.Code);
        Assert.Equal(20, response.ExtendedError);
        Assert.False(response.Authoritative);
        Assert.Empty(response.Answers);
    }

    [Fact]
    public void Names_match_whatever_their_case_and_the_case_is_preserved()
    {
        TestResponse response = new TestZone().Ask("ALTernator.LOCAL");

        Assert.Equal("ALTernator.LOCAL", response.QuestionName);
        Assert.Equal("ALTernator.LOCAL", Assert.Single(response.Answers).Name);
    }

    [Fact]
    public void Srv_names_every_node_with_its_port_and_its_address()
    {
        var zone = new TestZone { Nodes = [TestZone.Node("10.0.0.1", port: 8000), TestZone.Node("10.0.0.1", port: 8001), TestZone.Node("fd00::2", port: 8002)] };
        foreach (string name in new[] { "alternator.local", "_alternator._tcp.alternator.local", "_http._tcp.alternator.local" })
        {
            TestResponse response = zone.Ask(name, SRV, ednsSize: 1232);
            Assert.Equal(
                ["0 1 8000 ip-10-0-0-1.alternator.local", "0 1 8001 ip-10-0-0-1.alternator.local", "0 1 8002 ip6-fd00-0000-0000-0000-0000-0000-0000-0002.alternator.local"],
                response.Texts.Order(StringComparer.Ordinal));
            Assert.Contains(response.Additionals, record => record is { Name: "ip-10-0-0-1.alternator.local", Text: "10.0.0.1" });
            Assert.Contains(response.Additionals, record => record.Text == "fd00::2");
        }

        Assert.Equal("10.0.0.1", Assert.Single(zone.Ask("ip-10-0-0-1.alternator.local").Texts));
        Assert.Equal(3, zone.Ask("_https._tcp.alternator.local", SRV).Code);
        Assert.Equal(0, new TestZone { Settings = Settings() with { Scheme = "https" } }.Ask("_https._tcp.alternator.local", SRV).Code);
    }

    [Fact]
    public void The_name_between_a_service_and_its_zone_is_empty_but_exists() =>
        Assert.Equal(0, new TestZone().Ask("_tcp.alternator.local").Code);

    [Fact]
    public void The_zone_has_a_start_of_authority_and_a_name_server_with_its_address()
    {
        var zone = new TestZone { Settings = Settings() with { NameServerAddresses = [System.Net.IPAddress.Parse("192.0.2.53")] } };

        Assert.Equal("ns.alternator.local hostmaster.alternator.local", Assert.Single(zone.Ask("alternator.local", SOA).Texts));
        TestResponse servers = zone.Ask("alternator.local", NS);
        Assert.Equal("ns.alternator.local", Assert.Single(servers.Texts));
        Assert.Equal("192.0.2.53", Assert.Single(servers.Additionals).Text);
        Assert.Equal("192.0.2.53", Assert.Single(zone.Ask("ns.alternator.local").Texts));
    }

    [Fact]
    public void Any_is_answered_with_one_small_record()
    {
        TestResponse response = new TestZone { Settings = Settings() with { Answers = DnsAnswers.All } }.Ask("alternator.local", ANY);

        Assert.Equal(13, Assert.Single(response.Answers).Type);
        Assert.InRange(response.Length, 0, 70);
    }

    [Theory]
    [InlineData(MX, 0)]
    [InlineData(TXT, 0)]
    [InlineData(65, 0)]
    [InlineData(252, 5)]
    [InlineData(251, 5)]
    [InlineData(250, 4)]
    [InlineData(249, 4)]
    [InlineData(253, 4)]
    [InlineData(254, 4)]
    [InlineData(41, 1)]
    public void Other_types_have_the_code_that_the_rfcs_give_them(ushort type, int code)
    {
        TestResponse response = new TestZone().Ask("alternator.local", type);

        Assert.Equal(code, response.Code);
        Assert.Empty(response.Answers);
        Assert.Equal(code == 0 ? 1 : 0, response.Authorities.Count);
    }

    [Fact]
    public void Another_class_is_refused_and_any_class_is_answered()
    {
        Assert.Equal(5, new TestZone().Ask(TestQuery.Build("version.bind", TXT, @class: 3)).Code);
        Assert.Equal(1, Assert.Single(new TestZone().Ask(TestQuery.Build("alternator.local", A, @class: 255)).Answers).Class);
    }

    [Fact]
    public void Several_zones_have_the_same_nodes_and_the_longest_one_is_the_authority()
    {
        var zone = new TestZone
        {
            Settings = Settings() with { Names = [DomainName.Parse("alternator.local"), DomainName.Parse("db.alternator.local"), DomainName.Parse("other.test")] },
        };

        Assert.Single(zone.Ask("other.test").Answers);
        Assert.Equal("db.alternator.local", zone.Ask("x.db.alternator.local").Authorities[0].Name);
        Assert.Equal("alternator.local", zone.Ask("x.alternator.local").Authorities[0].Name);
    }

    private static ZoneSettings Settings() => new() { Names = [DomainName.Parse("alternator.local")] };

    /// <summary>The statistic over 6,000 draws. With two degrees of freedom it exceeds 13.8 once in a thousand runs; the draws are seeded.</summary>
    private static double ChiSquared(Func<string> draw, int nodes)
    {
        const int Draws = 6000;
        var counts = new Dictionary<string, int>();
        for (int i = 0; i < Draws; i++)
        {
            string node = draw();
            counts[node] = counts.GetValueOrDefault(node) + 1;
        }

        Assert.Equal(nodes, counts.Count);
        double expected = (double)Draws / nodes;
        return counts.Values.Sum(count => (count - expected) * (count - expected) / expected);
    }
}
