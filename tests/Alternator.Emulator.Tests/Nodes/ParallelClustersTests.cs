using System.Diagnostics;
using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.Nodes;

/// <summary>Test classes run in parallel, each with a cluster of its own.</summary>
public sealed class ParallelClustersTests
{
    [Fact]
    public async Task Clusters_that_start_at_once_take_different_ports_and_share_nothing()
    {
        EmulatorCluster[] clusters = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => EmulatorCluster.StartAsync()));
        try
        {
            Assert.Equal(12, clusters.Select(cluster => cluster.Port).Distinct().Count());
            await Task.WhenAll(clusters.Select(cluster => Api.CreateTableAsync(cluster.Nodes[2], "same-name")));
        }
        finally
        {
            await Task.WhenAll(clusters.Select(cluster => cluster.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task Disposing_waits_for_nobody()
    {
        EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2 });
        using RawHttp idle = await RawHttp.ConnectAsync(cluster.Nodes[0]);
        using RawHttp unfinished = await RawHttp.ConnectAsync(cluster.Nodes[0]);
        await unfinished.SendAsync(Api.Head("ListTables", 100));
        cluster.Nodes[1].SlowDown(TimeSpan.FromMinutes(5));
        using RawHttp slow = await RawHttp.ConnectAsync(cluster.Nodes[1]);
        await slow.SendAsync(Api.Head("ListTables", 2), "{}"u8.ToArray());
        Task<EmulatorNode> joining = cluster.AddNodeAsync(joining: TimeSpan.FromDays(1));

        var watch = Stopwatch.StartNew();
        await cluster.DisposeAsync();

        // It takes milliseconds; the rest is for a machine that is busy.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => joining);
    }
}
