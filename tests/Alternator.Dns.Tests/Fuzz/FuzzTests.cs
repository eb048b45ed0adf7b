using System.Net.Sockets;
using Alternator.Dns.Messages;
using Alternator.Dns.Tests.Support;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Tests.Fuzz;

/// <summary>Bounded by default; a hundred times as long with ALTERNATOR_LONG_TESTS=1.</summary>
public class FuzzTests
{
    private static readonly int Factor = Environment.GetEnvironmentVariable("ALTERNATOR_LONG_TESTS") == "1" ? 100 : 1;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Whatever_arrives_the_answer_is_well_formed_within_its_limit_and_nothing_is_allocated(int seed, bool stream)
    {
        var mutator = new Mutator(seed);
        var zone = new TestZone
        {
            Settings = new ZoneSettings { Names = [DomainName.Parse("alternator.local")], Answers = DnsAnswers.All, MaxAnswers = 1000 },
            Nodes = [.. Enumerable.Range(1, 100).Select(i => TestZone.Node($"10.0.0.{i}", "dc1", "rack1")), TestZone.Node("fd00::1")],
            Stream = stream,
        };
        int answered = 0;
        for (int i = 0; i < 100_000 * Factor; i++)
        {
            byte[] message = mutator.Next();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Reply reply = zone.Respond(message);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated == 0 || i < 1000, $"{Convert.ToHexString(message)} allocated {allocated} bytes");
            if (reply.Kind is ReplyKind.Drop)
            {
                Assert.True(message.Length < 12 || (message[2] & 0x80) != 0, $"{Convert.ToHexString(message)} was dropped");
                continue;
            }

            // The test's own reader takes every record apart.
            TestResponse response = zone.Ask(message);
            Assert.True(response.IsResponse);
            Assert.Equal(message[0] << 8 | message[1], response.Id);
            Assert.True(stream || response.Length <= 1232, $"{Convert.ToHexString(message)} got {response.Length} bytes");
            answered += response.Answers.Count > 0 ? 1 : 0;
        }

        Assert.True(answered > 1000, "hardly any message was right: the fuzz tests nothing");
    }

    [Fact]
    public void Names_of_any_bytes_end_and_stay_within_255_bytes()
    {
        var random = new Random(3);
        byte[] name = new byte[255];
        int right = 0;
        for (int i = 0; i < 300_000 * Factor; i++)
        {
            byte[] message = new byte[random.Next(12, 80)];
            random.NextBytes(message);
            for (int k = random.Next(20); k > 0; k--)
            {
                int at = random.Next(message.Length);
                message[at] = random.Next(3) switch { 0 => 0, 1 => (byte)(0xC0 | random.Next(2)), _ => (byte)random.Next(6) };
            }

            int position = random.Next(message.Length), start = position;
            if (WireName.TryExpand(message, ref position, name, out int length))
            {
                right++;
                Assert.InRange(length, 1, 255);
                Assert.InRange(position, start + 1, message.Length);
                int skipped = start;
                Assert.True(WireName.TrySkip(message, ref skipped));
                Assert.Equal(position, skipped);
                Assert.NotEmpty(DomainName.ToText(name.AsSpan(0, length)));
            }
        }

        Assert.True(right > 1000);
    }

    [Fact]
    public async Task Live_sockets_survive_nonsense_without_a_crash_a_hang_or_growth()
    {
        await using LiveServer server = await LiveServer.StartAsync(options =>
        {
            // There is no node, and a long run outlasts the time for which that is overlooked.
            options.MaxStale = TimeSpan.FromDays(1);
            options.TcpMessageTimeout = TimeSpan.FromMilliseconds(300);
            options.TcpIdleTimeout = TimeSpan.FromMilliseconds(300);
            options.Http = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0);
        });
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await udp.ConnectAsync(server.EndPoint);
        var mutator = new Mutator(4);
        var random = new Random(5);

        await RoundAsync();
        await SettledAsync();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int round = 0; round < 3 * Factor; round++)
            await RoundAsync();
        await SettledAsync();
        Assert.Single((await server.AskAsync("alternator.local")).Answers);
        Assert.Single((await server.AskOverTcpAsync(TestQuery.Build("alternator.local"))).Answers);
        await SettledAsync();

        // Other tests of this process run meanwhile: a leak of a few KB per connection or message would still be many times this.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 << 20);

        async Task RoundAsync()
        {
            for (int i = 0; i < 5000; i++)
            {
                await udp.SendAsync(mutator.Next());
                if (udp.Available > 100_000)
                    Drain(udp);
            }

            Drain(udp);
            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => StreamAsync(mutator, random.Next())));
        }

        async Task StreamAsync(Mutator messages, int seed)
        {
            var own = new Random(seed);
            try
            {
                using Socket socket = await server.ConnectAsync();
                for (int i = 0; i < 20; i++)
                {
                    byte[] message;
                    lock (messages)
                        message = messages.Next();
                    byte[] framed = own.Next(4) == 0 ? message : LiveServer.Framed(message);
                    await socket.SendAsync(framed.AsMemory(0, own.Next(10) == 0 ? framed.Length / 2 : framed.Length));
                }

                // Some leave at once, some reset, some stay silent until they are cut off.
                switch (own.Next(3))
                {
                    case 0:
                        socket.Close(timeout: 0);
                        break;
                    case 1:
                        using (var deadline = new CancellationTokenSource(LiveServer.Patience))
                        {
                            byte[] answers = new byte[4096];
                            while (await socket.ReceiveAsync(answers, deadline.Token) > 0)
                            {
                            }
                        }

                        break;
                }
            }
            catch (SocketException)
            {
                // Cut off while sending nonsense: as it should be.
            }
        }

        Task SettledAsync() => LiveServer.UntilAsync(
            async () =>
            {
                using var http = new HttpClient();
                string metrics = await http.GetStringAsync(new Uri(server.Server.HttpEndpoint!, "metrics"));
                return metrics.Contains("alternator_dns_connections_open 0\n", StringComparison.Ordinal);
            },
            "every connection is closed");
    }

    private static void Drain(Socket socket)
    {
        byte[] answer = new byte[2048];
        while (socket.Available > 0)
            socket.Receive(answer);
    }
}
