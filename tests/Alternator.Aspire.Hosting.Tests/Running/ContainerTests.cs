using Alternator.Client;
using Amazon.DynamoDBv2.Model;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.Aspire.Hosting.Tests;

[Collection(Orchestrator.OneAtATime)]
public class ContainerTests
{
    private static async Task<string> ConnectionStringAsync(IResourceWithConnectionString resource) => (await resource.GetConnectionStringAsync())!;

    [EngineFact]
    public async Task A_node_with_authorization_comes_up_with_its_tables_and_refuses_who_does_not_sign()
    {
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithImageTag(ContainerEngine.Tag).WithAuthorization("app");
        alternator.AddTable("music", partitionKey: "Artist");
        await using DistributedApplication application = await builder.StartAsync();
        await application.HealthyAsync("music");

        string connectionString = await ConnectionStringAsync(alternator.Resource);
        Assert.Contains(";AccessKey=app;SecretKey=", connectionString, StringComparison.Ordinal);
        await using (var client = new AlternatorDynamoDBClient(connectionString))
            Assert.Equal(["music"], (await client.ListTablesAsync()).TableNames);
        await using var stranger = new AlternatorDynamoDBClient(connectionString[..connectionString.IndexOf(";AccessKey", StringComparison.Ordinal)]);
        await Assert.ThrowsAnyAsync<Amazon.DynamoDBv2.AmazonDynamoDBException>(() => stranger.ListTablesAsync());
    }

    [EngineFact]
    public async Task Three_nodes_join_one_after_another_and_the_cluster_survives_one_that_stops()
    {
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        IResourceBuilder<AlternatorClusterResource> cluster = builder.AddAlternatorCluster("cluster").WithImageTag(ContainerEngine.Tag);
        cluster.AddTable("music", partitionKey: "Artist");
        await using DistributedApplication application = await builder.StartAsync();
        await application.HealthyAsync("music");

        var started = new List<DateTime?>();
        foreach (AlternatorNodeResource node in cluster.Resource.Nodes)
            started.Add((await application.UntilAsync(node.Name, s => s.State?.Text == KnownResourceStates.Running && s.StartTimeStamp is not null)).Snapshot.StartTimeStamp);
        Assert.Equal(started.Order(), started);

        string connectionString = await ConnectionStringAsync(cluster.Resource);
        AlternatorConnectionString parsed = AlternatorConnectionString.Parse(connectionString);
        Assert.Equal(3, parsed.Endpoints.Distinct().Count());
        await using var client = new AlternatorDynamoDBClient(connectionString);
        await client.PutItemAsync("music", new() { ["Artist"] = new AttributeValue("Nina Simone") });

        Assert.True((await application.CommandAsync("cluster-3", KnownResourceCommands.StopCommand)).Success);
        await application.UntilAsync("cluster-3", s => KnownResourceStates.TerminalStates.Contains(s.State?.Text));
        for (int i = 0; i < 20; i++)
            Assert.True((await client.GetItemAsync("music", new() { ["Artist"] = new AttributeValue("Nina Simone") })).IsItemSet);
        Assert.True((await application.CommandAsync("cluster-3", KnownResourceCommands.StartCommand)).Success);
        await application.HealthyAsync("cluster-3");
    }
}
