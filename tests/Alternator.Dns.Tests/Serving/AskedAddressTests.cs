using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Observability;
using Alternator.Dns.Serving;
using Alternator.Dns.Tests.Support;
using Alternator.Dns.Zones;
using Microsoft.Extensions.Logging.Abstractions;

namespace Alternator.Dns.Tests.Serving;

/// <summary>
/// A server with all of a machine's addresses answers from the one that was asked. The clients are connected sockets, which take nothing from another address,
/// as dig and every resolver do. On Linux all of 127.0.0.0/8 are the machine's.
/// </summary>
public sealed class AskedAddressTests
{
    public static TheoryData<string, string> Addresses { get; } = Reachable();

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task The_answer_comes_from_the_address_that_was_asked(string listen, string asked)
    {
        await using LiveServer server = await LiveServer.StartAsync(options => ListenAt(options, listen));

        Assert.Single((await AskAsync(server.EndPoint.Port, asked, TestQuery.Build("alternator.local"))).Answers);
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task So_does_the_answer_of_an_upstream_server(string listen, string asked)
    {
        await using LiveServer upstream = await LiveServer.StartAsync(options => options.Names.Add("example.org"));
        await using LiveServer server = await LiveServer.StartAsync(options =>
        {
            ListenAt(options, listen);
            options.Forward.Add(upstream.EndPoint);
        });

        Assert.Single((await AskAsync(server.EndPoint.Port, asked, TestQuery.Build("example.org"))).Answers);
    }

    /// <summary>As on systems that have no recvmmsg: through a socket of its own for each address, which is then served too.</summary>
    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task The_portable_way_answers_from_there_as_well_again_and_again(string listen, string asked)
    {
        var zone = new TestZone();
        using var pair = SocketPair.Bind(new IPEndPoint(IPAddress.Parse(listen), 0));
        var service = new QueryService(zone.Settings, new ZoneHolder(zone.View), forwarder: null, new DnsCounters(), queriesPerSecond: 0, TimeProvider.System);
        await using var server = new UdpServer(pair.Datagram, service, threads: 2, NullLogger.Instance, portable: true);

        for (int i = 0; i < 10; i++)
        {
            Assert.NotEmpty((await AskAsync(pair.EndPoint.Port, asked, TestQuery.Build("alternator.local"))).Answers);
            Assert.NotEmpty((await AskAsync(pair.EndPoint.Port, listen == "::" && Loopback.HasV6 ? "::1" : "127.0.0.1", TestQuery.Build("alternator.local"))).Answers);
        }
    }

    [Fact]
    public void The_portable_way_still_finds_out_that_another_program_has_the_port()
    {
        using var pair = SocketPair.Bind(new IPEndPoint(IPAddress.Any, 0));
        pair.Stream.Dispose();
        var served = new List<Socket>();
        var sockets = new AddressSockets(pair.Datagram, served.Add);

        Socket own = sockets.At(IPAddress.Loopback);
        Assert.Same(own, sockets.At(IPAddress.Loopback));
        Assert.Same(own, Assert.Single(served));
        Assert.Throws<SocketException>(() => SocketPair.Bind(pair.EndPoint).Dispose());
        Assert.Throws<SocketException>(() => SocketPair.Bind(new IPEndPoint(IPAddress.Loopback, pair.EndPoint.Port)).Dispose());
        own.Dispose();
    }

    [Fact]
    public void An_address_that_the_machine_does_not_have_is_left_to_the_kernel()
    {
        using var pair = SocketPair.Bind(new IPEndPoint(IPAddress.Any, 0));
        var sockets = new AddressSockets(pair.Datagram, _ => Assert.Fail("nothing to serve"));

        Assert.Same(pair.Datagram, sockets.At(IPAddress.Parse("192.0.2.1")));
    }

    private static TheoryData<string, string> Reachable()
    {
        var addresses = new TheoryData<string, string> { { "0.0.0.0", "127.0.0.1" } };
        if (OperatingSystem.IsLinux())
            addresses.Add("0.0.0.0", "127.0.0.2");
        if (!Loopback.HasV6)
            return addresses;

        addresses.Add("::", "::1");
        addresses.Add("::", "127.0.0.1");
        if (OperatingSystem.IsLinux())
            addresses.Add("::", "127.0.0.2");
        return addresses;
    }

    private static void ListenAt(AlternatorDnsOptions options, string address)
    {
        options.Listen.Clear();
        options.Listen.Add(new IPEndPoint(IPAddress.Parse(address), 0));
    }

    // Again if a datagram was lost, as every resolver does.
    private static async Task<TestResponse> AskAsync(int port, string address, byte[] query)
    {
        for (int attempt = 0; attempt < 4; attempt++)
        {
            if (await LiveServer.AskUdpAsync(new IPEndPoint(IPAddress.Parse(address), port), query, TimeSpan.FromSeconds(5)) is { } answer)
                return new TestResponse(answer);
        }

        throw new TimeoutException($"no answer from {address}");
    }
}
