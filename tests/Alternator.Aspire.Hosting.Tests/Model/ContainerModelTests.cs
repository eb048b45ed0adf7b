using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Where the data of nodes is, and what of a container's settings is refused, without a container.</summary>
public class ContainerModelTests
{
    private static IEnumerable<string?> Places(AlternatorClusterResource cluster) =>
        cluster.Nodes.Select(n => n.Annotations.OfType<ContainerMountAnnotation>().Single(m => m.Target == "/var/lib/scylla").Source);

    [Fact]
    public void Each_node_of_a_cluster_has_a_volume_of_its_own_that_is_another_one_in_the_next_run()
    {
        string?[] first = [.. Places(Model.Run().AddAlternatorCluster("c").Resource)], second = [.. Places(Model.Run().AddAlternatorCluster("c").Resource)];
        Assert.Equal(6, first.Concat(second).Distinct().Count());
        Assert.All(first, name => Assert.Matches(@"-c-[123]-run-[0-9a-f]{12}$", name));
    }

    [Fact]
    public void Nodes_whose_containers_stay_keep_their_volumes_too()
    {
        string?[] first = [.. Places(Model.Run().AddAlternatorCluster("c").WithLifetime(ContainerLifetime.Persistent).Resource)];
        Assert.Equal(first, Places(Model.Run().AddAlternatorCluster("c").WithLifetime(ContainerLifetime.Persistent).Resource));
        Assert.Equal(3, first.Distinct().Count());
        Assert.Equal(["v-1", "v-2", "v-3"], Places(Model.Run().AddAlternatorCluster("c").WithLifetime(ContainerLifetime.Persistent).WithDataVolume("v").Resource));
        Assert.Equal(["v-1", "v-2", "v-3"], Places(Model.Run().AddAlternatorCluster("c").WithDataVolume("v").WithLifetime(ContainerLifetime.Persistent).Resource));
    }

    [Fact]
    public void A_folder_of_the_host_is_made_for_each_node_so_that_the_images_user_can_write_there()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"alternator-{Guid.NewGuid():N}");
        try
        {
            Assert.Equal([Path.Combine(folder, "c-1"), Path.Combine(folder, "c-2")], Places(Model.Run().AddAlternatorCluster("c", nodes: 2).WithDataBindMount(folder).Resource));
            if (!OperatingSystem.IsWindows())
                Assert.Equal((UnixFileMode)0b111_111_111, File.GetUnixFileMode(Path.Combine(folder, "c-2")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Two_places_for_the_data_are_refused()
    {
        IResourceBuilder<AlternatorResource> alternator = Model.Run().AddAlternator("a").WithDataVolume("v");
        Assert.Contains("The data of 'a' is kept in 'v' already", Assert.Throws<InvalidOperationException>(() => alternator.WithDataVolume("w")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is no flag: write each argument in one piece", "--auto-snapshot", "1")]
    [InlineData("use WithHostPort", "--alternator-port=9000")]
    [InlineData("for TLS WithHttps", "--alternator-https-port=9000")]
    public void An_argument_that_would_break_the_node_is_refused(string reason, params string[] arguments) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>("flags", () => Model.Run().AddAlternator("a").WithScyllaArguments(arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_secret_that_does_not_get_through_the_images_shell_is_refused_with_the_name_of_its_parameter()
    {
        IDistributedApplicationBuilder builder = Model.Run();
        AlternatorResource alternator = builder.AddAlternator("a").WithAuthorization("app", builder.AddParameter("mine", "$6$salt$hash", secret: true)).Resource;
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            (IReadOnlyList<string> arguments, _) = await builder.ConfigurationAsync(alternator);
            Assert.Fail(string.Join(' ', arguments));
        });
        Assert.Contains("The secret key in the parameter 'mine' must consist of letters, digits", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("$6$", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_REST_API_is_opened_for_the_developer_and_not_in_a_deployment()
    {
        IDistributedApplicationBuilder run = Model.Run(), publish = Model.Publish();
        Assert.Contains("--api-address", (await run.ConfigurationAsync(run.AddAlternator("a").Resource)).Arguments);
        Assert.DoesNotContain("--api-address", (await publish.ConfigurationAsync(publish.AddAlternator("a").Resource)).Arguments);
    }
}
