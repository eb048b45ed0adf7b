using Alternator.Testing;

namespace Alternator.Client.Tests;

public sealed class ActiveProbesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeCluster _cluster = new();

    [Fact]
    public async Task A_process_without_requests_sees_an_active_node_die_and_come_back_by_probing_it()
    {
        await using AlternatorNodes nodes = await StartAsync(TimeSpan.FromSeconds(1));
        _cluster.Nodes.Remove("10.0.0.2");

        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(["10.0.0.1"], nodes.LiveNodes.Select(node => node.Address));

        _cluster.Lists("10.0.0.2", "10.0.0.1", "10.0.0.2");
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(["10.0.0.1", "10.0.0.2"], nodes.LiveNodes.Select(node => node.Address));
    }

    [Fact]
    public async Task By_default_an_active_node_is_left_to_its_requests()
    {
        await using AlternatorNodes nodes = await StartAsync(TimeSpan.Zero);
        _cluster.Nodes.Remove("10.0.0.2");

        Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(2, nodes.LiveNodes.Count);
    }

    /// <summary>Lets time pass outside the test's own context, so that the loops continue on this thread.</summary>
    private void Pass(TimeSpan time)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _clock.Advance(time);
        SynchronizationContext.SetSynchronizationContext(context);
    }

    private async Task<AlternatorNodes> StartAsync(TimeSpan activeProbeInterval)
    {
        _cluster.Lists("10.0.0.1", "10.0.0.1", "10.0.0.2");
        _cluster.Lists("10.0.0.2", "10.0.0.1", "10.0.0.2");
        var options = new AlternatorNodesOptions
        {
            Health =
            {
                ActiveProbeInterval = activeProbeInterval,
                ActiveFailuresToDown = 1,
                ProbeSuccessesToQuarantined = 1,
                ProbePeriod = TimeSpan.FromSeconds(1),
            },
        };
        options.Endpoints.Add(new Uri("http://10.0.0.1:8000"));
        var nodes = new AlternatorNodes(options, null, _clock, new NodesSeams { Channel = _cluster, Random = new Random(1), Inline = true });
        await nodes.StartAsync();
        Assert.Equal([NodeState.Active, NodeState.Active], nodes.Snapshot.Nodes.Select(node => node.State));
        return nodes;
    }
}
