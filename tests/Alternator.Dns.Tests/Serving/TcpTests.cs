using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Tests.Support;

namespace Alternator.Dns.Tests.Serving;

public class TcpTests
{
    [Fact]
    public async Task Queries_that_are_sent_at_once_are_all_answered_on_the_same_connection()
    {
        await using LiveServer server = await LiveServer.StartAsync();
        using Socket socket = await server.ConnectAsync();

        await socket.SendAsync(LiveServer.Framed([.. Enumerable.Range(0, 500).Select(i => TestQuery.Build("alternator.local", id: (ushort)i))]));
        for (int i = 0; i < 500; i++)
            Assert.Equal(i, new TestResponse((await LiveServer.ReadFrameAsync(socket))!).Id);
    }

    [Fact]
    public async Task A_query_in_single_bytes_is_answered()
    {
        await using LiveServer server = await LiveServer.StartAsync();
        using Socket socket = await server.ConnectAsync();

        foreach (byte b in LiveServer.Framed(TestQuery.Build("alternator.local")))
            await socket.SendAsync(new[] { b });
        Assert.Single(new TestResponse((await LiveServer.ReadFrameAsync(socket))!).Answers);
    }

    [Fact]
    public async Task An_answer_that_is_truncated_over_udp_is_whole_over_tcp()
    {
        await using LiveServer server = await LiveServer.StartWithNodesAsync(100);
        byte[] query = TestQuery.Build("alternator.local");

        Assert.True((await server.AskAsync(query)).Truncated);
        TestResponse whole = await server.AskOverTcpAsync(query);
        Assert.False(whole.Truncated);
        Assert.Equal(100, whole.Texts.Distinct().Count());
    }

    [Theory]
    [InlineData("a length beyond any query", new byte[] { 0xFF, 0xFF })]
    [InlineData("a response", new byte[] { 0, 12, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("an empty message", new byte[] { 0, 0 })]
    public async Task A_client_that_does_not_keep_to_the_protocol_is_cut_off(string _, byte[] bytes)
    {
        await using LiveServer server = await LiveServer.StartAsync();
        using Socket socket = await server.ConnectAsync();

        await socket.SendAsync(bytes);
        Assert.Null(await LiveServer.ReadFrameAsync(socket));
    }

    [Fact]
    public async Task A_connection_without_a_query_ends_when_its_time_is_over()
    {
        await using LiveServer server = await LiveServer.StartAsync(options => options.TcpIdleTimeout = TimeSpan.FromSeconds(1));
        using Socket socket = await server.ConnectAsync();

        Assert.Null(await LiveServer.ReadFrameAsync(socket));
    }

    [Fact]
    public async Task A_query_that_drips_in_has_one_deadline_in_all()
    {
        await using LiveServer server = await LiveServer.StartAsync(options =>
        {
            options.TcpIdleTimeout = TimeSpan.FromMinutes(5);
            options.TcpMessageTimeout = TimeSpan.FromMilliseconds(500);
        });
        using Socket socket = await server.ConnectAsync();
        Task<byte[]?> answer = LiveServer.ReadFrameAsync(socket);

        // Each byte comes well within the time, the message never does.
        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            await socket.SendAsync(new byte[] { 1, 0 });
            for (int i = 0; i < 250; i++)
            {
                await Task.Delay(50);
                await socket.SendAsync(new byte[1]);
            }
        });
        Assert.Null(await answer);
    }

    [Fact]
    public async Task A_client_that_takes_no_answers_is_cut_off()
    {
        await using LiveServer server = await LiveServer.StartAsync(options =>
        {
            options.TcpIdleTimeout = TimeSpan.FromMinutes(5);
            options.TcpMessageTimeout = TimeSpan.FromMilliseconds(500);
        });
        using Socket socket = await server.ConnectAsync();
        byte[] queries = LiveServer.Framed([.. Enumerable.Repeat(TestQuery.Build("alternator.local"), 1000)]);

        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            using var deadline = new CancellationTokenSource(LiveServer.Patience);
            while (true)
                await socket.SendAsync(queries, deadline.Token);
        });
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_and_a_place_is_given_back()
    {
        await using LiveServer server = await LiveServer.StartAsync(options => options.MaxConnections = 2);
        Socket first = await server.ConnectAsync();
        using Socket second = await server.ConnectAsync();
        Assert.True(await IsServedAsync(first));
        Assert.True(await IsServedAsync(second));
        Assert.False(await IsServedAnewAsync(server));

        first.Dispose();
        await LiveServer.UntilAsync(() => IsServedAnewAsync(server), "the place is free");
    }

    [Fact]
    public async Task One_source_does_not_take_all_connections()
    {
        await using LiveServer server = await LiveServer.StartAsync(options => options.MaxConnectionsPerSource = 1);
        using Socket first = await server.ConnectAsync();
        Assert.True(await IsServedAsync(first));
        Assert.False(await IsServedAnewAsync(server));

        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.77"), 0));
        await other.ConnectAsync(server.EndPoint);
        Assert.True(await IsServedAsync(other));
    }

    [Fact]
    public async Task A_stop_answers_what_was_asked_and_closes_idle_connections_at_once()
    {
        await using LiveServer server = await LiveServer.StartAsync(options => options.DrainTimeout = TimeSpan.FromMinutes(5));
        using Socket idle = await server.ConnectAsync();
        using Socket busy = await server.ConnectAsync();
        await busy.SendAsync(LiveServer.Framed([.. Enumerable.Range(0, 100).Select(i => TestQuery.Build("alternator.local", id: (ushort)i))]));
        Assert.NotNull(await LiveServer.ReadFrameAsync(busy));

        await server.Server.StopAsync().WaitAsync(LiveServer.Patience);
        for (int i = 1; i < 100; i++)
            Assert.Equal(i, new TestResponse((await LiveServer.ReadFrameAsync(busy))!).Id);
        Assert.Null(await LiveServer.ReadFrameAsync(busy));
        Assert.Null(await LiveServer.ReadFrameAsync(idle));
    }

    /// <summary>A refused connection may be reset before the client has noticed that it was opened.</summary>
    private static async Task<bool> IsServedAnewAsync(LiveServer server)
    {
        try
        {
            using Socket socket = await server.ConnectAsync();
            return await IsServedAsync(socket);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<bool> IsServedAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync(LiveServer.Framed(TestQuery.Build("alternator.local")));
        }
        catch (SocketException)
        {
            return false;
        }

        return await LiveServer.ReadFrameAsync(socket) is not null;
    }
}
