#pragma warning disable ASPIRECERTIFICATES001 // The developer certificate is experimental in Aspire.
using Alternator.Client;
using Alternator.StandIn.Tools;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>TLS to nodes in containers, by services that verify what they are shown.</summary>
[Collection(Orchestrator.OneAtATime)]
public class ContainerTlsTests(ContainerTlsTests.AppHost host) : IClassFixture<ContainerTlsTests.AppHost>
{
    public sealed class AppHost : RunningAppHost
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("alternator-tls-").FullName;

        public AlternatorClusterResource Developer { get; private set; } = null!;

        public AlternatorResource Own { get; private set; } = null!;

        protected override void Describe(IDistributedApplicationBuilder builder)
        {
            builder.Services.AddSingleton<IDeveloperCertificateService>(new TestCertificates.OfDeveloper(TestCertificates.Developer()));
            IResourceBuilder<AlternatorClusterResource> developer = builder.AddAlternatorCluster("developer", nodes: 2).WithImageTag(ContainerEngine.Tag).WithHttps();
            IResourceBuilder<AlternatorTableResource> music = developer.AddTable("music", partitionKey: "key");
            builder.AddHostConsumer("on-host").WithReference(developer).WaitFor(music);

            TestCertificates.WritePemFiles(_folder, "localhost", "own.dev.internal");
            IResourceBuilder<AlternatorResource> own = builder.AddAlternator("own").WithImageTag(ContainerEngine.Tag);
            IResourceBuilder<AlternatorTableResource> books = own.AddTable("books", partitionKey: "key");
            builder.AddHostConsumer("own-on-host").WithReference(own).WaitFor(books);
            if (!ContainerEngine.IsLive)
            {
                builder.AddContainerConsumer("in-container").WithReference(developer).WaitFor(music);
                builder.AddContainerConsumer("own-in-container").WithReference(own).WaitFor(books);
            }
            // After the references: the order doesn't matter.
            own.WithHttps(Path.Combine(_folder, "node.pem"), Path.Combine(_folder, "node.key"), Path.Combine(_folder, "ca.pem"));
            (Developer, Own) = (developer.Resource, own.Resource);
        }

        protected override async Task ReadyAsync()
        {
            await Application.HealthyAsync("on-host");
            await Application.HealthyAsync("own-on-host");
        }
    }

    [EngineFact]
    public async Task With_the_developer_certificate_a_process_of_the_host_verifies_every_node()
    {
        Round round = await host.Application.RoundAsync("on-host", "music", 8);
        Assert.Empty(round.Errors);
        Assert.Equal(host.Developer.Nodes.Select(n => $"localhost:{RunningAppHost.AddressOf(n, "https").Port}").Order(), round.ByNode.Keys.Order());
        Assert.StartsWith("https://localhost:", (await host.Application.EnvironmentAsync("on-host"))["AWS_ENDPOINT_URL_DYNAMODB"], StringComparison.Ordinal);
        Assert.Equal("music", await host.Application.TablesOfSdkAsync("on-host"));
    }

    [StandInFact]
    public async Task With_the_developer_certificate_a_container_verifies_every_node()
    {
        await host.Application.HealthyAsync("in-container");
        Round round = await host.Application.RoundAsync("in-container", "music", 8);
        Assert.Empty(round.Errors);
        Assert.Equal(["developer-1.dev.internal:8043", "developer-2.dev.internal:8043"], round.ByNode.Keys.Order());
        Assert.Equal("music", await host.Application.TablesOfSdkAsync("in-container"));
    }

    [EngineFact]
    public async Task With_a_certificate_of_ones_own_a_process_of_the_host_verifies_it_by_the_file_in_the_connection_string()
    {
        Round round = await host.Application.RoundAsync("own-on-host", "books", 4);
        Assert.Empty(round.Errors);
        Assert.Equal($"localhost:{RunningAppHost.AddressOf(host.Own, "https").Port}", Assert.Single(round.ByNode.Keys));
    }

    [StandInFact]
    public async Task With_a_certificate_of_ones_own_a_container_gets_a_copy_of_that_file()
    {
        await host.Application.HealthyAsync("own-in-container");
        IReadOnlyDictionary<string, string?> environment = await host.Application.EnvironmentAsync("own-in-container");
        Assert.EndsWith(";CaFile=/etc/alternator/own-ca.pem", environment["ConnectionStrings__own"], StringComparison.Ordinal);
        Round round = await host.Application.RoundAsync("own-in-container", "books", 4);
        Assert.Empty(round.Errors);
        Assert.Equal("own.dev.internal:8043", Assert.Single(round.ByNode.Keys));
    }

    [EngineFact]
    public async Task Who_does_not_know_the_authority_gets_no_answer()
    {
        string connectionString = (await ((IResourceWithConnectionString)host.Own).GetConnectionStringAsync())!;
        Assert.Contains(";CaFile=", connectionString, StringComparison.Ordinal);
        var config = new AlternatorClientConfig(connectionString[..connectionString.IndexOf(";CaFile", StringComparison.Ordinal)]);
        config.Retry.MaxAttempts = 1;
        await using var stranger = new AlternatorDynamoDBClient(config);
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => stranger.ListTablesAsync());
        Assert.Contains("certificate", refused.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
