using Alternator.Client;
using Amazon.DynamoDBv2.Model;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.Aspire.Hosting.Tests;

[Collection(Orchestrator.OneAtATime)]
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
}
