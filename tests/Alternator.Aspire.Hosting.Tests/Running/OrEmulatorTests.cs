using Alternator.Client;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

[Collection(Orchestrator.OtherLane)]
public class OrEmulatorTests
{
    [DcpFact]
    public async Task Without_an_engine_the_cluster_is_emulated_under_the_same_names_and_says_so()
    {
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        IResourceBuilder<AlternatorClusterResource> cluster = AlternatorBuilderExtensions.OrEmulator(builder.AddAlternatorCluster("cluster").WithAuthorization("app").WithDynamoDbAdmin(), () => "no engine in this test");
        cluster.AddTable("music", partitionKey: "Artist");
        Assert.DoesNotContain(builder.Resources, r => r is DynamoDbAdminResource);
        await using DistributedApplication application = await builder.StartAsync();

        await application.HealthyAsync("music");
        ResourceEvent node = await application.UntilAsync("cluster-2", s => s.Urls.Any(url => !url.IsInactive));
        Assert.Equal(KnownResourceStates.Running, node.Snapshot.State?.Text);
        Assert.Contains("no engine in this test", (string)node.Snapshot.Properties.Single(p => p.Name == CustomResourceKnownProperties.Source).Value!, StringComparison.Ordinal);
        await using var client = new AlternatorDynamoDBClient((await ((IResourceWithConnectionString)cluster.Resource).GetConnectionStringAsync())!);
        Assert.Equal(["music"], (await client.ListTablesAsync()).TableNames);

        // The endpoints that only a container has are gone, and nobody misses them.
        Assert.DoesNotContain("no endpoint", await application.LogUntilAsync("cluster-2", "listens on http://127.0.0.2:"), StringComparison.Ordinal);

        ExecuteCommandResult status = await application.CommandAsync("cluster", "node-status");
        Assert.Equal("3 of 3 up", status.Message);
        Assert.Contains("| UN | cluster-3 |", status.Data!.Value, StringComparison.Ordinal);
        Assert.Contains("| music | ACTIVE | key (Artist S) |", (await application.CommandAsync("cluster", "describe-tables")).Data!.Value, StringComparison.Ordinal);
    }

    [DcpFact]
    public async Task What_is_asked_of_the_containers_after_falling_back_does_no_harm()
    {
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        IResourceBuilder<AlternatorClusterResource> cluster = AlternatorBuilderExtensions.OrEmulator(builder.AddAlternatorCluster("cluster").WithImageTag("2026.1.11"), () => "no engine in this test")
            .WithHttps().WithDataVolume().WithImageTag("2025.4.10").WithLifetime(ContainerLifetime.Persistent).WithMemory("2G").WithSmp(2).WithScyllaArguments("--abort-on-seastar-bad-alloc=1")
            .WithDynamoDbAdmin().WithDatacenter("north").WithAuthorization("app").WithHostPort(null);
        IResourceBuilder<AlternatorResource> node = AlternatorBuilderExtensions.OrEmulator(builder.AddAlternator("node"), () => "no engine in this test")
            .WithImageTag("2026.1").WithVolume("data", "/var/lib/scylla").WithLifetime(ContainerLifetime.Persistent);
        Assert.DoesNotContain(builder.Resources, r => r is DynamoDbAdminResource);
        await using DistributedApplication application = await builder.StartAsync();

        await application.HealthyAsync("cluster");
        await application.HealthyAsync("node");
        string connectionString = (await ((IResourceWithConnectionString)cluster.Resource).GetConnectionStringAsync())!;
        Assert.Matches("^Endpoints=http://127.0.0.1:[0-9]+,http://127.0.0.2:[0-9]+,http://127.0.0.3:[0-9]+;AccessKey=app;SecretKey=[A-Za-z0-9]+;Datacenter=north$", connectionString);
        await using var client = new AlternatorDynamoDBClient(connectionString);
        Assert.Empty((await client.ListTablesAsync()).TableNames);
        // The release that the image would have been is followed.
        Assert.Contains("| north | rack1 | 2025.4.0-emulator |", (await application.CommandAsync("cluster", "node-status")).Data!.Value, StringComparison.Ordinal);
        Assert.StartsWith("Endpoints=http://127.0.0.1:", await ((IResourceWithConnectionString)node.Resource).GetConnectionStringAsync(), StringComparison.Ordinal);
    }

    [DcpFact]
    public async Task The_log_says_that_it_is_an_emulator_and_why()
    {
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        AlternatorBuilderExtensions.OrEmulator(builder.AddAlternatorCluster("cluster", 1), () => "no engine in this test");
        await using DistributedApplication application = await builder.StartAsync();
        await application.HealthyAsync("cluster");
        await application.LogUntilAsync("cluster", "cluster runs as an emulator, because no container engine answers: no engine in this test");
    }

    [DcpFact]
    public async Task Without_an_engine_a_single_node_is_emulated_too()
    {
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        IResourceBuilder<AlternatorResource> alternator = AlternatorBuilderExtensions.OrEmulator(builder.AddAlternator("alternator"), () => "no engine in this test");
        await using DistributedApplication application = await builder.StartAsync();
        await application.HealthyAsync("alternator");
        Assert.StartsWith("Endpoints=http://127.0.0.1:", await ((IResourceWithConnectionString)alternator.Resource).GetConnectionStringAsync(), StringComparison.Ordinal);
    }
}
