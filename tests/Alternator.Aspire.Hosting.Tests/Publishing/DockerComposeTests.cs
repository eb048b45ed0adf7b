using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>What is published for Docker Compose, to the letter. Compiled only where Aspire.Hosting.Docker restores.</summary>
public class DockerComposeTests
{
    private static async Task<string> PublishAsync(Action<IDistributedApplicationBuilder> describe, string? into = null) =>
        await File.ReadAllTextAsync(Path.Combine(
            await Published.FolderAsync(
                builder =>
                {
                    builder.AddDockerComposeEnvironment("compose").WithDashboard(false);
                    describe(builder);
                },
                into),
            "docker-compose.yaml"));

    [Fact]
    public async Task One_node_becomes_a_service_with_its_volume_and_what_references_it_reaches_it_by_its_name() =>
        Published.Is("Compose/one-node.yaml", await PublishAsync(builder =>
        {
            IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithAuthorization("app").WithDataVolume("music-data").WithDynamoDbAdmin().WithDnsServer();
            IResourceBuilder<AlternatorTableResource> music = alternator.AddTable("music", "MusicCollection", "Artist");
            builder.AddContainer("service", "example/service", "1.0").WithReference(alternator).WithReference(music).WaitFor(music);
        }));

    [Fact]
    public async Task The_variable_that_holds_the_secret_is_asked_for_in_the_file_beside_it()
    {
        string folder = Directory.CreateTempSubdirectory("compose-").FullName;
        await PublishAsync(builder => builder.AddAlternator("alternator").WithAuthorization("app"), folder);
        Assert.Contains("ALTERNATOR_SECRET_KEY=", await File.ReadAllLinesAsync(Path.Combine(folder, ".env")));
    }

    [Fact]
    public async Task With_the_settings_of_the_documentation_a_service_waits_until_the_node_serves() =>
        Published.Is("Compose/documented.yaml", await PublishAsync(builder =>
        {
            IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithDataVolume();
            alternator.PublishAsDockerComposeService((_, service) =>
            {
                service.Restart = "unless-stopped";
                service.Healthcheck = new() { Test = ["CMD", "curl", "-sf", "http://localhost:8000/"], Interval = "5s", Timeout = "3s", Retries = 6, StartPeriod = "120s" };
            });
            builder.AddContainer("service", "example/service", "1.0").WithReference(alternator, awsEnvironment: false).WaitFor(alternator)
                .PublishAsDockerComposeService((_, service) => service.DependsOn["alternator"].Condition = "service_healthy");
        }));

    [Fact]
    public async Task Certificates_go_along_once_for_the_node_and_once_for_each_consumer()
    {
        string pem = Directory.CreateTempSubdirectory("pem-").FullName;
        foreach (string name in new[] { "node.pem", "node.key", "ca.pem" })
            await File.WriteAllTextAsync(Path.Combine(pem, name), $"the text of {name}\n");
        string web = Path.Combine(pem, "Web.csproj"), folder = Directory.CreateTempSubdirectory("compose-").FullName;
        await File.WriteAllTextAsync(web, "<Project Sdk=\"Microsoft.NET.Sdk.Web\" />");
        Published.Is("Compose/tls.yaml", await PublishAsync(
            builder =>
            {
                IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithHttps(Path.Combine(pem, "node.pem"), Path.Combine(pem, "node.key"), Path.Combine(pem, "ca.pem"));
                builder.AddContainer("service", "example/service", "1.0").WithReference(alternator, awsEnvironment: false).WithReference(alternator.AddTable("music"), awsEnvironment: false);
                builder.AddProject("web", web).WithReference(alternator, awsEnvironment: false);
            },
            folder));
        Assert.Equal("the text of node.key\n", await File.ReadAllTextAsync(Path.Combine(folder, "alternator", "node.key")));
    }

    [Fact]
    public async Task Datacenter_and_rack_of_a_release_that_reads_them_from_a_file_go_along() =>
        Assert.Contains("    content: \"dc=north\\nrack=r1\\nprefer_local=false\\n\"", await PublishAsync(builder => builder.AddAlternator("alternator").WithImageTag("2025.1.5").WithDatacenter("north").WithRack("r1")), StringComparison.Ordinal);

    [Fact]
    public async Task A_dollar_gets_past_the_expansion_of_compose() =>
        Assert.Contains("      - \"--alternator-describe-endpoints=a\\\\$$b\"", await PublishAsync(builder => builder.AddAlternator("alternator").WithScyllaArguments("--alternator-describe-endpoints=a$b")), StringComparison.Ordinal);

    [Fact]
    public async Task A_cluster_becomes_a_connection_string() =>
        Published.Is("Compose/cluster.yaml", await PublishAsync(builder =>
        {
            IResourceBuilder<AlternatorClusterResource> cluster = builder.AddAlternatorCluster("alternator").WithHttps().PublishAsConnectionString().OrEmulator();
            builder.AddContainer("service", "example/service", "1.0").WithReference(cluster).WaitFor(cluster);
        }));
}
