using Alternator.Emulator;

namespace Alternator.EndToEnd.Tests.Samples;

/// <summary>Alone on the machine, as the sample would be: a node that is starved of processor time is rightly left out of the rotation.</summary>
[CollectionDefinition(nameof(TwentyRequestsTests), DisableParallelization = true)]
[Collection(nameof(TwentyRequestsTests))]
public sealed class TwentyRequestsTests
{
    [Fact]
    public async Task Twenty_requests_over_three_nodes_are_served_7_7_and_6_times()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new() { Nodes = 3 });
        var before = cluster.Nodes.Select(node => node.RequestCount).ToList();

        // One seed is enough: it names the others.
        var program = await RunningProgram.RunAsync("dotnet", [Repository.Playground("TwentyRequests"), cluster.Nodes[1].Endpoint.ToString()]);
        Assert.True(program.ExitCode == 0, program.Everything);
        var lines = program.Output.Split('\n').Where(line => line.Contains(" was served by ", StringComparison.Ordinal)).ToList();
        Assert.Equal(20, lines.Count);

        var printed = cluster.Nodes.Select(node => lines.Count(line => line.EndsWith(node.Endpoint.Authority, StringComparison.Ordinal))).ToList();
        Assert.Equal([6, 7, 7], printed.Order());
        // What the program printed is what the nodes themselves counted.
        Assert.Equal(printed, cluster.Nodes.Select((node, i) => (int)(node.RequestCount - before[i])));
        // In turn: no node serves again before the others have served.
        Assert.All(lines.Chunk(3), round => Assert.Equal(round.Length, round.Select(line => line.Split(' ')[^1]).Distinct().Count()));
    }
}
