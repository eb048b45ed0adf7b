using Alternator.Client;
using Alternator.Emulator;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.Aspire.Hosting.Tests;

[Collection(Orchestrator.OneLane)]
public class ConnectionTests
{
    private static Task<EmulatorCluster> StartClusterAsync() => EmulatorCluster.StartAsync(new EmulatorOptions
    {
        Nodes = 2,
        Control = false,
        EnforceAuthorization = true,
        Roles = [new EmulatorRole("app", "s3cret")],
    });

    private static string ConnectionString(EmulatorCluster cluster, string secretKey) =>
        $"Endpoints={string.Join(',', cluster.Nodes.Select(node => node.Endpoint.ToString().TrimEnd('/')))};AccessKey=app;SecretKey={secretKey}";

    [DcpFact]
    public async Task A_cluster_that_exists_gets_tables_and_seed_data_like_one_that_the_apphost_starts()
    {
        await using EmulatorCluster cluster = await StartClusterAsync();
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        builder.Configuration["ConnectionStrings:alternator"] = ConnectionString(cluster, "s3cret");
        IResourceBuilder<AlternatorConnectionResource> alternator = builder.AddAlternatorConnection("alternator");
        alternator.AddTable("music", partitionKey: "Artist").WithSeedData(Seeds.File("""[{"Artist":"Nina Simone"}]"""));
        await using DistributedApplication application = await builder.StartAsync();

        await application.HealthyAsync("music");
        HealthReportEntry health = await HealthAsync(application);
        Assert.Equal((HealthStatus.Healthy, "answers; 2 of 2 nodes are live"), (health.Status, health.Description));
        await using var client = new AlternatorDynamoDBClient(ConnectionString(cluster, "s3cret"));
        Assert.True((await client.GetItemAsync("music", new() { ["Artist"] = new("Nina Simone") })).IsItemSet);
        Assert.True((await application.CommandAsync("music", "truncate")).Success);
    }

    [DcpFact]
    public async Task Credentials_that_the_cluster_refuses_show_in_its_health_before_any_table_is_tried()
    {
        await using EmulatorCluster cluster = await StartClusterAsync();
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        builder.Configuration["ConnectionStrings:alternator"] = ConnectionString(cluster, "wrong");
        builder.AddAlternatorConnection("alternator").AddTable("music", partitionKey: "Artist");
        await using DistributedApplication application = await builder.StartAsync();

        await application.UntilAsync("alternator", s => s.HealthReports.Any(report => report.Description?.Contains("alternator doesn't answer a read: wrong signature", StringComparison.Ordinal) == true));
        Assert.Equal("waits for its cluster to be ready", (await application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "music_check")).Entries["music_check"].Description);
    }

    private static async Task<HealthReportEntry> HealthAsync(DistributedApplication application) =>
        (await application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "alternator_check")).Entries["alternator_check"];
}
