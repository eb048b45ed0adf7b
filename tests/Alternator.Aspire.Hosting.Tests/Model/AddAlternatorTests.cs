using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

public class AddAlternatorTests
{
    private static async Task<string> LineAsync(Action<IResourceBuilder<AlternatorResource>> configure)
    {
        IDistributedApplicationBuilder builder = Model.Publish();
        IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator");
        configure(alternator);
        return string.Join(' ', (await builder.ConfigurationAsync(alternator.Resource)).Arguments);
    }

    [Fact]
    public void A_node_is_a_container_of_the_pinned_image_with_only_alternator_for_references()
    {
        IDistributedApplicationBuilder builder = Model.Run();
        AlternatorResource alternator = builder.AddAlternator("alternator", port: 8123).Resource;
        ContainerImageAnnotation image = alternator.Annotations.OfType<ContainerImageAnnotation>().Single();
        Assert.Equal((AlternatorContainerImageTags.Registry, AlternatorContainerImageTags.Image, AlternatorContainerImageTags.Tag), (image.Registry, image.Image, image.Tag));
        EndpointAnnotation[] endpoints = [.. alternator.Annotations.OfType<EndpointAnnotation>()];
        Assert.Equal(["http", "cql", "rest", "metrics"], endpoints.Select(e => e.Name));
        Assert.Equal([8000, 9042, 10000, 9180], endpoints.Select(e => e.TargetPort!.Value));
        Assert.Equal([false, true, true, true], endpoints.Select(e => e.ExcludeReferenceEndpoint));
        Assert.Equal(8123, endpoints[0].Port);
    }

    [Fact]
    public async Task Each_setting_reaches_the_command_line_whatever_the_order_of_the_calls()
    {
        Assert.Contains("--alternator-write-isolation always_use_lwt", await LineAsync(a => a.WithWriteIsolation(AlternatorWriteIsolation.AlwaysUseLwt)), StringComparison.Ordinal);
        Assert.Contains("--memory 2G", await LineAsync(a => a.WithMemory("2G")), StringComparison.Ordinal);
        Assert.Contains("--smp 2", await LineAsync(a => a.WithSmp(2)), StringComparison.Ordinal);
        Assert.Contains("--dc north --rack rack1", await LineAsync(a => a.WithDatacenter("north")), StringComparison.Ordinal);
        Assert.Contains("--dc datacenter1 --rack r9", await LineAsync(a => a.WithRack("r9")), StringComparison.Ordinal);
        Assert.Contains("--alternator-ttl-period-in-seconds=2", await LineAsync(a => a.WithTtlPeriod(TimeSpan.FromSeconds(2))), StringComparison.Ordinal);
        Assert.Contains("--experimental-features alternator-streams", await LineAsync(a => a.WithStreams().WithImageTag("2026.1.11")), StringComparison.Ordinal);
        Assert.DoesNotContain("alternator-streams", await LineAsync(a => a.WithStreams()), StringComparison.Ordinal);
        Assert.Contains("--rf-rack-valid-keyspaces=1", await LineAsync(a => a.WithImageTag("2025.4.10")), StringComparison.Ordinal);
        Assert.Contains("--rf-rack-valid-keyspaces=1", await LineAsync(a => a.WithImageTag("nightly").WithScyllaRelease("2025.4.10")), StringComparison.Ordinal);
        Assert.EndsWith(" --blocked-reactor-notify-ms=50", await LineAsync(a => a.WithScyllaArguments("--blocked-reactor-notify-ms=50")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flag_that_the_images_release_lacks_fails_with_the_release_that_has_it()
    {
        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => LineAsync(a => a.WithImageTag("2025.4.10").WithScyllaArguments("--enforce-rack-list=1")));
        Assert.Contains("exists from 2026.1.0 on", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_secret_is_a_parameter_and_never_part_of_the_model()
    {
        string line = await LineAsync(a => a.WithAuthorization("app"));
        Assert.Contains("--auth-superuser-name=app --auth-superuser-salted-password=$ALTERNATOR_SECRET_KEY", line, StringComparison.Ordinal);
        IDistributedApplicationBuilder builder = Model.Run();
        builder.AddAlternator("alternator").WithAuthorization();
        Assert.True(builder.Resources.OfType<ParameterResource>().Concat(builder.AddAlternator("other").WithAuthorization().Resource.Annotations.OfType<ParameterResource>()).All(p => p.Secret));
    }

    [Fact]
    public async Task A_given_secret_is_taken()
    {
        IDistributedApplicationBuilder builder = Model.Publish();
        IResourceBuilder<ParameterResource> secret = builder.AddParameter("mine", secret: true);
        AlternatorResource alternator = builder.AddAlternator("alternator").WithAuthorization("app", secret).Resource;
        Assert.Equal("{mine.value}", (await builder.ConfigurationAsync(alternator)).Environment["ALTERNATOR_SECRET_KEY"]);
        Assert.EndsWith(";AccessKey=app;SecretKey={mine.value}", alternator.ConnectionStringExpression.ValueExpression, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_run_the_command_line_holds_the_secret_and_the_environment_does_not()
    {
        IDistributedApplicationBuilder builder = Model.Run();
        builder.Configuration["Parameters:mine"] = "s3cret";
        AlternatorResource alternator = builder.AddAlternator("alternator").WithAuthorization("app", builder.AddParameter("mine", secret: true)).Resource;
        var (arguments, environment) = await builder.ConfigurationAsync(alternator);
        Assert.Contains("--auth-superuser-salted-password=s3cret", arguments);
        Assert.DoesNotContain("s3cret", environment.Values);
    }

    [Fact]
    public void Each_node_of_a_cluster_has_its_own_rack_volume_and_place_in_the_order()
    {
        IDistributedApplicationBuilder builder = Model.Run();
        AlternatorClusterResource cluster = builder.AddAlternatorCluster("c", nodes: 5).WithDataVolume("data").WithImageTag("2026.1.11").WithLifetime(ContainerLifetime.Persistent).Resource;
        Assert.Equal(["rack1", "rack2", "rack3", "rack1", "rack2"], cluster.Nodes.Select(n => n.Rack));
        Assert.Equal(["data-1", "data-2", "data-3", "data-4", "data-5"], cluster.Nodes.Select(n => n.Annotations.OfType<ContainerMountAnnotation>().Single().Source));
        Assert.All(cluster.Nodes, n => Assert.Equal("2026.1.11", n.Annotations.OfType<ContainerImageAnnotation>().Single().Tag));
        Assert.All(cluster.Nodes, n => Assert.Equal(ContainerLifetime.Persistent, n.Annotations.OfType<ContainerLifetimeAnnotation>().Single().Lifetime));
        for (int i = 1; i < cluster.Nodes.Count; i++)
            Assert.Contains(cluster.Nodes[i].Annotations.OfType<WaitAnnotation>(), w => w.Resource == cluster.Nodes[i - 1]);
        Assert.All(cluster.Nodes, n => Assert.IsNotType<IResourceWithParent>(n, exactMatch: false));
    }

    [Fact]
    public async Task The_nodes_of_a_cluster_join_through_the_first_in_one_datacenter()
    {
        IDistributedApplicationBuilder builder = Model.Publish();
        AlternatorClusterResource cluster = builder.AddAlternatorCluster("c").PublishAsConnectionString().Resource;
        string[] lines = await Task.WhenAll(cluster.Nodes.Select(async n => string.Join(' ', (await builder.ConfigurationAsync(n)).Arguments)));
        Assert.Contains("--cluster-name c --dc datacenter1 --rack rack1", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("--seeds", lines[0], StringComparison.Ordinal);
        Assert.Contains("--cluster-name c --seeds c-1 --dc datacenter1 --rack rack2", lines[1], StringComparison.Ordinal);
        Assert.Contains("--cluster-name c --seeds c-1 --dc datacenter1 --rack rack3", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_fixed_port_puts_each_node_of_a_cluster_on_an_address_of_its_own()
    {
        AlternatorClusterResource cluster = Model.Run().AddAlternatorCluster("c").WithHostPort(8000).Resource;
        Assert.Equal([("127.0.0.1", 8000), ("127.0.0.2", 8000), ("127.0.0.3", 8000)], cluster.Nodes.Select(n => n.Annotations.OfType<EndpointAnnotation>().Single(e => e.Name == "http")).Select(e => (e.TargetHost, e.Port!.Value)));
    }

    [Fact]
    public async Task Each_consumer_gets_every_nodes_address_as_it_reaches_it()
    {
        IDistributedApplicationBuilder builder = Model.Run();
        AlternatorClusterResource cluster = builder.AddAlternatorCluster("c").WithDatacenter("dc1").Resource;
        for (int i = 0; i < 3; i++)
            Model.Allocate(cluster.Nodes[i], "http", 18001 + i);
        Assert.Equal("Endpoints=http://localhost:18001,http://localhost:18002,http://localhost:18003;Datacenter=dc1", await cluster.ConnectionStringExpression.GetValueAsync(default));
        IResource container = builder.AddContainer("consumer", "image").Resource;
        Assert.Equal("Endpoints=http://c-1.dev.internal:8000,http://c-2.dev.internal:8000,http://c-3.dev.internal:8000;Datacenter=dc1",
            await cluster.ConnectionStringExpression.GetValueAsync(new ValueProviderContext { Caller = container, ExecutionContext = builder.ExecutionContext }, default));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0M")]
    [InlineData("lots")]
    public void An_amount_of_memory_that_is_none_is_refused(string memory)
    {
        if (memory == "1")
            Model.Run().AddAlternator("a").WithMemory(memory);
        else
            Assert.Throws<ArgumentException>("memory", () => Model.Run().AddAlternator("a").WithMemory(memory));
    }

    [Fact]
    public void What_can_not_be_is_refused_by_name()
    {
        IDistributedApplicationBuilder builder = Model.Run();
        Assert.Throws<ArgumentNullException>("builder", () => AlternatorBuilderExtensions.AddAlternator(null!, "a"));
        Assert.Throws<ArgumentNullException>("name", () => builder.AddAlternator(null!));
        Assert.Throws<ArgumentOutOfRangeException>("nodes", () => builder.AddAlternatorCluster("c", 0));
        Assert.Throws<ArgumentOutOfRangeException>("nodes", () => builder.AddAlternatorEmulator("e", 0));
        IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator");
        Assert.Throws<ArgumentException>("accessKey", () => alternator.WithAuthorization("a/b"));
        Assert.Throws<ArgumentException>("keyFile", () => alternator.WithHttps("node.crt"));
        Assert.Throws<ArgumentException>(() => alternator.WithScyllaArguments("--x=a b"));
        Assert.Throws<ArgumentException>(() => alternator.AddTable("t").AddTable("u"));
        Assert.Throws<ArgumentOutOfRangeException>("shards", () => alternator.WithSmp(0));
    }

    [Fact]
    public void The_admin_page_is_added_once_and_never_published()
    {
        IDistributedApplicationBuilder builder = Model.Run();
        builder.AddAlternator("alternator").WithDynamoDbAdmin().WithDynamoDbAdmin(admin => admin.WithHostPort(9001));
        DynamoDbAdminResource admin = Assert.Single(builder.Resources.OfType<DynamoDbAdminResource>());
        Assert.True(admin.IsExcludedFromPublish());
        Assert.Equal(9001, admin.Annotations.OfType<EndpointAnnotation>().Single().Port);
    }
}
