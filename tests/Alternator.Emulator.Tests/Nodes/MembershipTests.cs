using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.Nodes;

public sealed class MembershipTests
{
    [Fact]
    public async Task A_partition_is_seen_from_both_sides_and_heals()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Datacenters = [new("one", 2), new("two", 1)] });
        IReadOnlyList<EmulatorNode> nodes = cluster.Nodes;
        cluster.Partition(nodes[0]);
        Assert.Equal(["127.0.0.1"], await ClusterTests.LocalNodes(nodes[0]));
        Assert.Equal(["127.0.0.2"], await ClusterTests.LocalNodes(nodes[1]));
        Assert.Empty(await ClusterTests.LocalNodes(nodes[0], "?dc=two"));
        Assert.Equal(["127.0.0.3"], await ClusterTests.LocalNodes(nodes[1], "?dc=two"));
        cluster.Heal();
        Assert.Equal(["127.0.0.1", "127.0.0.2"], await ClusterTests.LocalNodes(nodes[0]));

        cluster.PartitionDatacenter("two");
        Assert.Empty(await ClusterTests.LocalNodes(nodes[0], "?dc=two"));
        Assert.Equal(["127.0.0.3"], await ClusterTests.LocalNodes(nodes[2]));
    }

    [Fact]
    public async Task Others_notice_a_stop_and_a_return_only_after_the_notice_delay()
    {
        var clock = new HandClock();
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2, NoticeDelay = TimeSpan.FromSeconds(20), TimeProvider = clock });
        EmulatorNode seer = cluster.Nodes[0];
        await cluster.Nodes[1].StopAsync();
        Assert.Equal(["127.0.0.1", "127.0.0.2"], await ClusterTests.LocalNodes(seer));
        clock.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(["127.0.0.1", "127.0.0.2"], await ClusterTests.LocalNodes(seer));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["127.0.0.1"], await ClusterTests.LocalNodes(seer));
        await cluster.Nodes[1].StartAsync();
        Assert.Equal(["127.0.0.1"], await ClusterTests.LocalNodes(seer));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(["127.0.0.1", "127.0.0.2"], await ClusterTests.LocalNodes(seer));
    }

    [Fact]
    public async Task A_joining_node_is_known_but_neither_listed_nor_serving()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        Task<EmulatorNode> joining = cluster.AddNodeAsync(joining: TimeSpan.FromMilliseconds(500));
        while (cluster.Nodes.Count == 1) await Task.Delay(5);
        EmulatorNode node = cluster.Nodes[1];
        if (node.State == EmulatorNodeState.Joining) Assert.Null(node.Http);
        Assert.Equal(new Uri($"http://127.0.0.2:{cluster.Port}"), node.Endpoint);
        Assert.Equal($"Endpoints=http://127.0.0.1:{cluster.Port},http://127.0.0.2:{cluster.Port}", cluster.ConnectionString);
        Assert.Same(node, await joining);
        Assert.Equal(EmulatorNodeState.Up, node.State);
        Assert.Equal(["127.0.0.1", "127.0.0.2"], await ClusterTests.LocalNodes(node));
    }

    [Fact]
    public async Task A_leaving_node_finishes_what_runs_and_takes_nothing_new()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2 });
        EmulatorNode leaving = cluster.Nodes[1];
        using RawHttp running = await RawHttp.ConnectAsync(leaving);
        await running.SendAsync(Api.Head("ListTables", 2));
        while (leaving.RunningRequests == 0) await Task.Delay(5);
        Task left = cluster.RemoveNodeAsync(leaving);
        Assert.Equal(["127.0.0.1"], await ClusterTests.LocalNodes(cluster.Nodes[0]));
        Assert.False(left.IsCompleted);
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => RawHttp.ConnectAsync(leaving));
        await running.SendBytesAsync("{}"u8.ToArray());
        Assert.Equal(200, (await running.ReadAsync()).Status);
        await left;
        Assert.Equal(EmulatorNodeState.Removed, leaving.State);
        Assert.Single(cluster.Nodes);
    }

    [Fact]
    public async Task A_leaving_node_waits_for_its_slow_answers_and_closes_their_connections_in_order()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2 });
        EmulatorNode leaving = cluster.Nodes[1];
        leaving.SlowDown(TimeSpan.FromMilliseconds(400));
        using RawHttp running = await RawHttp.ConnectAsync(leaving);
        await running.SendAsync(Api.Head("ListTables", 2), "{}"u8.ToArray());
        while (leaving.RequestCount == 0) await Task.Delay(5);
        Task left = cluster.RemoveNodeAsync(leaving);
        string answer = System.Text.Encoding.Latin1.GetString(await running.ReadToEndAsync());
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.EndsWith("{\"TableNames\":[]}", answer, StringComparison.Ordinal);
        await left;
        Assert.Equal(EmulatorNodeState.Removed, leaving.State);
    }

    [Fact]
    public async Task A_leaving_node_does_not_wait_for_what_it_holds()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2 });
        EmulatorNode leaving = cluster.Nodes[1];
        using RawHttp open = await RawHttp.ConnectAsync(leaving);
        await open.SendAsync(Api.Head("ListTables", 2), "{}"u8.ToArray());
        Assert.Equal(200, (await open.ReadAsync()).Status);
        leaving.Pause();
        await open.SendAsync(Api.Head("ListTables", 2), "{}"u8.ToArray());
        await cluster.RemoveNodeAsync(leaving).WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<IOException>(() => open.ReadToEndAsync());
    }

    [Fact]
    public async Task A_node_that_gives_up_joining_or_loses_its_cluster_meanwhile_is_gone()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        using var giveUp = new CancellationTokenSource();
        Task<EmulatorNode> joining = cluster.AddNodeAsync(joining: TimeSpan.FromMinutes(5), cancellationToken: giveUp.Token);
        while (cluster.Nodes.Count == 1) await Task.Delay(5);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joining);
        Assert.Single(cluster.Nodes);

        Task<EmulatorNode> late = cluster.AddNodeAsync(joining: TimeSpan.FromMilliseconds(300));
        while (cluster.Nodes.Count == 1) await Task.Delay(5);
        await cluster.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => late);
        await Assert.ThrowsAsync<ObjectDisposedException>(cluster.Nodes[0].StartAsync);
    }

    [Fact]
    public async Task A_node_of_another_cluster_is_not_removed()
    {
        await using EmulatorCluster one = await EmulatorCluster.StartAsync(new() { Nodes = 2 });
        await using EmulatorCluster other = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        await Assert.ThrowsAsync<ArgumentException>(() => one.RemoveNodeAsync(other.Nodes[0]));
        EmulatorNode gone = one.Nodes[1];
        await one.RemoveNodeAsync(gone);
        await Assert.ThrowsAsync<ArgumentException>(() => one.RemoveNodeAsync(gone));
    }

    [Fact]
    public async Task Stopping_and_starting_at_once_ends_in_one_of_the_two()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        EmulatorNode node = cluster.Nodes[0];
        for (int round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => i % 2 == 0 ? node.StopAsync() : node.StartAsync())));
            if (node.State == EmulatorNodeState.Up) Assert.Equal(200, (await RawHttp.OnceAsync(node, "GET / HTTP/1.1\nHost: x")).Status);
            else await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => RawHttp.ConnectAsync(node));
        }

        await node.StartAsync();
        Assert.Equal(200, (await RawHttp.OnceAsync(node, "GET / HTTP/1.1\nHost: x")).Status);
    }

    [Fact]
    public async Task Nodes_are_dealt_over_racks_and_a_new_one_takes_the_emptiest()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 5, Racks = ["a", "b"] });
        Assert.Equal(["a", "b", "a", "b", "a"], cluster.Nodes.Select(n => n.Rack));
        Assert.Equal("b", (await cluster.AddNodeAsync()).Rack);
    }

    [Fact]
    public async Task On_one_address_nodes_have_ports_of_their_own_and_list_synthetic_addresses()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 3, Addressing = NodeAddressing.OneAddress, SyntheticAddress = "172.20.0.11" });
        Assert.Equal([cluster.Port, cluster.Port + 1, cluster.Port + 2], cluster.Nodes.Select(n => n.Endpoint.Port));
        Assert.All(cluster.Nodes, n => Assert.Equal("127.0.0.1", n.Endpoint.Host));
        Assert.Equal(["172.20.0.11", "172.20.0.12", "172.20.0.13"], await ClusterTests.LocalNodes(cluster.Nodes[2]));
        EmulatorNode joined = await cluster.AddNodeAsync();
        Assert.Equal("172.20.0.14", joined.Address.ToString());
        Assert.Equal(4, (await ClusterTests.LocalNodes(joined)).Length);
    }

    [Fact]
    public async Task A_hundred_nodes_serve_in_one_process()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 100 });
        Assert.Equal("127.0.0.100", cluster.Nodes[^1].Address.ToString());
        Assert.Equal(100, (await ClusterTests.LocalNodes(cluster.Nodes[^1])).Length);
        await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.AddNodeAsync());
    }

    [Fact]
    public async Task Faults_and_joins_under_load_lose_no_answer_of_a_healthy_node()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 3 });
        EmulatorNode healthy = cluster.Nodes[0];
        await Api.CreateTableAsync(healthy, "t-load");
        using var stop = new CancellationTokenSource();
        Task load = Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++) await Api.PutAsync(healthy, "t-load", $"k{i}", "v");
        });
        for (int round = 0; round < 5; round++)
        {
            await cluster.Nodes[1].StopAsync();
            cluster.Nodes[2].BlackHole();
            EmulatorNode joined = await cluster.AddNodeAsync();
            await Api.PutAsync(joined, "t-load", $"joined{round}", "v");
            await cluster.ReviveAllAsync();
            await Api.PutAsync(cluster.Nodes[1], "t-load", $"back{round}", "v");
            await cluster.RemoveNodeAsync(joined);
        }

        await stop.CancelAsync();
        await load;
    }

    private sealed class HandClock : TimeProvider
    {
        private long _ticks = 1_000_000;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);
    }
}
