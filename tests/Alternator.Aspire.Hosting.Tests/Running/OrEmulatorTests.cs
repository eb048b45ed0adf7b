using Alternator.Client;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

[Collection(Orchestrator.OneAtATime)]
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

        ExecuteCommandResult status = await application.CommandAsync("cluster", "node-status");
        Assert.Equal("3 of 3 up", status.Message);
        Assert.Contains("| UN | cluster-3 |", status.Data!.Value, StringComparison.Ordinal);
        Assert.Contains("| music | ACTIVE | key (Artist S) |", (await application.CommandAsync("cluster", "describe-tables")).Data!.Value, StringComparison.Ordinal);
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
