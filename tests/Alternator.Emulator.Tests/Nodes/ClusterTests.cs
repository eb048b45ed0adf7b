using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Alternator.Emulator.Tests.Nodes;

public sealed class ClusterTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    [Fact]
    public async Task Three_nodes_share_a_port_on_three_addresses_and_list_each_other()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        Assert.Equal(["127.0.0.1", "127.0.0.2", "127.0.0.3"], cluster.Nodes.Select(n => n.Address.ToString()));
        Assert.All(cluster.Nodes, n => Assert.Equal(cluster.Port, n.Endpoint.Port));
        foreach (EmulatorNode node in cluster.Nodes)
            Assert.Equal(["127.0.0.1", "127.0.0.2", "127.0.0.3"], await LocalNodes(node));
    }

    [Fact]
    public async Task Every_change_of_a_nodes_state_is_told_once_when_its_socket_is_what_the_state_says()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2 });
        List<(string Name, EmulatorNodeState State, bool Listens)> told = [];
        cluster.NodeStateChanged += (sender, node) =>
        {
            Assert.Same(cluster, sender);
            using var probe = new TcpClient();
            try
            {
                probe.Connect(node.Address, cluster.Port);
            }
            catch (SocketException)
            {
            }

            told.Add((node.Name, node.State, probe.Connected));
        };

        await cluster.Nodes[1].StopAsync();
        await cluster.Nodes[1].StopAsync();
        using (HttpResponseMessage started = await Http.PostAsync(new Uri(cluster.ControlEndpoint!, "/nodes/node2/start"), null))
            started.EnsureSuccessStatusCode();
        EmulatorNode third = await cluster.AddNodeAsync(joining: TimeSpan.FromMilliseconds(1));
        await cluster.RemoveNodeAsync(third);

        Assert.Equal(
            [
                ("node2", EmulatorNodeState.Stopped, false), ("node2", EmulatorNodeState.Up, true), ("node3", EmulatorNodeState.Up, true),
                ("node3", EmulatorNodeState.Leaving, false), ("node3", EmulatorNodeState.Removed, false),
            ],
            told);
    }

    [Fact]
    public async Task Localnodes_selects_by_datacenter_and_rack_and_unknown_names_give_an_empty_list()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new()
        {
            Datacenters = [new("east", 2, "a", "b"), new("west", 3, "x", "y")],
        });
        EmulatorNode east = cluster.Nodes[0];
        Assert.Equal(["127.0.0.1", "127.0.0.2"], await LocalNodes(east));
        Assert.Equal(["127.0.0.3", "127.0.0.4", "127.0.0.5"], await LocalNodes(east, "?dc=west"));
        Assert.Equal(["127.0.0.3", "127.0.0.5"], await LocalNodes(east, "?dc=west&rack=x"));
        Assert.Equal(["127.0.0.2"], await LocalNodes(east, "?rack=b"));
        Assert.Empty(await LocalNodes(east, "?rack=x"));
        Assert.Empty(await LocalNodes(east, "?dc=nowhere"));
    }

    [Fact]
    public async Task A_stopped_node_refuses_resets_what_was_open_and_comes_back_at_the_same_port()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        EmulatorNode node = cluster.Nodes[1];
        using var open = new TcpClient();
        await open.ConnectAsync(node.Address, cluster.Port);
        NetworkStream stream = open.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        byte[] buffer = new byte[4096];
        Assert.True(await stream.ReadAsync(buffer) > 0);

        await node.StopAsync();

        var reset = await Assert.ThrowsAsync<IOException>(async () => _ = await stream.ReadAsync(buffer));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(reset.InnerException).SocketErrorCode);
        using var refused = new TcpClient();
        var refusal = await Assert.ThrowsAsync<SocketException>(() => refused.ConnectAsync(node.Address, cluster.Port));
        Assert.Equal(SocketError.ConnectionRefused, refusal.SocketErrorCode);
        Assert.Equal(["127.0.0.1", "127.0.0.3"], await LocalNodes(cluster.Nodes[0]));

        await node.StartAsync();
        Assert.Equal($"healthy: 127.0.0.2:{cluster.Port}", await Http.GetStringAsync(node.Endpoint));
        Assert.Equal(3, (await LocalNodes(node)).Length);
    }

    [Fact]
    public async Task A_node_joins_and_leaves_while_the_others_serve()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        EmulatorNode joined = await cluster.AddNodeAsync(rack: "rack9");
        Assert.Equal("rack9", joined.Rack);
        Assert.Contains(joined.Address.ToString(), await LocalNodes(cluster.Nodes[0]));
        Assert.StartsWith("healthy", await Http.GetStringAsync(joined.Endpoint), StringComparison.Ordinal);

        await cluster.RemoveNodeAsync(joined);
        Assert.Equal(["127.0.0.1"], await LocalNodes(cluster.Nodes[0]));
        await Assert.ThrowsAsync<HttpRequestException>(() => Http.GetStringAsync(joined.Endpoint));
        await Assert.ThrowsAsync<InvalidOperationException>(joined.StartAsync);
    }

    internal static async Task<string[]> LocalNodes(EmulatorNode node, string query = "") =>
        JsonSerializer.Deserialize<string[]>(await Http.GetStringAsync(new Uri(node.Endpoint, "/localnodes" + query)))!;
}
