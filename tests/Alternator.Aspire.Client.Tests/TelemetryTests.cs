using System.Diagnostics;
using Alternator.Client;
using Alternator.Emulator;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Alternator.Aspire.Client.Tests;

/// <summary>
/// What reaches the providers of an application. Sources and meters are shared by the whole process, so a test tells its own spans
/// by their trace and its own measurements by the port of its cluster.
/// </summary>
public sealed class TelemetryTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Traces_and_metrics_reach_the_providers_of_the_application_unless_disabled(bool disableTracing, bool disableMetrics)
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        using var traced = new Traced(cluster, settings =>
        {
            settings.DisableTracing = disableTracing;
            settings.DisableMetrics = disableMetrics;
        });

        await traced.Client.ListTablesAsync(new ListTablesRequest());

        Assert.Equal(disableTracing, traced.Spans.Count == 0);
        Assert.Equal(disableMetrics, traced.Points("db.client.operation.duration").Count == 0);
    }

    [Fact]
    public async Task A_request_has_one_span_and_one_duration_named_by_the_conventions_for_databases()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        using var traced = new Traced(cluster);
        await CreateTableAsync(traced.Client);

        await traced.Client.PutItemAsync("Songs", new() { ["Id"] = new AttributeValue("1") });

        var span = Assert.Single(traced.Spans, span => span.DisplayName == "PutItem Songs");
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal("aws.dynamodb", span.GetTagItem("db.system.name"));
        Assert.Equal("PutItem", span.GetTagItem("db.operation.name"));
        Assert.Equal("Songs", span.GetTagItem("db.collection.name"));
        Assert.Equal("127.0.0.1", span.GetTagItem("server.address"));
        Assert.Equal(cluster.Port, span.GetTagItem("server.port"));
        var point = Assert.Single(traced.Points("db.client.operation.duration"), point => "PutItem".Equals(point["db.operation.name"]));
        Assert.Equal("aws.dynamodb", point["db.system.name"]);
        Assert.Equal("Songs", point["db.collection.name"]);
        Assert.Equal("127.0.0.1", point["server.address"]);
        Assert.DoesNotContain("error.type", point.Keys);
    }

    [Fact]
    public async Task An_error_that_the_caller_sees_is_the_status_of_the_span_and_an_attribute_of_both()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        using var traced = new Traced(cluster);

        await Assert.ThrowsAsync<ResourceNotFoundException>(() => traced.Client.DescribeTableAsync("Nothing"));

        var span = Assert.Single(traced.Spans, span => span.GetTagItem("db.operation.name") is "DescribeTable");
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("ResourceNotFoundException", span.GetTagItem("error.type"));
        Assert.Equal(400, span.GetTagItem("http.response.status_code"));
        Assert.Contains(traced.Points("db.client.operation.duration"), point => "ResourceNotFoundException".Equals(point.GetValueOrDefault("error.type")));
    }

    [Fact]
    public async Task A_retry_is_an_event_of_the_span_with_the_node_and_its_error_and_is_counted()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 2 });
        using var traced = new Traced(cluster);
        await Eventually.True(() => traced.Nodes.Snapshot.Nodes.Length == 2, "both nodes are known", traced.AskAsync);
        cluster.Nodes[1].ReturnErrors();

        var span = await traced.FirstWithTwoAttemptsAsync();

        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal(cluster.Nodes[0].Address.ToString(), span.GetTagItem("server.address"));
        var attempts = span.Events.Where(entry => entry.Name == "alternator.attempt").Select(entry => entry.Tags.ToDictionary()).ToArray();
        Assert.Contains(attempts, tags => tags["server.address"]!.Equals(cluster.Nodes[1].Address.ToString()) && tags.ContainsKey("error.type"));
        Assert.Contains(attempts, tags => tags["server.address"]!.Equals(cluster.Nodes[0].Address.ToString()) && !tags.ContainsKey("error.type"));
        Assert.NotEmpty(traced.AllPoints("alternator.client.retries"));
        Assert.Contains(traced.Points("alternator.client.attempt.duration"), point => point.ContainsKey("error.type") && point["server.address"]!.Equals(cluster.Nodes[1].Address.ToString()));
    }

    [Fact]
    public async Task A_failover_from_a_dead_node_is_seen_in_the_span_and_in_the_state_of_the_nodes()
    {
        // The cluster keeps listing the dead node, as a real one does for some seconds.
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 2, NoticeDelay = TimeSpan.FromHours(1) });
        using var traced = new Traced(cluster);
        await Eventually.True(() => traced.Nodes.LiveNodes.Count(node => node.State == NodeState.Active) == 2, "both nodes are active", traced.AskAsync);
        await cluster.Nodes[1].StopAsync();

        var span = await traced.FirstWithTwoAttemptsAsync();

        var failed = span.Events.Select(entry => entry.Tags.ToDictionary()).First(tags => tags.ContainsKey("error.type"));
        Assert.Equal(cluster.Nodes[1].Address.ToString(), failed["server.address"]);
        Assert.Equal(cluster.Nodes[0].Address.ToString(), span.GetTagItem("server.address"));
        await Eventually.True(() => traced.Nodes.Snapshot.Nodes.Any(node => node.State == NodeState.Down), "the dead node is down", traced.AskAsync);
        Assert.Contains(traced.AllPoints("alternator.client.nodes"), point => "down".Equals(point["alternator.node.state"]));
    }

    [Theory]
    [InlineData(MetricReaderTemporalityPreference.Cumulative)]
    [InlineData(MetricReaderTemporalityPreference.Delta)]
    public async Task Nodes_are_exported_as_many_as_there_are_and_as_none_when_their_clients_are_gone(MetricReaderTemporalityPreference temporality)
    {
        string datacenter = $"counted-{temporality}";
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Datacenter = datacenter });
        List<Metric> exported = [];
        using var provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(AlternatorTelemetry.MeterName)
            .AddInMemoryExporter(exported, reader => reader.TemporalityPreference = temporality)
            .Build();
        var options = new AlternatorNodesOptions { Scope = RoutingScope.Datacenter(datacenter) };
        options.Endpoints.Add(cluster.Nodes[0].Endpoint);

        await using (var one = new AlternatorNodes(options))
        {
            await one.RefreshAsync();
            Assert.Equal(3, Nodes());
            await using (var other = new AlternatorNodes(options))
            {
                await other.RefreshAsync();
                Assert.Equal(6, Nodes());
            }
            Assert.Equal(3, Nodes());
        }
        Assert.Equal(0, Nodes());

        long Nodes()
        {
            exported.Clear();
            provider.ForceFlush();
            long sum = 0;
            foreach (MetricPoint point in exported.Single(metric => metric.Name == "alternator.client.nodes").GetMetricPoints())
            {
                foreach (KeyValuePair<string, object?> tag in point.Tags)
                {
                    if (tag.Key == "alternator.scope" && tag.Value!.ToString()!.Contains(datacenter, StringComparison.Ordinal))
                        sum += point.GetSumLong();
                }
            }
            return sum;
        }
    }

    [Fact]
    public async Task Two_clients_are_not_measured_twice()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        using var traced = new Traced(cluster, alsoKeyed: true);

        await traced.Client.ListTablesAsync(new ListTablesRequest());

        Assert.Single(traced.Spans);
        Assert.Single(traced.Points("db.client.operation.duration"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Telemetry_of_the_AWS_SDK_that_the_application_has_switched_on_is_not_doubled_by_a_client_with_its_own(bool disableTracing)
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        SdkTelemetry.SwitchOn();
        using var traced = new Traced(cluster, settings => settings.DisableTracing = disableTracing);
        SdkTelemetry.WorkFor(traced);

        await traced.Client.ListTablesAsync(new ListTablesRequest());

        // The application's provider has both sources, and the request is in it once: as the client's span, or as the SDK's where the client is silent.
        Assert.Equal(disableTracing ? 0 : 1, traced.Spans.Count);
        Assert.Equal(disableTracing, traced.SdkSpans.Count > 0);
        Assert.Equal(disableTracing, SdkTelemetry.MeasuredFor(traced).Any());
    }

    private static Task CreateTableAsync(IAmazonDynamoDB client) => client.CreateTableAsync(new CreateTableRequest
    {
        TableName = "Songs",
        BillingMode = BillingMode.PAY_PER_REQUEST,
        KeySchema = [new KeySchemaElement("Id", KeyType.HASH)],
        AttributeDefinitions = [new AttributeDefinition("Id", ScalarAttributeType.S)],
    });

    /// <summary>A host with the application's providers, inside a trace of its own.</summary>
    private sealed class Traced : IDisposable
    {
        private readonly EmulatorCluster _cluster;
        private readonly IHost _host;
        private readonly CollectedTelemetry _telemetry;
        private readonly Activity _trace;

        public Traced(EmulatorCluster cluster, Action<AlternatorClientSettings>? configure = null, bool alsoKeyed = false)
        {
            _cluster = cluster;
            var builder = TestHost.Builder(("ConnectionStrings:alternator", cluster.ConnectionString), ("ConnectionStrings:second", cluster.ConnectionString),
                // A balancer that goes by latency passes over a failing node, which then takes long to reach the threshold of failures.
                ("Aspire:Alternator:Client:Balancing:Policy", "RoundRobin"));
            _telemetry = CollectedTelemetry.AddTo(builder);
            builder.AddAlternatorClient("alternator", configure);
            if (alsoKeyed)
            {
                builder.AddKeyedAlternatorClient("second");
            }

            _host = builder.Build();
            CollectedTelemetry.Listen(_host);
            _trace = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
            _trace.Start();
        }

        public IAmazonDynamoDB Client => _host.Get<IAmazonDynamoDB>();

        public AlternatorNodes Nodes => _host.Get<AlternatorNodes>();

        public IReadOnlyList<Activity> Spans => Of(AlternatorTelemetry.ActivitySourceName);

        public IReadOnlyList<Activity> SdkSpans => Of("AWSSDK.DynamoDB");

        public IReadOnlyList<IReadOnlyDictionary<string, object?>> Points(string instrument) =>
            [.. AllPoints(instrument).Where(point => _cluster.Port.Equals(point.GetValueOrDefault("server.port")))];

        public IReadOnlyList<IReadOnlyDictionary<string, object?>> AllPoints(string instrument) =>
            _telemetry.Metrics(_host).GetValueOrDefault(instrument) ?? [];

        public Task AskAsync() => Client.ListTablesAsync(new ListTablesRequest());

        public async Task<Activity> FirstWithTwoAttemptsAsync()
        {
            await Eventually.True(() => Spans.Any(span => span.GetTagItem("alternator.attempts") is > 1), "a request took two attempts", AskAsync);
            return Spans.First(span => span.GetTagItem("alternator.attempts") is > 1);
        }

        private IReadOnlyList<Activity> Of(string source) =>
            [.. _telemetry.Spans.Where(span => span.TraceId == _trace.TraceId && span.Source.Name == source)];

        public void Dispose()
        {
            _trace.Stop();
            _host.Dispose();
        }
    }
}
