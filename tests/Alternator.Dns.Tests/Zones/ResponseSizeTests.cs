using Alternator.Dns.Messages;
using Alternator.Dns.Tests.Support;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Tests.Zones;

public class ResponseSizeTests
{
    private static TestZone Large(bool stream = false, int maxAnswers = 1000, int udpPayload = 1232) => new()
    {
        Settings = new ZoneSettings { Names = [DomainName.Parse("alternator.local")], Answers = DnsAnswers.All, MaxAnswers = maxAnswers, UdpPayload = udpPayload },
        Nodes = [.. Enumerable.Range(1, 200).Select(i => TestZone.Node($"10.0.0.{i}"))],
        Stream = stream,
    };

    [Fact]
    public void Without_edns_a_response_has_at_most_512_bytes_and_is_marked_as_truncated()
    {
        TestResponse response = Large().Ask("alternator.local");

        Assert.InRange(response.Length, 490, 512);
        Assert.True(response.Truncated);
        Assert.NotEmpty(response.Answers);
        Assert.Null(response.Opt);
    }

    [Theory]
    [InlineData(800, 800)]
    [InlineData(1232, 1232)]
    [InlineData(65535, 1232)]
    [InlineData(0, 512)]
    public void With_edns_the_smaller_of_both_sizes_limits_the_response(int asked, int limit)
    {
        TestResponse response = Large().Ask("alternator.local", ednsSize: asked);

        Assert.InRange(response.Length, limit - 40, limit);
        Assert.True(response.Truncated);
        Assert.Equal(1232, response.Opt!.Class);
    }

    [Fact]
    public void The_servers_own_udp_size_can_be_lowered()
    {
        TestResponse response = Large(udpPayload: 600).Ask("alternator.local", ednsSize: 4096);

        Assert.InRange(response.Length, 560, 600);
        Assert.Equal(600, response.Opt!.Class);
    }

    [Fact]
    public void Over_a_stream_every_node_fits()
    {
        TestResponse response = Large(stream: true).Ask("alternator.local");

        Assert.False(response.Truncated);
        Assert.Equal(200, response.Texts.Distinct().Count());
    }

    [Fact]
    public void The_number_of_answers_is_limited_and_every_node_has_its_turn()
    {
        TestZone zone = Large(maxAnswers: 5);
        var seen = new HashSet<string>();
        for (int i = 0; i < 2000; i++)
        {
            TestResponse response = zone.Ask("alternator.local");
            Assert.Equal(5, response.Answers.Count);
            Assert.False(response.Truncated);
            seen.UnionWith(response.Texts);
        }

        Assert.Equal(200, seen.Count);
    }

    [Fact]
    public void Addresses_beside_services_are_left_out_before_anything_is_truncated()
    {
        TestResponse response = Large(maxAnswers: 20).Ask("alternator.local", 33, ednsSize: 1232);

        Assert.False(response.Truncated);
        Assert.Equal(20, response.Answers.Count);
        Assert.InRange(response.Additionals.Count, 0, 19);
    }
}
