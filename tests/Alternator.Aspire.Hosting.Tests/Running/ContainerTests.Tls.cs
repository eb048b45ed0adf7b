using Alternator.Client;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

/// <content>TLS, by services that verify what they are shown.</content>
public partial class ContainerTests
{
    [EngineFact]
    public async Task With_the_developer_certificate_a_process_of_the_host_verifies_every_node()
    {
        await host.Application.IsServedByAsync("developer-on-host", "songs", host.Developer.Nodes.Select(n => $"localhost:{RunningAppHost.AddressOf(n, "https").Port}"));
        Assert.StartsWith("https://localhost:", (await host.Application.EnvironmentAsync("developer-on-host"))["AWS_ENDPOINT_URL_DYNAMODB"], StringComparison.Ordinal);
        Assert.Equal("songs", await host.Application.TablesOfSdkAsync("developer-on-host"));
    }

    [StandInFact]
    public async Task With_the_developer_certificate_a_container_verifies_every_node()
    {
        await host.Application.HealthyAsync("developer-in-container");
        await host.Application.IsServedByAsync("developer-in-container", "songs", "developer-1.dev.internal:8043", "developer-2.dev.internal:8043");
        Assert.Equal("songs", await host.Application.TablesOfSdkAsync("developer-in-container"));
    }

    [EngineFact]
    public async Task With_a_certificate_of_ones_own_a_process_of_the_host_verifies_it_by_the_file_in_the_connection_string()
    {
        await host.Application.IsServedByAsync("own-on-host", "books", $"localhost:{RunningAppHost.AddressOf(host.Own, "https").Port}");
    }

    [StandInFact]
    public async Task With_a_certificate_of_ones_own_a_container_gets_a_copy_of_that_file()
    {
        await host.Application.HealthyAsync("own-in-container");
        IReadOnlyDictionary<string, string?> environment = await host.Application.EnvironmentAsync("own-in-container");
        Assert.EndsWith(";CaFile=/etc/alternator/own-ca.pem", environment["ConnectionStrings__own"], StringComparison.Ordinal);
        await host.Application.IsServedByAsync("own-in-container", "books", "own.dev.internal:8043");
    }

    [EngineFact]
    public async Task Who_does_not_know_the_authority_gets_no_answer()
    {
        string connectionString = (await ((IResourceWithConnectionString)host.Own).GetConnectionStringAsync())!;
        Assert.Contains(";CaFile=", connectionString, StringComparison.Ordinal);
        var config = new AlternatorClientConfig(connectionString[..connectionString.IndexOf(";CaFile", StringComparison.Ordinal)]);
        config.Retry.MaxAttempts = 1;
        config.Nodes.Connections.ConnectTimeout = Orchestrator.Patience;
        await using var stranger = new AlternatorDynamoDBClient(config);
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => stranger.ListTablesAsync());
        Assert.Contains("certificate", refused.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
