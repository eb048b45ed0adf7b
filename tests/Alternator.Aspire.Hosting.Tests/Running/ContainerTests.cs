using System.Net;
using Alternator.Client;
using Amazon.DynamoDBv2;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Nodes in containers, and what uses them.</summary>
[Collection(Orchestrator.OtherLane)]
public partial class ContainerTests(ContainerAppHost host) : IClassFixture<ContainerAppHost>
{
    [EngineFact]
    public async Task A_node_with_authorization_has_its_tables_and_refuses_who_does_not_sign()
    {
        string connectionString = (await ((IResourceWithConnectionString)host.Alternator).GetConnectionStringAsync())!;
        Assert.Contains(";AccessKey=app;SecretKey=", connectionString, StringComparison.Ordinal);
        await using (var client = new AlternatorDynamoDBClient(connectionString))
            Assert.Equal(["music"], (await client.ListTablesAsync()).TableNames);
        await using var stranger = new AlternatorDynamoDBClient(connectionString[..connectionString.IndexOf(";AccessKey", StringComparison.Ordinal)]);
        Assert.Equal("MissingAuthenticationTokenException", (await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => stranger.ListTablesAsync())).ErrorCode);
    }

    [EngineFact]
    public async Task A_process_of_the_host_reaches_it_by_its_published_port()
    {
        await host.Application.IsServedByAsync("on-host", "music", $"localhost:{RunningAppHost.AddressOf(host.Alternator, "http").Port}");
        Assert.Equal("music", await host.Application.TablesOfSdkAsync("on-host"));
    }

    [StandInFact]
    public async Task A_container_reaches_it_by_its_name()
    {
        await host.Application.HealthyAsync("in-container");
        await host.Application.IsServedByAsync("in-container", "music", "alternator.dev.internal:8000");
        Assert.Equal("music", await host.Application.TablesOfSdkAsync("in-container"));
        IReadOnlyDictionary<string, string?> environment = await host.Application.EnvironmentAsync("in-container");
        Assert.Equal("http://alternator.dev.internal:8000", environment["AWS_ENDPOINT_URL_DYNAMODB"]);
        Assert.Equal("http://alternator.dev.internal:8000", environment["ALTERNATOR_URI"]);
    }

    [EngineFact]
    public async Task The_admin_page_shows_the_tables()
    {
        await host.Application.HealthyAsync("alternator-admin");
        using HttpClient http = host.Application.CreateHttpClient("alternator-admin", "http");
        Assert.Contains("music", await http.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task The_links_to_the_REST_API_and_the_metrics_lead_somewhere()
    {
        using var http = new HttpClient();
        using HttpResponseMessage rest = await http.GetAsync(new Uri(RunningAppHost.AddressOf(host.Alternator, "rest"), "/ui/"));
        Assert.Equal(HttpStatusCode.OK, rest.StatusCode);
        Assert.Contains("scylla_alternator", await http.GetStringAsync(new Uri(RunningAppHost.AddressOf(host.Alternator, "metrics"), "/metrics")), StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task A_node_whose_ScyllaDB_ended_is_dead_though_its_container_runs_on()
    {
        string container = await host.ContainerAsync("mortal");
        Assert.NotNull(ContainerEngine.Run("exec", container, "supervisorctl", "stop", "scylla"));
        HealthReportEntry dead = await host.HealthAsync("mortal");
        Assert.Equal(HealthStatus.Unhealthy, dead.Status);
        Assert.Matches("^dead: it served until [0-9]+ s ago and now .+. Its container may run on", dead.Description);
        Assert.Equal("running", ContainerEngine.Run("inspect", container, "--format", "{{.State.Status}}")?.Trim());

        Assert.NotNull(ContainerEngine.Run("exec", container, "supervisorctl", "start", "scylla"));
        using var patience = new CancellationTokenSource(Orchestrator.Patience);
        while ((await host.HealthAsync("mortal")).Status != HealthStatus.Healthy)
            await Task.Delay(200, patience.Token);
    }

    [StandInFact]
    public async Task A_node_that_has_not_served_yet_is_booting()
    {
        await host.ContainerAsync("slow");
        await host.Application.UntilAsync("slow", s => s.HealthStatus == HealthStatus.Unhealthy && s.HealthReports.Any(report => report.Description?.StartsWith("booting for ", StringComparison.Ordinal) == true));
    }

    [StandInFact]
    public async Task Before_a_node_boots_its_log_says_what_the_machine_lacks_for_it()
    {
        await host.Application.LogUntilAsync("slow", "Preflight: 1 node(s) with 9000G need more memory than the ");
    }

    [StandInFact]
    public async Task A_node_that_can_not_start_keeps_its_container_and_never_gets_ready()
    {
        string container = await host.ContainerAsync("broken");
        using var patience = new CancellationTokenSource(Orchestrator.Patience);
        while (ContainerEngine.Run("logs", container)?.Contains("gave up: scylla entered FATAL state", StringComparison.Ordinal) != true)
            await Task.Delay(200, patience.Token);
        Assert.Contains("unrecognised option '--no-such-option'", ContainerEngine.Run("logs", container), StringComparison.Ordinal);
        Assert.Equal("running", ContainerEngine.Run("inspect", container, "--format", "{{.State.Status}}")?.Trim());
        Assert.Equal(HealthStatus.Unhealthy, (await host.Application.UntilAsync("broken", s => s.HealthReports.Any(report => report.LastRunAt is not null))).Snapshot.HealthStatus);
    }
}
