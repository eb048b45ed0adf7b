using System.Net;
using Alternator.Dns.Limits;
using Alternator.Dns.Tests.Support;
using Alternator.Testing;

namespace Alternator.Dns.Tests.Limits;

public class RateLimitTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_source_has_a_seconds_worth_at_once_and_then_its_rate()
    {
        var limiter = new SourceRateLimiter(10, _clock);
        var source = IPAddress.Parse("192.0.2.1");

        Assert.InRange(Enumerable.Range(0, 100).Count(_ => limiter.Allows(source)), 10, 11);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.InRange(Enumerable.Range(0, 100).Count(_ => limiter.Allows(source)), 5, 6);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.InRange(Enumerable.Range(0, 100).Count(_ => limiter.Allows(source)), 10, 11);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::1", "2001:db8::2", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    public void Sources_are_addresses_or_their_ipv6_network(string one, string other, bool same)
    {
        // Two sources share a slot once in 65,536 limiters; a few of them rule that out.
        int shared = Enumerable.Range(0, 20).Count(_ =>
        {
            var limiter = new SourceRateLimiter(1, _clock);
            while (limiter.Allows(Bytes(one)))
            {
            }

            return !limiter.Allows(Bytes(other));
        });
        Assert.Equal(same, shared == 20);
        Assert.True(same || shared <= 1);
    }

    [Fact]
    public void Without_a_limit_everything_is_allowed() =>
        Assert.True(Enumerable.Range(0, 100_000).All(_ => new SourceRateLimiter(0, _clock).Allows(IPAddress.Loopback)));

    [Fact]
    public async Task Beyond_its_rate_a_source_is_sent_to_tcp_or_not_answered_at_all()
    {
        await using LiveServer server = await LiveServer.StartAsync(options => options.QueriesPerSecond = 1);
        byte[] query = TestQuery.Build("alternator.local");
        TestResponse? limited = null;
        await LiveServer.UntilAsync(
            async () =>
            {
                byte[]? answer = await LiveServer.AskUdpAsync(server.EndPoint, query, TimeSpan.FromMilliseconds(200));
                limited = answer is null ? null : new TestResponse(answer);
                return limited is { Truncated: true };
            },
            "a truncated answer");

        Assert.Empty(limited!.Answers);
        Assert.Single((await server.AskOverTcpAsync(query)).Answers);
    }

    /// <summary>In the form in which the UDP server sees sources.</summary>
    private static byte[] Bytes(string address) => IPAddress.Parse(address).GetAddressBytes();
}
