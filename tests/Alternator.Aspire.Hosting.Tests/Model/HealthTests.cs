using Alternator.Emulator;
using Amazon.DynamoDBv2;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Aspire.Hosting.Preflight;
using Aspire.Hosting.Scylla;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.Aspire.Hosting.Tests;

public class HealthTests
{
    private static readonly string[] All = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];

    private static NodeAnswer Up(string node, params string[] listed) => new(node, listed.Length == 0 ? All : listed, null);

    private static NodeAnswer Down(string node) => new(node, null, "refuses connections");

    [Fact]
    public void A_cluster_is_healthy_only_when_every_node_lists_all()
    {
        Assert.Equal(HealthStatus.Healthy, ClusterVerdict.Of([Up("n1"), Up("n2"), Up("n3")]).Status);
        HealthCheckResult behind = ClusterVerdict.Of([Up("n1"), Up("n2"), Up("n3", "10.0.0.3")]);
        Assert.Equal((HealthStatus.Degraded, "3 of 3 nodes serve, but n3 lists only 1 of 3"), (behind.Status, behind.Description));
    }

    [Fact]
    public void It_is_degraded_with_a_majority_and_unhealthy_with_less()
    {
        HealthCheckResult two = ClusterVerdict.Of([Up("n1"), Down("n2"), Up("n3")]);
        Assert.Equal((HealthStatus.Degraded, "2 of 3 nodes: n2 refuses connections"), (two.Status, two.Description));
        Assert.Equal(HealthStatus.Unhealthy, ClusterVerdict.Of([Up("n1"), Down("n2"), Down("n3")]).Status);
        Assert.Equal(HealthStatus.Unhealthy, ClusterVerdict.Of([Up("n1"), Down("n2")]).Status);
    }

    [Fact]
    public void A_node_is_booting_until_it_served_and_dead_when_it_stops_serving()
    {
        var time = new FakeTime();
        var verdict = new NodeVerdict(time);
        time.Now += TimeSpan.FromSeconds(1);
        Assert.StartsWith("booting for 0 s: refuses connections", verdict.Of(Down("n1")).Description, StringComparison.Ordinal);
        time.Now += TimeSpan.FromSeconds(30);
        Assert.StartsWith("booting for 30 s", verdict.Of(Down("n1")).Description, StringComparison.Ordinal);
        time.Now += NodeVerdict.BootTime;
        Assert.StartsWith("did not serve within 5 min", verdict.Of(Down("n1")).Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, verdict.Of(Up("n1")).Status);
        time.Now += TimeSpan.FromSeconds(7);
        Assert.StartsWith("dead: it served until 7 s ago", verdict.Of(Down("n1")).Description, StringComparison.Ordinal);
        verdict.Restarted();
        Assert.StartsWith("booting", verdict.Of(Down("n1")).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_lists_nobody_does_not_serve() => Assert.Equal(HealthStatus.Unhealthy, new NodeVerdict(new FakeTime()).Of(new NodeAnswer("n1", [], null)).Status);

    [Theory]
    [InlineData("10.0.0.9", false)]
    [InlineData("10.0.0.2", true)]
    [InlineData(null, true)]
    [InlineData("not told", true)]
    public void A_node_that_lists_others_but_not_itself_does_not_serve_yet(string? address, bool serves) => Assert.Equal(serves, Up("n1").Of(address).Serves);

    [Fact]
    public void One_address_may_be_written_in_two_ways() => Assert.True(Up("n1", "fd00:0:0::1").Of("fd00::1").Serves);

    [Fact]
    public async Task A_node_is_asked_who_is_there_and_then_for_its_own_row()
    {
        Assert.Equal("serves, and lists 3 node(s)", await CheckAsync(Up("n1"), () => Task.FromResult<string?>("10.0.0.1")));
        Assert.StartsWith("booting for 0 s: lists 10.0.0.1, 10.0.0.2, 10.0.0.3, but not itself (10.0.0.9): it is still joining, or was drained", await CheckAsync(Up("n1"), () => Task.FromResult<string?>("10.0.0.9")), StringComparison.Ordinal);
        Assert.StartsWith("booting for 0 s: does not answer a read: wrong signature", await CheckAsync(Up("n1"), () => throw new AmazonDynamoDBException("wrong signature")), StringComparison.Ordinal);
        Assert.StartsWith("booting for 0 s: refuses connections", await CheckAsync(Down("n1"), () => throw new InvalidOperationException("A node that lists nobody isn't read.")), StringComparison.Ordinal);

        static async Task<string?> CheckAsync(NodeAnswer answer, Func<Task<string?>> read)
        {
            AlternatorResource node = Model.Run().AddAlternator("n1").Resource;
            Model.Allocate(node, "http", 18000);
            var check = new NodeHealthCheck(node.PrimaryEndpoint, new NodeVerdict(new FakeTime()), (_, _, _) => Task.FromResult(answer), (_, _) => read());
            return (await check.CheckHealthAsync(new HealthCheckContext())).Description;
        }
    }

    [Fact]
    public async Task A_refused_signature_is_told_with_what_kept_data_has_to_do_with_it()
    {
        AlternatorResource node = Model.Run().AddAlternator("n1").Resource;
        Model.Allocate(node, "http", 18000);
        var check = new NodeHealthCheck(node.PrimaryEndpoint, new NodeVerdict(new FakeTime()), (_, _, _) => Task.FromResult(Up("n1")),
            (_, _) => throw new AmazonDynamoDBException("wrong signature") { ErrorCode = "UnrecognizedClientException" });
        Assert.Equal(
            "does not answer a read: wrong signature. A node with data of an earlier run has the secret of its first boot: give WithAuthorization that one, or remove the data",
            (await check.CheckHealthAsync(new HealthCheckContext())).Description);
    }

    [Fact]
    public async Task A_node_is_read_with_one_client_per_address_and_secret()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 2, Control = false, EnforceAuthorization = true, Roles = [new EmulatorRole("app", "s3cret")] });
        IDistributedApplicationBuilder builder = Model.Run();
        IResourceBuilder<ParameterResource> right = builder.AddParameter("right", "s3cret", secret: true), wrong = builder.AddParameter("wrong", "other", secret: true);
        AlternatorResource node = builder.AddAlternator("n1").WithAuthorization("app", right).Resource, stranger = builder.AddAlternator("n2").WithAuthorization("app", wrong).Resource;
        using var reads = new NodeReads();
        Uri one = cluster.Nodes[0].Endpoint, two = cluster.Nodes[1].Endpoint;

        for (int i = 0; i < 3; i++)
            Assert.Equal("127.0.0.1", (await reads.RowAsync(node, one, default))?.Address);
        Assert.Same(await reads.ClientAsync(node, one, default), await reads.ClientAsync(node, one, default));
        Assert.NotSame(await reads.ClientAsync(node, one, default), await reads.ClientAsync(node, two, default));
        Assert.Equal("127.0.0.2", (await reads.RowAsync(node, two, default))?.Address);
        Assert.Equal("UnrecognizedClientException", (await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => reads.RowAsync(stranger, one, default))).ErrorCode);

        // A connection that was kept died with the node; the next read finds it back.
        await cluster.Nodes[0].StopAsync();
        await cluster.Nodes[0].StartAsync();
        Assert.Equal("127.0.0.1", (await reads.RowAsync(node, one, default))?.Address);
    }

    [Fact]
    public void What_is_no_address_and_what_is_listed_twice_does_not_count() =>
        Assert.Equal(["10.0.0.1", "fd00::1"], LocalNodes.Read("""["10.0.0.1","10.0.0.1","0b3e1c6e-1111-2222-3333-444455556666","fd00::1"]"""u8.ToArray()));

    [Fact]
    public void Too_few_io_slots_and_too_little_memory_are_foretold()
    {
        var settings = new ScyllaSettings();
        Assert.Empty(PreflightCheck.Warnings(new MachineFacts(65536, 0, 8L << 30), 3, settings));
        Assert.Empty(PreflightCheck.Warnings(new MachineFacts(null, null, null), 3, settings));
        Assert.Contains("need 6108 asynchronous I/O slots, and 5000 are free", Assert.Single(PreflightCheck.Warnings(new MachineFacts(65536, 60536, 8L << 30), 3, settings)), StringComparison.Ordinal);
        Assert.Contains("3 node(s) with 1G need more memory", Assert.Single(PreflightCheck.Warnings(new MachineFacts(65536, 0, 2L << 30), 3, settings)), StringComparison.Ordinal);
        settings.Extra.Add("--max-networking-io-control-blocks=50000");
        Assert.Single(PreflightCheck.Warnings(new MachineFacts(65536, 0, 8L << 30), 3, settings));
    }

    private sealed class FakeTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override long GetTimestamp() => Now.UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
