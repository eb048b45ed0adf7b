using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Alternator.EndToEnd.Tests.Playground;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.EndToEnd.Tests.AppHost;

/// <summary>What <c>./run</c> starts, started as Aspire's own tests start an AppHost, with commands in place of the dashboard's buttons.</summary>
[Collection(nameof(RunningAppHost))]
public sealed class AppHostTests(AppHostRun run)
{
    [Fact]
    public async Task Cluster_tables_and_both_replicas_of_the_service_are_healthy()
    {
        foreach (var resource in new[] { "alternator", "music", "mutants", "web" })
            await run.HealthyAsync(resource);
        foreach (var node in new[] { "alternator-1", "alternator-2", "alternator-3" })
            await run.UntilAsync(node, at => at.Snapshot.State?.Text == KnownResourceStates.Running);

        var healthy = new HashSet<string>();
        await run.UntilAsync("web", at => at.Snapshot.HealthStatus == HealthStatus.Healthy && IsSecond(healthy, at.ResourceId));
    }

    [Fact]
    public async Task Both_replicas_answer_tell_the_same_and_follow_the_same_switch()
    {
        var state = await run.UntilAsync(state => Replicas(state).Length == 2, "the replicas know each other");
        Assert.Contains(state["service"]!["replica"]!.GetValue<string>(), Replicas(state));
        Assert.All(Replicas(state), replica => Assert.StartsWith("web-", replica));

        foreach (var rate in new[] { 40, 50 })
        {
            (await run.Web.PostAsJsonAsync("/api/load", new { rate })).EnsureSuccessStatusCode();
            var follow = new HashSet<string>();
            await run.UntilAsync(
                state => state["load"]!["rate"]!.GetValue<int>() == rate && IsSecond(follow, state["service"]!["replica"]!.GetValue<string>()),
                $"both replicas send {rate} requests per second");
        }
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/context")]
    public async Task The_service_answers_on_both_data_sets_with_what_they_were_seeded_with(string way)
    {
        var songs = await run.Web.GetFromJsonAsync<JsonNode>($"{way}/music?artist=Nina Simone");
        Assert.Equal(["Feeling Good", "Sinnerman"], songs!["result"]!.AsArray().Select(song => song!["songTitle"]!.GetValue<string>()));
        Assert.StartsWith("127.0.0.", songs["servedBy"]!.GetValue<string>());

        var mutants = await run.Web.GetFromJsonAsync<JsonNode>($"{way}/mutants?lastName=Loblaw&lastName=Jeffries");
        Assert.Equal(["1211 Hollywood Lane", "1313 Mockingbird Lane"], mutants!["result"]!.AsArray().Select(mutant => mutant!["address"]!.GetValue<string>()).Order());
    }

    [Fact]
    public async Task A_node_is_stopped_and_started_by_its_commands_under_load_and_no_request_fails()
    {
        (await run.Web.PostAsJsonAsync("/api/load", new { rate = 50, running = true })).EnsureSuccessStatusCode();
        var before = await run.UntilAsync(state => Replicas(state).Length == 2 && state.Served("node2") > 0, "node2 serves");

        await run.CommandAsync("alternator-2", KnownResourceCommands.StopCommand);
        await run.UntilAsync("alternator-2", at => at.Snapshot.State?.Text == KnownResourceStates.Exited);
        Assert.Equal("stopped", (await run.UntilAsync(_ => true, "the state")).Condition("node2"));
        var without = await run.UntilAsync(state => state.Requests() > before.Requests() + 200, "200 requests are answered without node2");
        Assert.Equal(0, without.Failed());
        // The page tells what was done in the dashboard, whichever replica serves it.
        await run.UntilAsync(state => state["events"]!.AsArray().Any(happened => happened!["mark"]?.GetValue<string>() == "stop node2"), "the stop is told");

        await run.CommandAsync("alternator-2", KnownResourceCommands.StartCommand);
        await run.UntilAsync("alternator-2", at => at.Snapshot.State?.Text == KnownResourceStates.Running);
        var again = await run.UntilAsync(state => state.Served("node2") > without.Served("node2"), "node2 serves again");
        Assert.Equal(0, again.Failed());
    }

    [Boto3Fact]
    public async Task The_python_service_reads_the_same_table_by_the_variables_of_aws_alone()
    {
        await run.HealthyAsync("python");
        using var http = new HttpClient { BaseAddress = run.Application.GetEndpoint("python", "http") };
        var answer = await http.GetFromJsonAsync<JsonNode>("/");
        Assert.StartsWith("http://127.0.0.1:", answer!["via"]!.GetValue<string>());
        var songs = answer["songs"]!.AsArray().Select(song => $"{song!["artist"]}: {song["title"]}").ToList();
        Assert.Contains("Nina Simone: Sinnerman", songs);
        Assert.Contains("Miriam Makeba: Pata Pata", songs);
    }

    /// <summary>Whether this is another one than those seen before.</summary>
    private static bool IsSecond(HashSet<string> seen, string one)
    {
        seen.Add(one);
        return seen.Count == 2;
    }

    private static string[] Replicas(JsonNode state) => [.. state["service"]!["replicas"]!.AsArray().Select(replica => replica!.GetValue<string>())];
}
