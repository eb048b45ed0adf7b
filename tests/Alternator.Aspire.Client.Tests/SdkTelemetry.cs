using System.Collections.Concurrent;
using System.Diagnostics;
using Amazon;
using Amazon.Runtime.Telemetry;
using Amazon.Runtime.Telemetry.Metrics;
using Amazon.Runtime.Telemetry.Tracing;

namespace Alternator.Aspire.Client.Tests;

/// <summary>
/// The AWS SDK's own telemetry, switched on for all clients of the process as an application does it with a bridge to OpenTelemetry: every span
/// of the SDK becomes one of a source that is named as the SDK's scope, and every measurement is noted with who was at work.
/// </summary>
internal sealed class SdkTelemetry : TracerProvider
{
    /// <summary>The sources of all services, for <c>AddSource</c>.</summary>
    public const string Sources = "AWSSDK.*";

    private static readonly AsyncLocal<object?> AtWork = new();
    private static readonly ConcurrentDictionary<string, ActivitySource> ByScope = new();
    private static readonly ConcurrentBag<(object? Owner, string Instrument)> Measurements = [];

    /// <summary>Switches it on. It stays on: the SDK's registry is the process's.</summary>
    public static void SwitchOn()
    {
        AWSConfigs.TelemetryProvider.RegisterTracerProvider(new SdkTelemetry());
        AWSConfigs.TelemetryProvider.RegisterMeterProvider(new Meters());
    }

    /// <summary>Names who is at work in this flow of calls.</summary>
    public static void WorkFor(object owner) => AtWork.Value = owner;

    /// <summary>What the SDK measured while somebody was at work.</summary>
    public static IEnumerable<string> MeasuredFor(object owner) => Measurements.Where(measured => measured.Owner == owner).Select(measured => measured.Instrument);

    public override Tracer GetTracer(string scope) => new BridgingTracer(ByScope.GetOrAdd(scope, name => new ActivitySource(name)));

    private sealed class BridgingTracer(ActivitySource source) : Tracer
    {
        private readonly Tracer _nothing = new DefaultTelemetryProvider().TracerProvider.GetTracer("nothing");

        public override TraceSpan CreateSpan(string name, Attributes? initialAttributes = null, SpanKind spanKind = SpanKind.INTERNAL, SpanContext? parentContext = null)
        {
            // That there is one is all that matters here.
            source.StartActivity(name)?.Dispose();
            return _nothing.CreateSpan(name, initialAttributes, spanKind, parentContext);
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class Meters : MeterProvider
    {
        public override Meter GetMeter(string scope, Attributes? attributes = null) => new NotingMeter();
    }

    private sealed class NotingMeter : Meter
    {
        private readonly Meter _nothing = new DefaultTelemetryProvider().MeterProvider.GetMeter("nothing");

        public override UpDownCounter<T> CreateUpDownCounter<T>(string name, string? units = null, string? description = null) => _nothing.CreateUpDownCounter<T>(name, units, description);

        public override MonotonicCounter<T> CreateMonotonicCounter<T>(string name, string? units = null, string? description = null) => new NotingCounter<T>(name);

        public override Histogram<T> CreateHistogram<T>(string name, string? units = null, string? description = null) => new NotingHistogram<T>(name);
    }

    private sealed class NotingCounter<T>(string name) : MonotonicCounter<T> where T : struct
    {
        public override void Add(T value, Attributes? attributes = null) => Measurements.Add((AtWork.Value, name));
    }

    private sealed class NotingHistogram<T>(string name) : Histogram<T> where T : struct
    {
        public override void Record(T value, Attributes? attributes = null) => Measurements.Add((AtWork.Value, name));
    }
}
