using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Tests.Support;

namespace Alternator.Dns.Tests.Serving;

/// <summary>A stop while the upstream server still owes an answer.</summary>
public sealed class DrainTests : IDisposable
{
    private readonly Socket _upstream = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    [Fact]
    public async Task A_query_that_is_under_way_is_answered_before_the_end()
    {
        await using LiveServer server = await StartAsync(drainTimeout: TimeSpan.FromMinutes(5));
        (byte[] query, EndPoint forwarder) = await AskAsync(server);

        Task stop = server.Server.StopAsync();
        query[2] |= 0x80;
        query[3] |= 5;
        await _upstream.SendToAsync(query, forwarder);

        await stop.WaitAsync(LiveServer.Patience);
        byte[] answer = new byte[512];
        using var deadline = new CancellationTokenSource(LiveServer.Patience);
        int length = await _client.ReceiveAsync(answer, deadline.Token);
        Assert.Equal((4711, 5), (new TestResponse(answer.AsSpan(0, length)).Id, new TestResponse(answer.AsSpan(0, length)).Code));
    }

    [Fact]
    public async Task A_query_that_stays_under_way_is_waited_for_no_longer_than_the_drain_timeout()
    {
        await using LiveServer server = await StartAsync(drainTimeout: TimeSpan.FromMilliseconds(200));
        await AskAsync(server);

        await server.Server.StopAsync().WaitAsync(LiveServer.Patience);
    }

    public void Dispose()
    {
        _upstream.Dispose();
        _client.Dispose();
    }

    private Task<LiveServer> StartAsync(TimeSpan drainTimeout)
    {
        _upstream.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return LiveServer.StartAsync(options =>
        {
            options.Forward.Add((IPEndPoint)_upstream.LocalEndPoint!);
            options.ForwardTimeout = TimeSpan.FromMinutes(5);
            options.DrainTimeout = drainTimeout;
        });
    }

    /// <summary>Asks, and waits until the upstream server has the query.</summary>
    private async Task<(byte[] Query, EndPoint Forwarder)> AskAsync(LiveServer server)
    {
        await _client.ConnectAsync(server.EndPoint);
        await _client.SendAsync(TestQuery.Build("example.org", id: 4711));
        byte[] query = new byte[512];
        using var deadline = new CancellationTokenSource(LiveServer.Patience);
        SocketReceiveFromResult received = await _upstream.ReceiveFromAsync(query, new IPEndPoint(IPAddress.Any, 0), deadline.Token);
        return (query[..received.ReceivedBytes], received.RemoteEndPoint);
    }
}
