using System.Net;
using System.Text.Json;

namespace Alternator.Emulator.Tests.Control;

public sealed class ControlEndpointTests : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private EmulatorCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2 });
        _http.BaseAddress = _cluster.ControlEndpoint;
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Nodes_shows_every_node_with_place_state_and_counters()
    {
        JsonElement[] nodes = (await Get("/nodes")).EnumerateArray().ToArray();
        Assert.Equal(2, nodes.Length);
        JsonElement first = nodes[0];
        Assert.Equal("node1", first.GetProperty("name").GetString());
        Assert.Equal("127.0.0.1", first.GetProperty("address").GetString());
        Assert.Equal(_cluster.Port, first.GetProperty("port").GetInt32());
        Assert.Equal($"http://127.0.0.1:{_cluster.Port}", first.GetProperty("endpoint").GetString());
        Assert.Equal("dc1", first.GetProperty("datacenter").GetString());
        Assert.Equal("rack1", first.GetProperty("rack").GetString());
        Assert.Equal("up", first.GetProperty("state").GetString());
        Assert.Equal("", first.GetProperty("fault").GetString());
        Assert.Equal(0, first.GetProperty("requests").GetInt64());
        Assert.Equal(0, first.GetProperty("connections").GetInt32());
    }

    [Theory]
    [InlineData("pause", "", "pause")]
    [InlineData("blackhole", "", "blackhole")]
    [InlineData("slow", "?delay=250ms&jitter=1s&share=0.5", "slow")]
    [InlineData("errors", "?kind=overload&share=0.25&executed=true&operation=PutItem&times=2", "errors")]
    [InlineData("reset", "?at=middle", "reset")]
    [InlineData("truncate", "?on=api", "truncate")]
    [InlineData("garbage", "?form=hostids&on=localnodes", "garbage")]
    [InlineData("hide", "", "hide")]
    public async Task A_switch_sets_its_fault_and_revive_ends_it(string action, string query, string fault)
    {
        JsonElement node = await Post($"/nodes/node2/{action}{query}");
        Assert.Equal(fault, node.GetProperty("fault").GetString());
        NodeFaults faults = _cluster.Nodes[1].Faults;
        switch (action)
        {
            case "slow":
                Assert.Equal(new SlowAnswers(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1), 0.5), faults.Slow);
                break;
            case "errors":
                Assert.Equal(new ErrorAnswers(NodeError.Overload, 0.25, true) { Operation = "PutItem", Times = 2 }, faults.Errors);
                break;
            case "reset":
                Assert.Equal(new ConnectionResets(ResetPoint.MidAnswer), faults.Resets);
                break;
            case "truncate":
                Assert.Equal(new BrokenAnswers(BrokenForm.Truncated, 1, RequestKinds.Api), faults.Broken);
                break;
            case "garbage":
                Assert.Equal(new BrokenAnswers(BrokenForm.HostIds, 1, RequestKinds.LocalNodes), faults.Broken);
                break;
        }

        Assert.Same(NodeFaults.None, _cluster.Nodes[0].Faults);
        Assert.Equal("", (await Post("/nodes/node2/revive")).GetProperty("fault").GetString());
        Assert.Same(NodeFaults.None, _cluster.Nodes[1].Faults);
    }

    [Fact]
    public async Task Stop_start_resume_and_skew_do_as_they_say()
    {
        Assert.Equal("stopped", (await Post("/nodes/node1/stop")).GetProperty("state").GetString());
        Assert.Equal("up", (await Post("/nodes/node1/start")).GetProperty("state").GetString());
        await Post("/nodes/node1/stop");
        Assert.Equal("up", (await Post("/nodes/node1/revive")).GetProperty("state").GetString());
        await Post("/nodes/node1/pause");
        Assert.Equal("", (await Post("/nodes/node1/resume")).GetProperty("fault").GetString());
        await Post("/nodes/node1/skew?by=20m&back=true");
        Assert.Equal(TimeSpan.FromMinutes(-20), _cluster.Nodes[0].ClockSkew);
    }

    [Fact]
    public async Task Nodes_are_added_and_removed()
    {
        JsonElement added = await Post("/nodes?datacenter=dc9&rack=r9");
        Assert.Equal(("node3", "dc9", "r9"), (added.GetProperty("name").GetString(), added.GetProperty("datacenter").GetString(), added.GetProperty("rack").GetString()));
        using HttpResponseMessage removed = await _http.DeleteAsync("/nodes/node3");
        Assert.Equal(HttpStatusCode.OK, removed.StatusCode);
        Assert.Equal(2, _cluster.Nodes.Count);
    }

    [Fact]
    public async Task Partition_heal_and_revive_concern_the_cluster()
    {
        await Post("/partition?nodes=node2");
        Assert.Single(await Alternator.Emulator.Tests.Nodes.ClusterTests.LocalNodes(_cluster.Nodes[0]));
        await Post("/heal");
        Assert.Equal(2, (await Alternator.Emulator.Tests.Nodes.ClusterTests.LocalNodes(_cluster.Nodes[0])).Length);
        await Post("/partition?nodes=node2");
        await Post("/nodes/node1/stop");
        await Post("/revive");
        Assert.Equal(2, (await Alternator.Emulator.Tests.Nodes.ClusterTests.LocalNodes(_cluster.Nodes[0])).Length);
    }

    [Theory]
    [InlineData("POST", "/nodes/node9/stop", 404, "node1, node2")]
    [InlineData("POST", "/nodes/node1/explode", 404, "blackhole")]
    [InlineData("POST", "/nodes/node1/slow?delay=soon", 400, "300ms")]
    [InlineData("POST", "/nodes/node1/slow?share=2", 400, "0 to 1")]
    [InlineData("POST", "/nodes/node1/garbage?form=soup", 400, "html")]
    [InlineData("POST", "/nodes/node1/errors?executed=maybe", 400, "true nor false")]
    [InlineData("POST", "/nodes/node1/errors?times=0", 400, "from 1 on")]
    [InlineData("POST", "/nodes/node1/errors?operation=putitem", 400, "PutItem")]
    [InlineData("POST", "/partition", 400, "nodes")]
    [InlineData("DELETE", "/nodes/node9", 404, "node1, node2")]
    [InlineData("GET", "/elsewhere", 404, "GET /")]
    public async Task What_cannot_be_done_says_what_can(string method, string path, int status, string says)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using HttpResponseMessage answer = await _http.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        string error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString()!;
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_names_every_switch_and_a_browser_page_may_ask()
    {
        string help = await _http.GetStringAsync("/");
        Assert.All(Emulator.Control.NodeSwitches.Names, name => Assert.Contains("/" + name, help, StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nodes");
        request.Headers.Add("Origin", "http://127.0.0.1:5000");
        using HttpResponseMessage answer = await _http.SendAsync(request);
        Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    private async Task<JsonElement> Get(string path) => JsonDocument.Parse(await _http.GetStringAsync(path)).RootElement;

    private async Task<JsonElement> Post(string path)
    {
        using HttpResponseMessage answer = await _http.PostAsync(path, null);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
