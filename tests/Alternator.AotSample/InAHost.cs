using Alternator.Aspire.Client;
using Alternator.Client;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.DataModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Alternator.AotSample;

/// <summary>The client as a service registers it, with settings from the configuration.</summary>
internal static class InAHost
{
    public static async Task RunAsync(string connectionString)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:aot", connectionString),
            new("Aspire:Alternator:Client:Retry:MaxAttempts", "4"),
            new("Aspire:Alternator:Client:aot:Balancing:Policy", "RoundRobin"),
            new("Aspire:Alternator:Client:aot:Affinity:PartitionKeys:aot", "Id"),
        ]);
        AlternatorClientConfig? bound = null;
        builder.AddAlternatorClient("aot", configureClient: config => bound = config).AddDynamoDBContext();
        builder.AddKeyedAlternatorClient("aot");
        using IHost host = builder.Build();
        await host.StartAsync();
        var client = host.Services.GetRequiredService<IAmazonDynamoDB>();
        var keyed = host.Services.GetRequiredKeyedService<IAmazonDynamoDB>("aot");
        string table = (await client.ListTablesAsync()).TableNames[0];
        string text = (await keyed.GetItemAsync(table, new() { ["Id"] = new("a"), ["Page"] = new() { N = "2" } })).Item["Text"].S;
        Operations.Note note = await host.Services.GetRequiredService<IDynamoDBContext>().LoadAsync<Operations.Note>("b", 1);
        HealthReport health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Console.WriteLine($"host: {bound!.Retry.MaxAttempts} attempts, {bound.Balancing.Policy}, key {bound.Affinity.PartitionKeys["aot"]}, {table}, {text}, {note.Text}, {health.Status} {string.Join(' ', health.Entries.Keys.Order())}");
        await host.StopAsync();
    }
}
