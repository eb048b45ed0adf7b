using System.Diagnostics;
using System.Globalization;
using System.Text;
using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.Control;

/// <summary>Whatever is asked of the control endpoint, it answers with a 2xx or a 4xx and soon, and the cluster can be mended afterwards.</summary>
public sealed class ControlFuzzTests
{
    private static readonly TimeSpan Duration = Environment.GetEnvironmentVariable("ALTERNATOR_LONG_TESTS") == "1" ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(2);

    // However slow the machine is.
    private const int Fewest = 30;

    private static readonly string[] Names = ["node1", "node2", "node3", "node9", "", "%00", "..", "é", "node1%2Fstop", "nodes"];

    private static readonly string[] Parameters =
        ["delay", "jitter", "share", "kind", "executed", "at", "on", "form", "by", "back", "drain", "joining", "datacenter", "rack", "nodes", "other"];

    private static readonly string[] Values =
    [
        "", "0", "1", "-1", "0.5", "2", "NaN", "Infinity", "1e308", "10ms", "1ms", "1s1", "ms", "300000000000m", "true", "maybe", "500", "overload", "before", "middle",
        "all", "api", "html", "headers", "hostids", "dc1", "rack9", "node1", "node1,node2", ",", "%", "%FF", "a%26b", "é", "\0", new('x', 5000),
    ];

    [Fact]
    public async Task Nothing_that_is_asked_breaks_it()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 3 });
        int port = cluster.ControlEndpoint!.Port;
        var random = new Random(31);
        int asked = 0;
        for (var clock = Stopwatch.StartNew(); asked < Fewest || clock.Elapsed < Duration; asked++)
        {
            string request = Request(random);
            using RawHttp http = await RawHttp.ConnectAsync(System.Net.IPAddress.Loopback, port);
            await http.SendBytesAsync(Encoding.Latin1.GetBytes(request));
            string answer = Encoding.Latin1.GetString(await http.ReadToEndAsync());
            Assert.True(answer.StartsWith("HTTP/1.1 2", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), $"{request}\n--\n{answer}");
        }

        await cluster.ReviveAllAsync();
        if (cluster.Nodes.Count == 0) await cluster.AddNodeAsync();
        Assert.Equal(200, (await Api.CallAsync(cluster.Nodes[0], "ListTables", "{}")).Status);
    }

    private static string Request(Random random)
    {
        string method = Pick(random, "GET", "POST", "POST", "POST", "POST", "DELETE", "PUT", "OPTIONS", "HEAD", "X");
        string path = random.Next(8) switch
        {
            0 => "/",
            1 => "/nodes",
            2 => "/partition",
            3 => Pick(random, "/heal", "/revive", "/nodes/", "//nodes", "/NODES", "/nodes/node1/stop/more", "*", "/%"),
            _ => $"/nodes/{Pick(random, Names)}/{Pick(random, [.. Emulator.Control.NodeSwitches.Names, "explode", "", "é"])}",
        };
        string query = string.Join('&', Enumerable.Range(0, random.Next(4)).Select(_ => $"{Pick(random, Parameters)}{Pick(random, "=", "=", "=", "", "==")}{Pick(random, Values)}"));
        string body = random.Next(4) == 0 ? new string('{', random.Next(2000)) : "";
        return string.Create(CultureInfo.InvariantCulture, $"{method} {path}{(query.Length > 0 ? "?" : "")}{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];
}
