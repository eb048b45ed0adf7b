using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Tests.Support;

namespace Alternator.Dns.Tests.Serving;

public class UdpTests
{
    [Fact]
    public async Task Queries_of_many_clients_at_once_are_all_answered_each_to_its_own()
    {
        await using LiveServer server = await LiveServer.StartAsync(options => options.UdpThreads = 2);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            byte[] query = TestQuery.Build("alternator.local", id: (ushort)(i * 7));
            Assert.Equal((ushort)(i * 7), (await server.AskAsync(query)).Id);
        }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task As_many_threads_as_wanted_serve_a_socket(int count)
    {
        if (!OperatingSystem.IsLinux())
            return;

        // The kernel keeps the first fifteen characters of a thread's name: the address alone.
        string address = $"127.0.{200 + count}.1";
        await using LiveServer server = await LiveServer.StartAsync(options =>
        {
            options.Listen.Clear();
            options.Listen.Add(new IPEndPoint(IPAddress.Parse(address), 0));
            options.UdpThreads = count;
        });

        await LiveServer.UntilAsync(() => Task.FromResult(NamesOfThreads().Count(name => name.StartsWith("DNS " + address[..11], StringComparison.Ordinal)) == count), $"{count} threads");
    }

    private static IEnumerable<string> NamesOfThreads()
    {
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
        {
            string name;
            try
            {
                name = File.ReadAllText(Path.Combine(task, "comm"));
            }
            catch (IOException)
            {
                // It has ended meanwhile.
                continue;
            }

            yield return name;
        }
    }

    [Fact]
    public async Task Several_end_points_serve_the_same_zone_on_both_families()
    {
        await using LiveServer server = await LiveServer.StartAsync(options =>
        {
            options.Listen.Add(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 0));
            options.Listen.Add(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        });

        Assert.Equal(3, server.Server.Endpoints.Count);
        foreach (IPEndPoint endPoint in server.Server.Endpoints)
        {
            Assert.NotEqual(0, endPoint.Port);
            Assert.Single(new TestResponse(await LiveServer.AskUdpAsync(endPoint, TestQuery.Build("alternator.local"))).Answers);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_explained()
    {
        await using LiveServer first = await LiveServer.StartAsync();

        SocketException exception = await Assert.ThrowsAsync<SocketException>(() => LiveServer.StartAsync(options =>
        {
            options.Listen.Clear();
            options.Listen.Add(first.EndPoint);
        }));
        Assert.Contains(first.EndPoint.ToString(), exception.Message, StringComparison.Ordinal);
        Assert.Contains("Another program", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_answered_after_the_stop_and_the_port_is_free()
    {
        LiveServer server = await LiveServer.StartAsync();
        IPEndPoint endPoint = server.EndPoint;
        await server.Server.StopAsync();

        using var again = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        again.Bind(endPoint);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_server_starts_once()
    {
        await using LiveServer server = await LiveServer.StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => server.Server.StartAsync());
    }
}
