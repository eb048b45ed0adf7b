using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Forwarding;
using Alternator.Dns.Tests.Support;

namespace Alternator.Dns.Tests.Forwarding;

/// <summary>The upstream server is another one of ours with another zone, or a socket that behaves badly.</summary>
public class ForwardingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Other_names_are_answered_by_the_upstream_server(bool stream)
    {
        await using LiveServer upstream = await LiveServer.StartAsync(options => options.Names.Add("example.org"));
        await using LiveServer server = await ForwardTo(upstream.EndPoint);
        byte[] query = TestQuery.Build("Example.ORG", id: 0x4711);

        TestResponse response = stream ? await server.AskOverTcpAsync(query) : await server.AskAsync(query);
        Assert.Equal(0x4711, response.Id);
        Assert.Equal("Example.ORG", response.QuestionName);
        Assert.Single(response.Answers);
    }

    [Fact]
    public async Task The_own_zone_is_not_forwarded_and_says_that_recursion_is_available()
    {
        await using LiveServer server = await ForwardTo(new IPEndPoint(IPAddress.Loopback, 9));

        TestResponse response = await server.AskAsync("alternator.local");
        Assert.Single(response.Answers);
        Assert.True(response.RecursionAvailable);
    }

    [Fact]
    public async Task Without_the_wish_for_recursion_other_names_are_refused()
    {
        await using LiveServer server = await ForwardTo(new IPEndPoint(IPAddress.Loopback, 9));

        Assert.Equal(5, (await server.AskAsync(TestQuery.Build("example.org", flags: 0))).Code);
    }

    [Fact]
    public async Task Any_is_forwarded_over_tcp_only()
    {
        await using LiveServer upstream = await LiveServer.StartAsync(options => options.Names.Add("example.org"));
        await using LiveServer server = await ForwardTo(upstream.EndPoint);
        byte[] query = TestQuery.Build("example.org", 255);

        TestResponse overUdp = await server.AskAsync(query);
        Assert.True(overUdp.Truncated);
        Assert.Empty(overUdp.Answers);
        Assert.Single((await server.AskOverTcpAsync(query)).Answers);
    }

    [Fact]
    public async Task When_the_upstream_does_not_answer_the_next_is_asked_and_then_it_is_servfail()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using LiveServer upstream = await LiveServer.StartAsync(options => options.Names.Add("example.org"));
        await using LiveServer both = await ForwardTo((IPEndPoint)silent.LocalEndPoint!, upstream.EndPoint);
        await using LiveServer one = await ForwardTo((IPEndPoint)silent.LocalEndPoint!);

        Assert.Single((await both.AskAsync("example.org")).Answers);
        TestResponse failed = await one.AskAsync("example.org");
        Assert.Equal(2, failed.Code);
        Assert.True(failed.RecursionAvailable);
    }

    [Fact]
    public async Task A_slow_upstream_does_not_hold_up_other_queries_of_the_connection()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        await using LiveServer server = await LiveServer.StartAsync(options =>
        {
            options.Forward.Add((IPEndPoint)silent.LocalEndPoint!);
            options.ForwardTimeout = TimeSpan.FromSeconds(1);
        });
        using Socket socket = await server.ConnectAsync();
        await socket.SendAsync(LiveServer.Framed(TestQuery.Build("example.org", id: 1), TestQuery.Build("alternator.local", id: 2)));

        Assert.Equal(2, new TestResponse((await LiveServer.ReadFrameAsync(socket))!).Id);
        TestResponse second = new((await LiveServer.ReadFrameAsync(socket))!);
        Assert.Equal((1, 2), (second.Id, second.Code));
    }

    [Fact]
    public async Task A_forged_answer_is_not_believed()
    {
        using var upstream = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        upstream.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using LiveServer server = await ForwardTo((IPEndPoint)upstream.LocalEndPoint!);
        Task<TestResponse> answer = server.AskAsync(TestQuery.Build("example.org", id: 99));

        byte[] query = new byte[512];
        SocketReceiveFromResult received = await upstream.ReceiveFromAsync(query, new IPEndPoint(IPAddress.Any, 0));
        byte[] reply = query[..received.ReceivedBytes];
        reply[2] |= 0x80;
        byte[] wrongId = [.. reply];
        wrongId[0] ^= 1;
        byte[] wrongName = [.. reply];
        wrongName[13] ^= 1;
        byte[] refused = [.. reply];
        refused[3] |= 5;
        foreach (byte[] message in new[] { wrongId, wrongName, query[..received.ReceivedBytes], [1, 2, 3], refused })
            await upstream.SendToAsync(message, received.RemoteEndPoint);

        Assert.Equal((99, 5), ((await answer).Id, (await answer).Code));
    }

    [Fact]
    public void The_own_end_point_as_upstream_is_refused()
    {
        var options = new AlternatorDnsOptions();
        options.Endpoints.Add(new Uri("http://127.0.0.1:8000"));
        options.Listen.Add(new IPEndPoint(IPAddress.Any, 5353));
        options.Forward.Add(new IPEndPoint(IPAddress.Loopback, 5353));

        Assert.Contains("circle", Assert.Throws<ArgumentException>(() => new AlternatorDnsServer(options)).Message, StringComparison.Ordinal);
    }

    private static Task<LiveServer> ForwardTo(params IPEndPoint[] upstreams) => LiveServer.StartAsync(options =>
    {
        foreach (IPEndPoint upstream in upstreams)
            options.Forward.Add(upstream);
        options.ForwardTimeout = upstreams.Length > 1 ? TimeSpan.FromSeconds(1) : options.ForwardTimeout;
    });
}
