using Alternator.Dns.Tests.Support;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Tests.Zones;

public class StalenessTests
{
    [Fact]
    public void A_stale_list_is_served_and_says_that_it_is_stale()
    {
        TestResponse response = new TestZone { Freshness = Freshness.Stale }.Ask("alternator.local", ednsSize: 1232);

        Assert.Single(response.Answers);
        Assert.Equal(3, response.ExtendedError);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(28)]
    [InlineData(33)]
    public void An_expired_list_gives_servfail_and_never_an_empty_answer(ushort type)
    {
        TestResponse response = new TestZone { Freshness = Freshness.Expired }.Ask("alternator.local", type, ednsSize: 1232);

        Assert.Equal(2, response.Code);
        Assert.Equal(22, response.ExtendedError);
        Assert.Empty(response.Authorities);
    }

    [Fact]
    public void With_an_expired_list_the_zone_itself_still_answers() =>
        Assert.Single(new TestZone { Freshness = Freshness.Expired }.Ask("alternator.local", 6).Answers);

    [Fact]
    public void Without_any_node_the_answer_is_servfail() =>
        Assert.Equal(2, new TestZone { Nodes = [] }.Ask("alternator.local").Code);

    [Fact]
    public void Nodes_that_are_all_down_are_served_as_the_last_known_good() =>
        Assert.Equal(["10.0.0.9"], new TestZone { Nodes = [TestZone.Node("10.0.0.9", live: false)] }.Ask("alternator.local").Texts);
}
