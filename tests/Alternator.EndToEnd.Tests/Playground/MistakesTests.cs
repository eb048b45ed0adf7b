using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Alternator.Emulator;

namespace Alternator.EndToEnd.Tests.Playground;

/// <summary>What goes wrong outside the service is told by it, with what to do.</summary>
public sealed class MistakesTests
{
    [Fact]
    public async Task A_wrong_key_of_the_connection_string_is_named_with_the_right_one_and_an_example()
    {
        await using var web = WebProgram.Start("Endpionts=http://127.0.0.1:8000");
        var ended = await web.Program.FinishAsync();
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("ConnectionStrings:alternator: Unknown key 'Endpionts'. Did you mean Endpoints?", ended.Errors);
        Assert.Contains("\"Endpoints=http://node1:8000,http://node2:8000\"", ended.Errors);
    }

    [Fact]
    public async Task A_missing_connection_string_is_told_with_where_it_was_looked_for()
    {
        await using var web = WebProgram.Start(null, [KeyValuePair.Create("AWS_ENDPOINT_URL_DYNAMODB", (string?)null)]);
        var ended = await web.Program.FinishAsync();
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("no endpoint is given: ConnectionStrings:alternator is missing", ended.Errors);
    }

    [Fact]
    public async Task A_node_that_answers_garbage_on_localnodes_is_named_and_the_requests_go_on()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        var node = cluster.Nodes[0];
        node.BreakAnswers(BrokenForm.Html, RequestKinds.LocalNodes);
        await using var web = WebProgram.Start(cluster.ConnectionString);

        await web.Program.UntilPrintedAsync($"{node.Endpoint.GetLeftPart(UriPartial.Authority)}: /localnodes must answer a JSON array of addresses");
        await web.Program.UntilPrintedAsync("Check that the endpoint is the Alternator port of a node");
        var served = node.RequestCount;
        for (var state = await StateAsync(web); state.Requests() < 20; state = await StateAsync(web))
        {
            Assert.Equal(0, state.Failed());
            await Task.Delay(100);
        }
        Assert.True(node.RequestCount > served);
    }

    [Fact]
    public async Task A_replica_outlives_its_cluster_and_goes_on_with_it_when_it_is_back()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        await using var web = WebProgram.Start(cluster.ConnectionString, KeyValuePair.Create("PLAYGROUND_REPLICAS", (string?)"2"));
        for (var state = await StateAsync(web); state.Requests() < 1; state = await StateAsync(web))
            await Task.Delay(100);

        await cluster.Nodes[0].StopAsync();
        await web.Program.UntilPrintedAsync("The replicas could not exchange what they counted");
        await cluster.Nodes[0].StartAsync();
        var before = (await StateAsync(web)).Requests();
        for (var state = await StateAsync(web); state.Requests() <= before; state = await StateAsync(web))
            await Task.Delay(100);
    }

    [Fact]
    public async Task Without_the_emulator_there_is_nothing_to_stop_and_the_service_says_so()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2 });
        await using var web = WebProgram.Start(cluster.ConnectionString);
        await web.Program.UntilPrintedAsync("Application started");
        var state = await StateAsync(web);
        Assert.False(state["cluster"]!["isEmulator"]!.GetValue<bool>());
        Assert.False(state["cluster"]!["canControl"]!.GetValue<bool>());
        using var refused = await web.Http.PostAsync("/api/nodes/node1/stop", null);
        Assert.Equal(404, (int)refused.StatusCode);
        Assert.Contains("EMULATOR_CONTROL_URL is not set", await refused.Content.ReadAsStringAsync());
    }

    private static async Task<JsonNode> StateAsync(WebProgram web)
    {
        await web.Program.UntilPrintedAsync("Application started");
        return (await web.Http.GetFromJsonAsync<JsonNode>("/api/state"))!;
    }
}
