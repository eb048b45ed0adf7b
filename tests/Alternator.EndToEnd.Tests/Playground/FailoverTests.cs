using System.Text.Json.Nodes;

namespace Alternator.EndToEnd.Tests.Playground;

/// <summary>What the page promises, without the page: under its load any one node may be stopped, slowed or black-holed, and nobody notices.</summary>
[Collection(nameof(RunningPlayground))]
public sealed class FailoverTests(PlaygroundRun playground)
{
    [Theory]
    [InlineData("node1")]
    [InlineData("node2")]
    [InlineData("node3")]
    public async Task No_request_fails_while_a_node_is_stopped_then_slowed_then_black_holed(string node)
    {
        await playground.PostAsync("/api/load", new { running = true, rate = 400 });
        await playground.UntilAsync(state => state.Requests() > 0 && Serves(state, node), $"{node} serves before anything is done to it");

        foreach (var (fault, condition) in new[] { ("stop", "stopped"), ("slow", "slow"), ("blackhole", "blackhole") })
        {
            await playground.PostAsync($"/api/nodes/{node}/{fault}");
            var before = await playground.StateAsync();
            Assert.Equal(condition, before.Condition(node));

            var after = await playground.UntilAsync(state => state.Requests() >= before.Requests() + 200, $"200 requests are answered while {node} is {condition}");
            Assert.Equal(0, after.Failed());

            await playground.PostAsync($"/api/nodes/{node}/revive");
            var revived = await playground.StateAsync();
            Assert.Equal("up", revived.Condition(node));
            var again = await playground.UntilAsync(state => state.Served(node) > revived.Served(node), $"{node} serves again after it was {condition}");
            Assert.Equal(0, again.Failed());
        }
    }

    [Fact]
    public async Task A_stopped_node_serves_nothing_and_the_others_serve_its_share()
    {
        await playground.PostAsync("/api/load", new { running = true, rate = 400 });
        await playground.PostAsync("/api/nodes/node2/stop");
        var stopped = await playground.UntilAsync(
            state => state.Node("node2")["perSecond"]!.GetValue<double>() == 0 && state.Node("node1")["perSecond"]!.GetValue<double>() > 0, "node2 serves nothing");
        var later = await playground.UntilAsync(state => state.Requests() > stopped.Requests() + 200, "the load goes on");
        Assert.Equal(stopped.Served("node2"), later.Served("node2"));
        Assert.Equal("Healthy", await playground.Http.GetStringAsync("/alive"));
        Assert.Contains(later["events"]!.AsArray(), happened => happened!["mark"]?.GetValue<string>() == "stop node2");
        await playground.PostAsync("/api/nodes/node2/revive");
        await playground.UntilAsync(state => state.Served("node2") > later.Served("node2"), "node2 serves again");
    }

    [Fact]
    public async Task A_fault_that_does_not_exist_is_refused_with_those_that_do()
    {
        using var answer = await playground.Http.PostAsync("/api/nodes/node1/explode", null);
        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Contains("stop, slow, blackhole, revive", await answer.Content.ReadAsStringAsync());
    }

    private static bool Serves(JsonNode state, string node) => state.Node(node)["perSecond"]!.GetValue<double>() > 0;
}
