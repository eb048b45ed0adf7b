using Alternator.Aspire.Client.HealthChecks;
using Alternator.Client;
using Alternator.Emulator;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client.Tests;

public sealed class HealthCheckTests
{
    private static readonly NodeCondition Active = new("http://a:8000", NodeState.Active, null);
    private static readonly NodeCondition New = new("http://b:8000", NodeState.Quarantined, null);
    private static readonly NodeCondition Returning = new("http://c:8000", NodeState.Quarantined, "refused");
    private static readonly NodeCondition Down = new("http://d:8000", NodeState.Down, "refused");

    // The verdict, as a pure function.

    [Fact]
    public void All_nodes_active_is_healthy() =>
        Assert.Equal(HealthStatus.Healthy, Verdict(Active, Active with { Endpoint = "http://e:8000" }).Status);

    [Fact]
    public void A_node_that_is_new_and_has_not_failed_is_no_illness() => Assert.Equal(HealthStatus.Healthy, Verdict(Active, New).Status);

    [Fact]
    public void A_node_down_or_coming_back_is_degraded_and_named_with_its_state_and_error()
    {
        var result = Verdict(Active, Returning, Down);

        Assert.Equal(HealthStatus.Degraded, result.Status);
        Assert.Equal("1 of 3 nodes are in good health; failing: http://c:8000, http://d:8000.", result.Description);
        Assert.Equal("Quarantined: refused", result.Data["http://c:8000"]);
        Assert.Equal("Down: refused", result.Data["http://d:8000"]);
        Assert.DoesNotContain("http://a:8000", result.Data.Keys);
        Assert.Equal(2, result.Data["nodes.failing"]);
    }

    [Fact]
    public void A_failed_probe_is_unhealthy_whatever_the_nodes_seem_to_be()
    {
        var failure = new AmazonDynamoDBException("UnrecognizedClientException");

        var result = new ClusterHealth { Nodes = [Active], PreferredScope = "cluster", ScopeInUse = "cluster", ProbeFailure = failure }.ToResult(HealthStatus.Unhealthy);

        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Same(failure, result.Exception);
        Assert.Contains("UnrecognizedClientException", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scope_that_matches_nothing_is_unhealthy_even_while_old_nodes_answer()
    {
        var result = new ClusterHealth { Nodes = [Active], PreferredScope = "datacenter dc9", ScopeInUse = null, ScopeMatchesNothing = true }.ToResult(HealthStatus.Unhealthy);

        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Contains("datacenter dc9", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fallback_in_use_is_degraded()
    {
        var result = new ClusterHealth { Nodes = [Active], PreferredScope = "rack dc1/rack1", ScopeInUse = "datacenter dc1", ScopeMatchesNothing = true }.ToResult(HealthStatus.Unhealthy);

        Assert.Equal(HealthStatus.Degraded, result.Status);
        Assert.Equal("rack dc1/rack1 has no live node, datacenter dc1 is used instead; 1 of 1 nodes are in good health.", result.Description);
    }

    [Fact]
    public void A_registration_may_say_what_a_failure_counts_as() =>
        Assert.Equal(
            HealthStatus.Degraded,
            new ClusterHealth { Nodes = [], PreferredScope = "cluster", ProbeFailure = new TimeoutException() }.ToResult(HealthStatus.Degraded).Status);

    // The whole, against the emulator.

    [Fact]
    public async Task A_cluster_in_good_health_is_healthy()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 3 });
        using var host = Build(cluster.ConnectionString);

        await Eventually.True(async () => (await CheckAsync(host)) is { Status: HealthStatus.Healthy } entry && entry.Data["nodes"] is 3, "healthy with three nodes");
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_unhealthy_within_the_timeout_of_the_check()
    {
        using var host = Build("http://127.0.0.1:1", ("Aspire:Alternator:Client:HealthCheckTimeout", "00:00:01"));

        var entry = await CheckAsync(host);

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.StartsWith("The cluster doesn't serve requests: ", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_the_cluster_refuses_are_unhealthy_and_told()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1, EnforceAuthorization = true });
        using var host = Build($"Endpoints=http://{cluster.Nodes[0].Address}:{cluster.Port};AccessKey=nobody;SecretKey=wrong");

        var entry = await CheckAsync(host);

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.IsAssignableFrom<AmazonDynamoDBException>(entry.Exception);
    }

    [Fact]
    public async Task A_datacenter_that_does_not_exist_is_unhealthy()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        using var host = Build(cluster.ConnectionString, ("Aspire:Alternator:Client:Datacenter", "dc9"), ("Aspire:Alternator:Client:HealthCheckTimeout", "00:00:02"));

        await Eventually.True(async () => (await CheckAsync(host)) is { Status: HealthStatus.Unhealthy }, "unhealthy");
    }

    [Fact]
    public async Task A_datacenter_without_live_nodes_with_a_fallback_is_degraded()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        using var host = Build(cluster.ConnectionString, ("Aspire:Alternator:Client:Datacenter", "dc9"), ("Aspire:Alternator:Client:FallbackScopes:0", "cluster"));

        await Eventually.True(
            async () => (await CheckAsync(host)) is { Status: HealthStatus.Degraded } entry && entry.Description!.Contains("datacenter dc9 has no live node, cluster is used instead", StringComparison.Ordinal),
            "degraded by the fallback");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_stopped_under_load_degrades_the_health_by_name_until_it_is_back_and_no_request_fails(bool stillListed)
    {
        // A real cluster goes on listing a dead node for some seconds, then no longer: both are tried.
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 3, NoticeDelay = stillListed ? TimeSpan.FromHours(1) : TimeSpan.Zero });
        using var host = Build(
            cluster.ConnectionString,
            ("Aspire:Alternator:Client:Discovery:ActiveInterval", "00:00:00.2"),
            ("Aspire:Alternator:Client:Health:ProbePeriod", "00:00:01"));
        var client = host.Get<IAmazonDynamoDB>();
        await Eventually.True(async () => (await CheckAsync(host)) is { Status: HealthStatus.Healthy } entry && entry.Data["nodes"] is 3, "healthy with three nodes");
        var victim = cluster.Nodes[1];
        using var end = new CancellationTokenSource();
        var load = LoadAsync(client, end.Token);

        await victim.StopAsync();

        var endpoint = $"http://{victim.Address}:{cluster.Port}";
        await Eventually.True(async () => (await CheckAsync(host)) is { Status: HealthStatus.Degraded } entry && entry.Data.ContainsKey(endpoint), "degraded, and the node is named");

        await victim.StartAsync();

        await Eventually.True(async () => (await CheckAsync(host)) is { Status: HealthStatus.Healthy } entry && entry.Data["nodes"] is 3, "healthy again with three nodes");
        await end.CancelAsync();
        Assert.True(await load > 0);
    }

    [Fact]
    public async Task The_check_costs_one_request()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        using var host = Build(cluster.ConnectionString);
        await CheckAsync(host);
        var before = cluster.Nodes[0].RequestCount;

        await CheckAsync(host);

        Assert.Equal(before + 1, cluster.Nodes[0].RequestCount);
    }

    private static HealthCheckResult Verdict(params NodeCondition[] nodes) =>
        new ClusterHealth { Nodes = nodes, PreferredScope = "cluster", ScopeInUse = "cluster" }.ToResult(HealthStatus.Unhealthy);

    private static async Task<int> LoadAsync(IAmazonDynamoDB client, CancellationToken end)
    {
        var served = 0;
        while (!end.IsCancellationRequested)
        {
            await client.ListTablesAsync(new ListTablesRequest(), CancellationToken.None);
            served++;
            await Task.Delay(5, CancellationToken.None);
        }

        return served;
    }

    private static IHost Build(string connectionString, params (string, string?)[] configuration)
    {
        var builder = TestHost.Builder([("ConnectionStrings:alternator", connectionString), .. configuration]);
        builder.AddAlternatorClient("alternator");
        return builder.Build();
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost host)
    {
        var report = await host.Get<HealthCheckService>().CheckHealthAsync();
        return Assert.Single(report.Entries, entry => entry.Key == "Alternator.Client").Value;
    }
}
