using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>What is published for Docker Compose, to the letter. Compiled only where Aspire.Hosting.Docker restores.</summary>
public class DockerComposeTests
{
    private static async Task<string> PublishAsync(Action<IDistributedApplicationBuilder> describe)
    {
        string folder = Directory.CreateTempSubdirectory("compose-").FullName;
        IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            DisableDashboard = true,
            Args = ["--operation", "publish", "--step", "publish", "--output-path", folder],
            AssemblyName = typeof(DockerComposeTests).Assembly.GetName().Name,
        });
        builder.AddDockerComposeEnvironment("compose").WithDashboard(false);
        describe(builder);
        await using DistributedApplication application = builder.Build();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await application.RunAsync(limit.Token);
        return await File.ReadAllTextAsync(Path.Combine(folder, "docker-compose.yaml"), limit.Token);
    }

    private static string Expected(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Publishing", file));

    [Fact]
    public async Task One_node_becomes_a_service_with_its_volume_and_what_references_it_reaches_it_by_its_name() =>
        Assert.Equal(Expected("one-node.yaml"), await PublishAsync(builder =>
        {
            IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithAuthorization("app").WithDataVolume("music-data").WithDynamoDbAdmin().WithDnsServer();
            IResourceBuilder<AlternatorTableResource> music = alternator.AddTable("music", "MusicCollection", "Artist");
            builder.AddContainer("service", "example/service", "1.0").WithReference(alternator).WithReference(music).WaitFor(music);
        }), ignoreLineEndingDifferences: true);

    [Fact]
    public async Task A_cluster_becomes_a_connection_string() =>
        Assert.Equal(Expected("cluster.yaml"), await PublishAsync(builder =>
        {
            IResourceBuilder<AlternatorClusterResource> cluster = builder.AddAlternatorCluster("alternator").PublishAsConnectionString().OrEmulator();
            builder.AddContainer("service", "example/service", "1.0").WithReference(cluster).WaitFor(cluster);
        }), ignoreLineEndingDifferences: true);
}
