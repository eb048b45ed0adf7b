using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Kubernetes.Resources;
using YamlDotNet.RepresentationModel;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>What is published for Kubernetes, to the letter. Compiled only where Aspire.Hosting.Kubernetes restores.</summary>
public partial class KubernetesTests
{
    /// <summary>All files of the chart in one text, each under its path.</summary>
    private static async Task<string> PublishAsync(Action<IDistributedApplicationBuilder, IResourceBuilder<global::Aspire.Hosting.Kubernetes.KubernetesEnvironmentResource>> describe)
    {
        string folder = await Published.FolderAsync(builder => describe(builder, builder.AddKubernetesEnvironment("k8s").WithDashboard(false)));
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories))
            files.Add(Path.GetRelativePath(folder, file).Replace('\\', '/'), await File.ReadAllTextAsync(file));
        EveryValueIsThere(files);
        return string.Concat(files.Where(f => f.Key != "Chart.yaml").Select(f => $"# {f.Key}\n{f.Value.TrimEnd()}\n"));
    }

    /// <summary>Helm ends at a path of values that isn't there.</summary>
    private static void EveryValueIsThere(IReadOnlyDictionary<string, string> files)
    {
        var values = new YamlStream();
        values.Load(new StringReader(files["values.yaml"]));
        foreach (Match asked in files.Values.SelectMany(text => ValuePath().Matches(text)))
        {
            YamlNode? at = values.Documents[0].RootNode;
            foreach (string step in asked.Groups[1].Value.Split('.'))
                at = at is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(step), out YamlNode? next) ? next : null;
            Assert.True(at is YamlScalarNode, $"values.yaml lacks {asked.Groups[1].Value}");
        }
    }

    [GeneratedRegex(@"\{\{[^}]*\.Values\.([\w.-]+)")]
    private static partial Regex ValuePath();

    [Fact]
    public async Task One_node_becomes_a_stateful_set_and_what_references_it_reaches_it_by_its_service() =>
        Published.Is("Kubernetes/one-node.yaml", await PublishAsync((builder, _) =>
        {
            IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithDynamoDbAdmin().WithDnsServer();
            builder.AddContainer("service", "example/service", "1.0").WithReference(alternator).WaitFor(alternator);
        }));

    [Fact]
    public async Task The_secret_of_authorization_stands_in_secrets_alone() =>
        Published.Is("Kubernetes/authorization.yaml", await PublishAsync((builder, _) =>
        {
            IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithAuthorization("app").WithDataVolume();
            IResourceBuilder<AlternatorTableResource> music = alternator.AddTable("music", "MusicCollection", "Artist");
            builder.AddContainer("service", "example/service", "1.0").WithReference(alternator).WithReference(music).WaitFor(music);
        }));

    [Fact]
    public async Task With_the_settings_of_the_documentation_a_node_has_a_claim_and_probes() =>
        Published.Is("Kubernetes/documented.yaml", await PublishAsync((builder, k8s) =>
        {
            IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithDataVolume("alternator-data");
            alternator.WithPersistentVolume(k8s.AddPersistentVolume("alternator-data").WithCapacity("20Gi"));
            alternator.PublishAsKubernetesService(service =>
            {
                ContainerV1 node = service.Workload!.PodTemplate.Spec.Containers[0];
                ProbeV1 Serves(int failures) => new() { HttpGet = new() { Path = "/", Port = 8000, Scheme = "HTTP" }, PeriodSeconds = 5, TimeoutSeconds = 3, FailureThreshold = failures };
                node.StartupProbe = Serves(failures: 60);
                node.ReadinessProbe = Serves(failures: 2);
                node.LivenessProbe = Serves(failures: 12);
            });
        }));

    [Fact]
    public async Task The_port_on_the_host_becomes_that_of_the_service_and_of_what_references_it()
    {
        string chart = await PublishAsync((builder, _) =>
            builder.AddContainer("service", "example/service", "1.0").WithReference(builder.AddAlternator("alternator", port: 9000)));
        Assert.Contains("      port: 9000\n      targetPort: 8000\n", chart, StringComparison.Ordinal);
        Assert.Contains("    ConnectionStrings__alternator: \"Endpoints=http://alternator-service:9000\"\n", chart, StringComparison.Ordinal);
        Assert.Contains("    AWS_ENDPOINT_URL_DYNAMODB: \"http://alternator-service:9000\"\n", chart, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_becomes_a_connection_string() =>
        Published.Is("Kubernetes/cluster.yaml", await PublishAsync((builder, _) =>
        {
            IResourceBuilder<AlternatorClusterResource> cluster = builder.AddAlternatorCluster("alternator").WithHttps().PublishAsConnectionString().OrEmulator();
            builder.AddContainer("service", "example/service", "1.0").WithReference(cluster).WithReference(cluster.AddTable("music")).WaitFor(cluster);
        }));

    [Fact]
    public async Task A_cluster_without_one_is_refused_with_the_ways_out()
    {
        DistributedApplicationException e = await Assert.ThrowsAsync<DistributedApplicationException>(() => PublishAsync((builder, _) => builder.AddAlternatorCluster("alternator")));
        Assert.Equal(
            "The Alternator cluster 'alternator' can't be published: its nodes join one after another, which the AppHost sees to, and there is no AppHost in a deployment. "
            + "Call .PublishAsConnectionString() on it and give the deployment the connection string of a cluster, or use AddAlternator(\"alternator\") for a single node.",
            e.Message);
    }

    [Fact]
    public async Task Files_of_this_machine_are_refused()
    {
        string pem = Path.GetTempFileName();
        DistributedApplicationException e = await Assert.ThrowsAsync<DistributedApplicationException>(() => PublishAsync((builder, _) => builder.AddAlternator("alternator").WithHttps(pem, pem)));
        Assert.Equal(
            "The Alternator node 'alternator' can't be published here: certificate and key are files, and only what is published for Docker Compose takes files along. "
            + "Call WithHttps only when the ExecutionContext is in run mode, or publish for Docker Compose.",
            e.Message);
    }

    [Fact]
    public async Task A_folder_of_this_machine_is_refused() =>
        Assert.Contains("Bind mounts are not supported", (await Assert.ThrowsAnyAsync<Exception>(() => PublishAsync((builder, _) => builder.AddAlternator("alternator").WithDataBindMount("data")))).ToString(), StringComparison.Ordinal);
}
