using System.Globalization;
using Alternator.Dns.Tests.Support;
using Alternator.Emulator;

namespace Alternator.Dns.Tests.Clients;

public class DigTests
{
    private static readonly string[] Nodes = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];

    [DigFact]
    public async Task Dig_gets_one_random_node_for_four_seconds_by_default_over_udp_and_over_tcp()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        await using LiveServer server = await StartAsync(cluster);
        foreach (string transport in new[] { "+notcp", "+tcp" })
        {
            var seen = new HashSet<string>();
            for (int i = 0; i < 40 && seen.Count < 3; i++)
            {
                string[] fields = (await DigAsync(server, transport, "+noall", "+answer", "A", "alternator.local")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal(["alternator.local.", "4", "IN", "A"], fields[..4]);
                seen.Add(fields[4]);
            }

            Assert.Equal(Nodes, seen.Order(StringComparer.Ordinal));
        }
    }

    [DigFact]
    public async Task Dig_gets_all_nodes_their_services_and_the_zone()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        await using LiveServer server = await StartAsync(cluster, options => options.Answers = DnsAnswers.All);

        Assert.Equal(Nodes, Lines(await DigAsync(server, "+short", "A", "alternator.local")));
        Assert.Equal("", await DigAsync(server, "+short", "AAAA", "alternator.local"));
        Assert.Contains("SOA", await DigAsync(server, "+noall", "+authority", "AAAA", "alternator.local"), StringComparison.Ordinal);
        foreach (string transport in new[] { "+notcp", "+tcp" })
        {
            Assert.Equal(
                Nodes.Select(node => $"0 1 {cluster.Port} ip-{node.Replace('.', '-')}.alternator.local."),
                Lines(await DigAsync(server, transport, "+short", "SRV", "_alternator._tcp.alternator.local")));
        }

        Assert.Equal("ns.alternator.local.\n", await DigAsync(server, "+short", "NS", "alternator.local"));
        Assert.StartsWith("ns.alternator.local. hostmaster.alternator.local. ", await DigAsync(server, "+short", "SOA", "alternator.local"), StringComparison.Ordinal);
        Assert.Contains("RFC8482", await DigAsync(server, "+short", "ANY", "alternator.local"), StringComparison.Ordinal);
    }

    [DigFact]
    public async Task Dig_finds_no_fault_with_refusals_edns_versions_and_truncation()
    {
        await using LiveServer server = await LiveServer.StartWithNodesAsync(60);

        Assert.Contains("status: NXDOMAIN", await DigAsync(server, "nobody.alternator.local"), StringComparison.Ordinal);
        Assert.Contains("status: REFUSED", await DigAsync(server, "example.org"), StringComparison.Ordinal);
        Assert.Contains("status: BADVERS", await DigAsync(server, "+edns=1", "+noednsnegotiation", "alternator.local"), StringComparison.Ordinal);
        Assert.Contains("status: NOTIMP", await DigAsync(server, "+opcode=notify", "alternator.local"), StringComparison.Ordinal);
        Assert.Contains(" tc", await DigAsync(server, "+noedns", "+ignore", "alternator.local"), StringComparison.Ordinal);

        // Truncated over UDP, so dig comes back over TCP by itself.
        Assert.Equal(60, Lines(await DigAsync(server, "+noedns", "+short", "alternator.local")).Length);
        string whole = await DigAsync(server, "+qr", "+bufsize=1232", "alternator.local");
        Assert.DoesNotContain("malformed", whole, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("ANSWER: 60", whole, StringComparison.Ordinal);
    }

    private static async Task<LiveServer> StartAsync(EmulatorCluster cluster, Action<AlternatorDnsOptions>? configure = null)
    {
        LiveServer server = await LiveServer.StartAsync(options =>
        {
            options.Endpoints.Add(cluster.Nodes[0].Endpoint);
            configure?.Invoke(options);
        });
        await server.HasNodesAsync(cluster.Nodes.Count);
        return server;
    }

    private static async Task<string> DigAsync(LiveServer server, params string[] arguments)
    {
        string port = server.EndPoint.Port.ToString(CultureInfo.InvariantCulture);
        (int code, string output, string error) = await Commands.RunAsync("dig", ["-r", "@127.0.0.1", "-p", port, "+timeout=20", "+tries=1", .. arguments]);
        Assert.True(code == 0, $"dig {string.Join(' ', arguments)}: {output}{error}");
        return output;
    }

    private static string[] Lines(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
}
