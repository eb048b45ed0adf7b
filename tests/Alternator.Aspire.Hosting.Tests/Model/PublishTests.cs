using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Hosting.Tests;

public class PublishTests
{
    private static async Task<JsonNode> ManifestAsync(Action<IDistributedApplicationBuilder> describe)
    {
        string folder = Directory.CreateTempSubdirectory("manifest-").FullName;
        IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            DisableDashboard = true,
            Args = ["--operation", "publish", "--step", "publish-manifest", "--output-path", folder],
            AssemblyName = typeof(PublishTests).Assembly.GetName().Name,
        });
        describe(builder);
        await using DistributedApplication application = builder.Build();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await application.RunAsync(limit.Token);
        return JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "aspire-manifest.json"), limit.Token))!["resources"]!;
    }

    [Fact]
    public async Task One_node_is_published_as_a_container_and_its_tables_and_admin_page_are_not()
    {
        JsonNode resources = await ManifestAsync(builder =>
        {
            IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithAuthorization("app").WithDynamoDbAdmin();
            alternator.AddTable("music");
            builder.AddContainer("service", "image").WithReference(alternator);
        });
        Assert.Equal(["alternator", "alternator-secret-key", "service"], resources.AsObject().Select(r => r.Key).Order());
        JsonNode node = resources["alternator"]!;
        Assert.Equal("container.v0", node["type"]!.GetValue<string>());
        Assert.Equal("Endpoints={alternator.bindings.http.url};AccessKey=app;SecretKey={alternator-secret-key.value}", node["connectionString"]!.GetValue<string>());
        Assert.Equal($"docker.io/scylladb/scylla:{AlternatorContainerImageTags.Tag}", node["image"]!.GetValue<string>());
        Assert.Contains("--auth-superuser-salted-password={alternator-secret-key.value}", node["args"]!.AsArray().Select(a => a!.GetValue<string>()));
        Assert.Equal(8000, node["bindings"]!["http"]!["targetPort"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_cluster_is_published_as_a_connection_string_when_that_is_asked_for()
    {
        JsonNode resources = await ManifestAsync(builder =>
            builder.AddContainer("service", "image").WithReference(builder.AddAlternatorCluster("cluster").PublishAsConnectionString()));
        Assert.Equal(["cluster-connection-string", "service"], resources.AsObject().Select(r => r.Key).Order());
        Assert.DoesNotContain(resources["service"]!["env"]!.AsObject(), e => e.Key.StartsWith("AWS_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cluster_is_refused_otherwise_with_the_way_out()
    {
        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => ManifestAsync(builder => builder.AddAlternatorCluster("cluster")));
        Assert.Contains("Call .PublishAsConnectionString()", e.ToString(), StringComparison.Ordinal);
    }
}
