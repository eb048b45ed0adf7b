using Alternator.Client;
using Amazon.DynamoDBv2.Model;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Emulator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.Aspire.Hosting.Tests;

[Collection(Orchestrator.OneLane)]
public class EmulatorAppHostTests
{
    [DcpFact]
    public async Task The_emulator_runs_in_the_apphost_with_tables_seeded_and_a_node_stopped_and_started_without_a_failed_request()
    {
        string seed = Seeds.File($"[{string.Join(',', Enumerable.Range(1, 60).Select(i => $$"""{"Artist":"A{{i % 3}}","SongTitle":"S{{i}}","Year":{{1960 + i}}}"""))}]");
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        IResourceBuilder<AlternatorEmulatorResource> alternator = builder.AddAlternatorEmulator("alternator");
        alternator.AddTable("music", "MusicCollection", "Artist", "SongTitle").WithGlobalIndex("ByYear", "Year", partitionKeyType: AlternatorKeyType.Number).WithSeedData(seed);
        await using DistributedApplication application = await builder.StartAsync();

        await application.HealthyAsync("music");
        await application.HealthyAsync("alternator");
        string connectionString = (await ((IResourceWithConnectionString)alternator.Resource).GetConnectionStringAsync())!;
        AlternatorConnectionString parsed = AlternatorConnectionString.Parse(connectionString);
        Assert.Equal(["127.0.0.1", "127.0.0.2", "127.0.0.3"], parsed.Endpoints.Select(e => e.Host));
        Assert.Single(parsed.Endpoints.Select(e => e.Port).Distinct());

        await using var client = new AlternatorDynamoDBClient(connectionString);
        Assert.Equal(60, (await client.ScanAsync(new ScanRequest { TableName = "MusicCollection", Select = "COUNT" })).Count);

        Assert.True((await application.CommandAsync("alternator-2", KnownResourceCommands.StopCommand)).Success);
        await application.UntilAsync("alternator-2", s => s.State?.Text == KnownResourceStates.Exited);
        for (int i = 0; i < 30; i++)
            Assert.Single((await client.QueryAsync(new QueryRequest
            {
                TableName = "MusicCollection",
                KeyConditionExpression = "Artist = :a AND SongTitle = :s",
                ExpressionAttributeValues = new() { [":a"] = new AttributeValue("A1"), [":s"] = new AttributeValue("S1") },
            })).Items);
        Assert.Equal(HealthStatus.Degraded, await Health(application));

        Assert.True((await application.CommandAsync("alternator-2", KnownResourceCommands.StartCommand)).Success);
        await application.UntilAsync("alternator-2", s => s.State?.Text == KnownResourceStates.Running);
        Assert.Equal(HealthStatus.Healthy, await Health(application));

        // Asked here, because Aspire asks a healthy resource only every 30 s.
        static async Task<HealthStatus> Health(DistributedApplication application) =>
            (await application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "alternator_emulator_check")).Status;
    }

    [DcpFact]
    public async Task A_node_that_is_stopped_past_the_apphost_shows_so_and_can_be_started_by_its_command()
    {
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        builder.AddAlternatorEmulator("alternator");
        await using DistributedApplication application = await builder.StartAsync();
        await application.HealthyAsync("alternator");
        Uri control = application.Services.GetRequiredKeyedService<EmulatorRun>("alternator").Cluster!.ControlEndpoint!;
        using var http = new HttpClient { BaseAddress = control };

        using (HttpResponseMessage stopped = await http.PostAsync(new Uri("/nodes/node2/stop", UriKind.Relative), null))
            stopped.EnsureSuccessStatusCode();
        ResourceEvent exited = await application.UntilAsync("alternator-2", s => s.State?.Text == KnownResourceStates.Exited);
        Assert.Equal(0, exited.Snapshot.ExitCode);
        await application.LogUntilAsync("alternator-2", "Emulated node node2 was stopped");
        await application.UntilAsync("alternator-2", s => s.Commands.Single(c => c.Name == KnownResourceCommands.StartCommand).State == ResourceCommandState.Enabled);

        Assert.True((await application.CommandAsync("alternator-2", KnownResourceCommands.StartCommand)).Success);
        await application.UntilAsync("alternator-2", s => s.State?.Text == KnownResourceStates.Running);

        // One that leaves for good ends too, and the others keep their own names.
        using (HttpResponseMessage removed = await http.DeleteAsync(new Uri("/nodes/node1?drain=false", UriKind.Relative)))
            removed.EnsureSuccessStatusCode();
        await application.UntilAsync("alternator-1", s => s.State?.Text == KnownResourceStates.Exited);
        ExecuteCommandResult back = await application.CommandAsync("alternator-1", KnownResourceCommands.StartCommand);
        Assert.False(back.Success);
        Assert.Contains("node1 has left the cluster", back.Message, StringComparison.Ordinal);
        Assert.True((await application.CommandAsync("alternator-3", "kill-node")).Success);
        Assert.Equal(137, (await application.UntilAsync("alternator-3", s => s.State?.Text == KnownResourceStates.Exited)).Snapshot.ExitCode);
    }
}
