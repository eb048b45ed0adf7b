using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Alternator.Client.Tests.Wire;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using static Alternator.Client.Tests.ExecutorFixture;

namespace Alternator.Client.Tests;

/// <summary>Every instrument: its name, unit and kind, and what makes it count.</summary>
[Collection("telemetry")]
public sealed class InstrumentTests : IAsyncLifetime
{
    private readonly ExecutorFixture _fixture = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task Instruments_have_the_names_units_and_kinds_that_are_documented()
    {
        using var measurements = new Measurements();
        await _fixture.ReadyAsync();
        await _fixture.Send(Read);
        Assert.Equal(
            [
                "alternator.client.active_requests {request} ObservableUpDownCounter",
                "alternator.client.attempt.duration s Histogram",
                "alternator.client.discovery.age s ObservableGauge",
                "alternator.client.discovery.rounds {round} Counter",
                "alternator.client.hedges {attempt} Counter",
                "alternator.client.node.state_changes {change} Counter",
                "alternator.client.nodes {node} ObservableUpDownCounter",
                "alternator.client.probes {probe} Counter",
                "alternator.client.retries {attempt} Counter",
                "alternator.client.retry_budget.exhausted {attempt} Counter",
                "alternator.client.scope.fallbacks {change} Counter",
                "db.client.operation.duration s Histogram",
            ],
            measurements.Instruments.Select(instrument => $"{instrument.Name} {instrument.Unit} {instrument.GetType().Name.Split('`')[0]}").Order(StringComparer.Ordinal));
        Assert.All(measurements.Instruments, instrument => Assert.False(string.IsNullOrEmpty(instrument.Description)));
        // The boundaries that OpenTelemetry's conventions for database clients ask for.
        var duration = (Histogram<double>)measurements.Instruments.Single(instrument => instrument.Name == "db.client.operation.duration");
        Assert.Equal([0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10], duration.Advice!.HistogramBucketBoundaries!);
    }

    [Fact]
    public async Task A_failed_operation_is_measured_with_its_error()
    {
        using var measurements = new Measurements();
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, _) => Error(HttpStatusCode.BadRequest, "ValidationException");
        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => _fixture.Send(Read));
        Measurements.Measured failed = Assert.Single(measurements.Of("db.client.operation.duration"));
        Assert.Equal(
            ["db.collection.name=t", "db.operation.name=GetItem", "db.response.status_code=ValidationException", "db.system.name=aws.dynamodb", "error.type=ValidationException", $"server.address={_fixture.Sent[0].Endpoint.Host}", "server.port=8000"],
            failed.Tags.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));

        _fixture.Behaviour = static (_, _, token) => Never(token);
        using var cancellation = new CancellationTokenSource();
        Task<string> sending = _fixture.Send(Read, cancellation.Token);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal("cancelled", measurements.Of("db.client.operation.duration")[^1].Tag("error.type"));
        Assert.Null(measurements.Of("db.client.operation.duration")[^1].Tag("db.response.status_code"));

        _fixture.Behaviour = static (_, _, _) => Refused();
        await Assert.ThrowsAsync<AlternatorUnavailableException>(() => _fixture.Run(_fixture.Send(Read)));
        Assert.Equal("unavailable", measurements.Of("db.client.operation.duration")[^1].Tag("error.type"));
    }

    [Theory]
    [InlineData("failure")]
    [InlineData("server_error")]
    [InlineData("silence")]
    [InlineData("timeout")]
    public async Task Retries_are_counted_by_their_reason(string reason)
    {
        if (reason == "timeout")
            _fixture.Retry.SecondAttemptAfter = Timeout.InfiniteTimeSpan;
        using var measurements = new Measurements();
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, attempt, token) => attempt > 0 ? new("ok") : reason switch
        {
            "failure" => Refused(),
            "server_error" => Error(HttpStatusCode.InternalServerError, "InternalServerError"),
            _ => Never(token),
        };
        await _fixture.Run(_fixture.Send(Read));
        Measurements.Measured retry = Assert.Single(measurements.Of("alternator.client.retries"));
        Assert.Equal((1, reason), (retry.Value, retry.Tag("alternator.retry.reason")));
    }

    [Fact]
    public async Task Attempts_that_the_budget_refused_are_counted()
    {
        _fixture.Retry.Budget = 0;
        _fixture.Retry.BudgetReserve = 0;
        using var measurements = new Measurements();
        await _fixture.ReadyAsync();
        _fixture.Behaviour = static (_, _, _) => Error(HttpStatusCode.InternalServerError, "InternalServerError");
        await Assert.ThrowsAsync<Amazon.DynamoDBv2.AmazonDynamoDBException>(() => _fixture.Run(_fixture.Send(Read)));
        Assert.Equal(1, Assert.Single(measurements.Of("alternator.client.retry_budget.exhausted")).Value);
        Assert.Empty(measurements.Of("alternator.client.retries"));
    }

    [Fact]
    public async Task Hedges_are_counted()
    {
        _fixture.Hedging.Enabled = true;
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, token) => _fixture.After(TimeSpan.FromMilliseconds(2), "quick", token);
        for (int i = 0; i < 200; i++)
            await _fixture.Run(_fixture.Send(Read));
        using var measurements = new Measurements();
        _fixture.Behaviour = (_, attempt, token) => _fixture.After(TimeSpan.FromMilliseconds(attempt == 0 ? 50 : 2), "ok", token);
        await _fixture.Run(_fixture.Send(Read));
        Assert.Equal(1, Assert.Single(measurements.Of("alternator.client.hedges")).Value);
        Assert.Empty(measurements.Of("alternator.client.retries"));
    }

    [Fact]
    public async Task Rounds_of_discovery_and_fallbacks_of_the_scope_are_counted()
    {
        _fixture.Options.Scope = RoutingScope.Datacenter("dc9", RoutingScope.Cluster);
        foreach (string node in (string[])["10.0.0.1", "10.0.0.2", "10.0.0.3"])
            _fixture.Cluster.Nodes[node] = static (query, _) => Task.FromResult(query.Contains("dc9", StringComparison.Ordinal) ? FakeCluster.Answer() : FakeCluster.Answer("10.0.0.1", "10.0.0.2", "10.0.0.3"));
        using var measurements = new Measurements();
        await _fixture.Nodes.RefreshAsync();
        await _fixture.Nodes.RefreshAsync();
        Assert.Equal(1, Assert.Single(measurements.Of("alternator.client.scope.fallbacks")).Value);
        Assert.Equal(["fallback", "fallback"], measurements.Of("alternator.client.discovery.rounds").Select(measured => measured.Tag("alternator.discovery.outcome")));
        _fixture.Cluster.Nodes.Clear();
        await _fixture.Nodes.RefreshAsync();
        Assert.Equal("failed", measurements.Of("alternator.client.discovery.rounds")[^1].Tag("alternator.discovery.outcome"));
    }

    [Fact]
    public async Task Probes_and_changes_of_state_are_counted()
    {
        using var measurements = new Measurements();
        await _fixture.ReadyAsync();
        // The node that listed them has answered with that.
        Assert.Equal(2, measurements.Of("alternator.client.probes").Count(measured => measured.Tag("alternator.probe.outcome") == "answered"));
        Assert.Equal(3, measurements.Of("alternator.client.node.state_changes").Count(measured => measured.Tag("alternator.node.state") == "active"));
        _fixture.Behaviour = (node, _, _) => node.Address == "10.0.0.2" ? Refused() : new("ok");
        for (int i = 0; i < 100 && _fixture.Nodes.Snapshot.Nodes[1].State != NodeState.Down; i++)
            await _fixture.Run(_fixture.Send(Read));
        Assert.Contains(measurements.Of("alternator.client.node.state_changes"), measured => measured.Tag("alternator.node.state") == "down");
        measurements.Observe();
        Assert.Contains(measurements.Of("alternator.client.nodes"), measured => measured.Tag("alternator.node.state") == "down" && measured.Value == 1);

        _fixture.Cluster.Nodes.Remove("10.0.0.3");
        AlternatorNode silent = _fixture.Nodes.Snapshot.Nodes[2];
        var told = new TaskCompletionSource<bool>();
        _fixture.Nodes.SuspectSilent(silent, told.SetResult);
        await told.Task;
        Assert.Contains(measurements.Of("alternator.client.probes"), measured => measured.Tag("alternator.probe.outcome") == "failed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_SDK_and_the_platform_add_no_spans_and_no_measurements(bool fast)
    {
        await using var node = new FakeNode(_ => FakeNode.Json("{}"));
        await using var client = new AlternatorDynamoDBClient($"Endpoints={node.Endpoint};AccessKey=a;SecretKey=b");
        if (!fast)
            client.AfterResponseEvent += (_, _) => { };
        // Connections are made and the node is found.
        await client.PutItemAsync("t", new() { ["k"] = new("v") });
        List<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => !source.Name.StartsWith("Experimental.System.Net", StringComparison.Ordinal),
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => { lock (spans) { spans.Add(span); } },
        };
        ActivitySource.AddActivityListener(listener);
        using var measurements = new Measurements(meter: null);
        await client.PutItemAsync("t", new() { ["k"] = new("v") });
        await client.GetItemAsync("t", new() { ["k"] = new("v") });
        await client.DescribeTableAsync("t");
        lock (spans)
        {
            Assert.Equal(["PutItem t", "GetItem t", "DescribeTable"], spans.Select(span => span.DisplayName));
            Assert.All(spans, span => Assert.Equal(AlternatorTelemetry.ActivitySourceName, span.Source.Name));
        }
        Assert.Equal(3, measurements.Of("db.client.operation.duration").Count);
        Assert.Empty(measurements.All.Select(measured => measured.Instrument.Meter.Name).Distinct().Except([AlternatorTelemetry.MeterName, "System.Runtime"]));
    }
}
