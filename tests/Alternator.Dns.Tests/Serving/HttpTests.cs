using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Alternator.Dns.Tests.Support;
using Alternator.Emulator;

namespace Alternator.Dns.Tests.Serving;

public sealed class HttpTests : IDisposable
{
    private readonly HttpClient _http = new();

    [Fact]
    public async Task Metrics_count_queries_responses_and_nodes()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        await using LiveServer server = await StartAsync(options => options.Endpoints.Add(cluster.Nodes[0].Endpoint));
        await LiveServer.UntilAsync(
            async () => (await GetAsync(server, "metrics")).Contains("alternator_dns_nodes_live 3\n", StringComparison.Ordinal), "the nodes are known");
        await server.AskAsync("alternator.local");
        await server.AskAsync("nobody.alternator.local", 28);
        await server.AskOverTcpAsync(TestQuery.Build("alternator.local", 33));

        string metrics = await GetAsync(server, "metrics");
        foreach (string line in new[]
        {
            "alternator_dns_queries_total{transport=\"udp\",type=\"A\"} 1", "alternator_dns_queries_total{transport=\"udp\",type=\"AAAA\"} 1",
            "alternator_dns_queries_total{transport=\"tcp\",type=\"SRV\"} 1", "alternator_dns_responses_total{code=\"NOERROR\"} 2",
            "alternator_dns_responses_total{code=\"NXDOMAIN\"} 1", "alternator_dns_nodes 3", "alternator_dns_nodes_live 3", "alternator_dns_list_usable 1",
            "alternator_dns_connections_total 1",
        })
        {
            Assert.Contains(line + "\n", metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Health_tells_healthy_from_stale_and_expired_while_alive_stays_alive()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        await using LiveServer server = await StartAsync(options =>
        {
            options.Endpoints.Add(cluster.Nodes[0].Endpoint);
            options.Refresh = LiveServer.QuickRefresh;
            options.MaxStale = TimeSpan.FromSeconds(1);
        });
        await HealthIsAsync(server, "healthy", HttpStatusCode.OK);

        await Task.WhenAll(cluster.Nodes.Select(node => node.StopAsync()));
        await HealthIsAsync(server, "expired", HttpStatusCode.ServiceUnavailable);
        JsonNode health = JsonNode.Parse(await (await _http.GetAsync(new Uri(server.Server.HttpEndpoint!, "health"))).Content.ReadAsStringAsync())!;
        Assert.Equal(0, (int)health["liveNodes"]!);
        Assert.NotNull(health["error"]);
        Assert.Equal("alive\n", await GetAsync(server, "alive"));
    }

    [Fact]
    public async Task Until_nothing_has_answered_the_health_is_stale_and_the_configured_nodes_are_served()
    {
        await using LiveServer server = await StartAsync(options => options.Endpoints.Add(new Uri("http://127.0.0.1:9")));

        await HealthIsAsync(server, "stale", HttpStatusCode.OK);
        Assert.Equal(["127.0.0.1"], (await server.AskAsync("alternator.local")).Texts);
    }

    [Fact]
    public async Task A_draining_server_says_so_and_still_answers()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        await using LiveServer server = await StartAsync(options =>
        {
            options.Endpoints.Add(cluster.Nodes[0].Endpoint);
            options.DrainDelay = TimeSpan.FromMinutes(5);
        });
        using var hurry = new CancellationTokenSource();
        Task stop = server.Server.StopAsync(hurry.Token);

        await HealthIsAsync(server, "draining", HttpStatusCode.ServiceUnavailable);
        Assert.Single((await server.AskAsync("alternator.local")).Answers);
        await hurry.CancelAsync();
        await stop.WaitAsync(LiveServer.Patience);
    }

    [Theory]
    [InlineData("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 ")]
    [InlineData("POST /health HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 ")]
    [InlineData("nonsense\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("HEAD /alive HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 ")]
    [InlineData("GET /alive?x=1 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 ")]
    public async Task Requests_get_the_status_that_http_gives_them(string request, string status)
    {
        await using LiveServer server = await StartAsync();

        string response = await SendAsync(server, request);
        Assert.StartsWith(status, response, StringComparison.Ordinal);
        Assert.Equal(request.StartsWith("HEAD", StringComparison.Ordinal), response.EndsWith("\r\n\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_head_without_end_is_refused() =>
        Assert.StartsWith("HTTP/1.1 400 ", await SendAsync(await StartAsync(), "GET /" + new string('x', 8187)), StringComparison.Ordinal);

    public void Dispose() => _http.Dispose();

    private static Task<LiveServer> StartAsync(Action<AlternatorDnsOptions>? configure = null) => LiveServer.StartAsync(options =>
    {
        options.Http = new IPEndPoint(IPAddress.Loopback, 0);
        configure?.Invoke(options);
    });

    private Task<string> GetAsync(LiveServer server, string path) => _http.GetStringAsync(new Uri(server.Server.HttpEndpoint!, path));

    private Task HealthIsAsync(LiveServer server, string state, HttpStatusCode code) => LiveServer.UntilAsync(
        async () =>
        {
            try
            {
                using HttpResponseMessage response = await _http.GetAsync(new Uri(server.Server.HttpEndpoint!, "health"));
                JsonNode body = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
                if ((string?)body["status"] != state)
                    return false;
                Assert.Equal(code, response.StatusCode);
                return true;
            }
            catch (HttpRequestException)
            {
                // A busy machine may hold a request back for longer than the server waits for it.
                return false;
            }
        },
        $"health is {state}");

    private static async Task<string> SendAsync(LiveServer server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Server.HttpEndpoint!.Host, server.Server.HttpEndpoint.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(LiveServer.Patience);
    }
}
