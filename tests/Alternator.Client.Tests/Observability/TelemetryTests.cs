using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Amazon.Runtime;
using static Alternator.Client.Tests.ExecutorFixture;

namespace Alternator.Client.Tests;

[Collection("telemetry")]
public sealed class TelemetryTests : IAsyncLifetime
{
    private readonly ExecutorFixture _fixture = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task An_operation_is_a_client_span_with_an_event_per_attempt()
    {
        List<Activity> spans = [];
        using ActivityListener listener = Listen(spans);
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, attempt, _) => attempt == 0 ? Refused() : new("ok");
        await _fixture.Send(Read);

        Activity span = Assert.Single(spans);
        Assert.Equal(("GetItem t", ActivityKind.Client), (span.DisplayName, span.Kind));
        Assert.Equal("aws.dynamodb", span.GetTagItem("db.system.name"));
        Assert.Equal("GetItem", span.GetTagItem("db.operation.name"));
        Assert.Equal("t", span.GetTagItem("db.collection.name"));
        Assert.Equal(_fixture.Sent[1].Endpoint.Host, span.GetTagItem("server.address"));
        Assert.Equal(8000, span.GetTagItem("server.port"));
        Assert.Equal(200, span.GetTagItem("http.response.status_code"));
        Assert.Equal(2, span.GetTagItem("alternator.attempts"));
        ActivityEvent[] attempts = [.. span.Events];
        Assert.Equal(2, attempts.Length);
        Assert.Contains(new KeyValuePair<string, object?>("error.type", "connection_error"), attempts[0].Tags);
        Assert.Contains(new KeyValuePair<string, object?>("server.address", _fixture.Sent[0].Endpoint.Host), attempts[0].Tags);
        Assert.DoesNotContain(attempts[1].Tags, tag => tag.Key == "error.type");
    }

    [Fact]
    public async Task An_error_is_on_the_span_with_its_type_and_status()
    {
        List<Activity> spans = [];
        using ActivityListener listener = Listen(spans);
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, _) => Error(HttpStatusCode.BadRequest, "ValidationException");
        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => _fixture.Send(Read));
        Activity span = Assert.Single(spans);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("ValidationException", span.GetTagItem("error.type"));
        Assert.Equal("ValidationException", span.GetTagItem("db.response.status_code"));
        Assert.Equal(400, span.GetTagItem("http.response.status_code"));
    }

    [Fact]
    public async Task The_span_is_a_child_of_the_callers_and_does_not_stay_behind()
    {
        List<Activity> spans = [];
        using ActivityListener listener = Listen(spans);
        await _fixture.ReadyAsync();
        using var caller = new Activity("caller");
        caller.Start();
        await _fixture.Send(Read);
        Assert.Same(caller, Activity.Current);
        Assert.Equal(caller.SpanId, Assert.Single(spans).ParentSpanId);
    }

    [Fact]
    public async Task Durations_retries_and_nodes_are_measured()
    {
        var measured = new List<(string Name, double Value, Dictionary<string, object?> Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == AlternatorTelemetry.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, attempt, token) => attempt == 0 ? Refused() : _fixture.After(TimeSpan.FromMilliseconds(20), "ok", token);
        Task<string> request = _fixture.Send(new RequestTraits { Operation = "MeasuredOperation", IsRead = true, IsIdempotent = true });
        listener.RecordObservableInstruments();
        await _fixture.Run(request);

        lock (measured)
        {
            var operation = Assert.Single(measured, m => m.Name == "db.client.operation.duration" && Equals(m.Tags["db.operation.name"], "MeasuredOperation"));
            Assert.Equal(0.02, operation.Value, 3);
            Assert.Equal("aws.dynamodb", operation.Tags["db.system.name"]);
            Assert.Equal(_fixture.Sent[1].Endpoint.Host, operation.Tags["server.address"]);
            var attempts = measured.Where(m => m.Name == "alternator.client.attempt.duration" && Equals(m.Tags["db.operation.name"], "MeasuredOperation")).ToArray();
            Assert.Equal(["connection_error", null], attempts.Select(m => m.Tags.GetValueOrDefault("error.type")));
            Assert.Contains(measured, m => m.Name == "alternator.client.retries" && Equals(m.Tags["alternator.retry.reason"], "failure"));
            Assert.Contains(measured, m => m.Name == "alternator.client.discovery.rounds" && Equals(m.Tags["alternator.discovery.outcome"], "confirmed"));
            Assert.Contains(measured, m => m.Name == "alternator.client.active_requests" && m.Value == 1);
            Assert.Contains(measured, m => m.Name == "alternator.client.nodes" && m.Value == 3 && Equals(m.Tags["alternator.node.state"], "active"));
            Assert.Contains(measured, m => m.Name == "alternator.client.discovery.age");
        }

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (measured)
            {
                measured.Add((instrument.Name, value, new Dictionary<string, object?>(tags.ToArray())));
            }
        }
    }

    [Fact]
    public async Task Without_listeners_a_request_costs_core_no_more_than_a_little_garbage()
    {
        await using var nodes = new AlternatorNodes(_fixture.Options, null, null, new NodesSeams { Channel = _fixture.Cluster });
        await nodes.RefreshAsync();
        var executor = new RequestExecutor(nodes, new BalancingOptions(), new RetryOptions(), new HedgingOptions(), TimeProvider.System);
        await nodes.StopAsync();
        var call = new Yielding();
        RequestTraits traits = Read;
        await SendAsync(2000);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await SendAsync(20_000);
        double each = (GC.GetTotalAllocatedBytes(precise: true) - before) / 20_000.0;
        // The call's own state machine is a part of it; other tests in the process may add noise.
        Assert.True(each < (BalancingTests.Optimized ? 400 : 1000), $"{each} bytes per request");

        async Task SendAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await executor.ExecuteAsync<Yielding, string>(call, traits, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    [Fact]
    public async Task A_sampler_sees_what_the_conventions_want_at_the_start()
    {
        Dictionary<string, object?>? seen = null;
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == AlternatorTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            {
                seen = new Dictionary<string, object?>(options.Tags ?? []);
                return ActivitySamplingResult.None;
            },
        };
        ActivitySource.AddActivityListener(listener);
        await _fixture.ReadyAsync();
        await _fixture.Send(Read);
        Assert.Equal(["db.collection.name=t", "db.operation.name=GetItem", "db.system.name=aws.dynamodb"], seen!.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
    }

    private static ActivityListener Listen(List<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == AlternatorTelemetry.ActivitySourceName,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                // Other tests of this process trace too: only operations of this thread's call count.
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private sealed class Yielding : INodeCall<string>
    {
        public async ValueTask<string> SendAsync(AlternatorNode node, int attempt, SendPermit? permit, CancellationToken attemptToken)
        {
            await Task.Yield();
            return "ok";
        }
    }
}

/// <summary>Listeners hear the whole process, so these tests run alone.</summary>
[CollectionDefinition("telemetry", DisableParallelization = true)]
public sealed class TelemetryCollection;
