using Alternator.Client;
using Amazon.DynamoDBv2.Model;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.Aspire.Hosting.Tests;

[Collection(Orchestrator.OneLane)]
public class EmulatorCommandTests
{
    private static async Task<HealthReportEntry> HealthAsync(DistributedApplication application, string check) =>
        (await application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(one => one.Name == check)).Entries[check];

    private static async Task<ResourceCommandState> StateAsync(DistributedApplication application, string resource, string command, ResourceCommandState wanted) =>
        (await application.UntilAsync(resource, s => s.Commands.Single(c => c.Name == command).State == wanted)).Snapshot.Commands.Single(c => c.Name == command).State;

    [DcpFact]
    public async Task Every_command_of_a_cluster_of_its_nodes_and_its_tables_does_what_it_says()
    {
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        IResourceBuilder<AlternatorEmulatorResource> alternator = builder.AddAlternatorEmulator("alternator").WithScyllaRelease("2025.4.10").WithDatacenter("north");
        alternator.AddTable("music", "MusicCollection", "Artist").WithStream().WithSeedData(Seeds.File("""[{"Artist":"Nina Simone"},{"Artist":"Miles Davis"}]"""));
        await using DistributedApplication application = await builder.StartAsync();
        await application.HealthyAsync("music");
        await using var client = new AlternatorDynamoDBClient((await ((IResourceWithConnectionString)alternator.Resource).GetConnectionStringAsync())!);
        async Task<int> CountAsync() => (await client.ScanAsync(new ScanRequest { TableName = "MusicCollection", Select = "COUNT" })).Count!.Value;

        ExecuteCommandResult status = await application.CommandAsync("alternator", "node-status");
        Assert.Equal(("3 of 3 up", CommandResultFormat.Markdown, true), (status.Message, status.Data!.Format, status.Data.DisplayImmediately));
        Assert.Matches(@"\| UN \| alternator-2 \| 127\.0\.0\.2 \| north \| rack2 \| 2025\.4\.0-emulator \| [0-9a-f-]{36} \|", status.Data.Value);

        ExecuteCommandResult tables = await application.CommandAsync("alternator", "describe-tables");
        Assert.Equal("1 table", tables.Message);
        Assert.Contains("| MusicCollection | ACTIVE | key (Artist S) | NEW_AND_OLD_IMAGES | - |", tables.Data!.Value, StringComparison.Ordinal);

        // Killed: the others go on, everybody says so, and Start brings it back.
        Assert.Equal(ResourceCommandState.Enabled, await StateAsync(application, "alternator-2", "kill-node", ResourceCommandState.Enabled));
        ExecuteCommandResult killed = await application.CommandAsync("alternator-2", "kill-node");
        Assert.Equal((true, "alternator-2 was killed; Start brings it back"), (killed.Success, killed.Message));
        ResourceEvent dead = await application.UntilAsync("alternator-2", s => s.State?.Text == KnownResourceStates.Exited);
        Assert.Equal(137, dead.Snapshot.ExitCode);
        HealthReportEntry two = await HealthAsync(application, "alternator_emulator_check");
        Assert.Equal((HealthStatus.Degraded, "2 of 3 nodes: alternator-2 refuses connections"), (two.Status, two.Description));
        ExecuteCommandResult without = await application.CommandAsync("alternator", "node-status");
        Assert.Equal("2 of 3 up", without.Message);
        Assert.Contains("| DN | alternator-2 | refuses connections |", without.Data!.Value, StringComparison.Ordinal);
        Assert.Equal(ResourceCommandState.Disabled, await StateAsync(application, "alternator-2", "kill-node", ResourceCommandState.Disabled));
        Assert.Equal(ResourceCommandState.Enabled, await StateAsync(application, "alternator-2", KnownResourceCommands.StartCommand, ResourceCommandState.Enabled));
        Assert.Equal(ResourceCommandState.Hidden, await StateAsync(application, "alternator-2", KnownResourceCommands.StopCommand, ResourceCommandState.Hidden));
        Assert.True((await application.CommandAsync("alternator-2", KnownResourceCommands.StartCommand)).Success);
        Assert.Null((await application.UntilAsync("alternator-2", s => s.State?.Text == KnownResourceStates.Running)).Snapshot.ExitCode);

        // Restarted one after another, while a client goes on.
        using var enough = new CancellationTokenSource();
        Task<int> reading = Task.Run(async () =>
        {
            int read = 0;
            for (; !enough.IsCancellationRequested; read++)
                Assert.True((await client.GetItemAsync("MusicCollection", new() { ["Artist"] = new AttributeValue("Nina Simone") })).IsItemSet);
            return read;
        });
        ExecuteCommandResult rolled = await application.CommandAsync("alternator", "rolling-restart");
        await enough.CancelAsync();
        Assert.Equal((true, "3 nodes restarted, one after another"), (rolled.Success, rolled.Message));
        Assert.NotEqual(0, await reading);

        Assert.Equal((true, "MusicCollection: active, truncated"), await ChangeAsync("truncate"));
        Assert.Equal(0, await CountAsync());
        Assert.Equal((true, "MusicCollection: active, seeded with 2 items"), await ChangeAsync("reseed"));
        Assert.Equal(2, await CountAsync());

        async Task<(bool, string?)> ChangeAsync(string command) => await application.CommandAsync("music", command) is var result ? (result.Success, result.Message) : default;
    }

    [DcpFact]
    public async Task Seed_data_that_is_wrong_is_told_by_the_table_harms_no_other_and_reseed_is_the_way_on()
    {
        string seed = Seeds.File("[{\"Artist\":\"Nina Simone\"},\n{\"Title\":\"Kind of Blue\"}]");
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        IResourceBuilder<AlternatorEmulatorResource> alternator = builder.AddAlternatorEmulator("alternator", nodes: 1);
        alternator.AddTable("music", partitionKey: "Artist").WithSeedData(seed);
        alternator.AddTable("mutants");
        await using DistributedApplication application = await builder.StartAsync();

        await application.UntilAsync("music", s => s.HealthReports.Any(report => report.Name == "music_check" && report.Description?.Contains("item 2 (line 2) lacks the key 'Artist'", StringComparison.Ordinal) == true));
        Assert.Equal((HealthStatus.Healthy, "active"), await HealthAsync(application, "mutants_check") is var other ? (other.Status, other.Description) : default);
        ExecuteCommandResult again = await application.CommandAsync("music", "reseed");
        Assert.False(again.Success);
        Assert.Contains("item 2 (line 2) lacks the key 'Artist'", again.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(seed, """[{"Artist":"Nina Simone"}]""");
        Assert.Equal(ResourceCommandState.Enabled, await StateAsync(application, "music", "reseed", ResourceCommandState.Enabled));
        Assert.True((await application.CommandAsync("music", "reseed")).Success);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(application, "music_check")).Status);
    }
}
