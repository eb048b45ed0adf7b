using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Alternator.Aspire.Client.Tests;

/// <summary>
/// The telemetry providers of an application, registered as service defaults do it, and what reaches them. The client only adds
/// its source and meter to whatever provider the application has.
/// </summary>
internal sealed class CollectedTelemetry : BaseProcessor<Activity>
{
    private readonly List<MetricSnapshot> _metrics = [];

    /// <summary>The spans that ended, in that order.</summary>
    public ConcurrentQueue<Activity> Spans { get; } = new();

    /// <summary>Adds the application's providers to a builder.</summary>
    public static CollectedTelemetry AddTo(IHostApplicationBuilder builder)
    {
        var collected = new CollectedTelemetry();
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddSource(SdkTelemetry.Sources).AddProcessor(collected))
            .WithMetrics(metrics => metrics.AddInMemoryExporter(collected._metrics));
        return collected;
    }

    /// <summary>The metrics so far: instrument name to its points.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, object?>>> Metrics(IHost host)
    {
        _metrics.Clear();
        host.Services.GetRequiredService<MeterProvider>().ForceFlush();
        return _metrics.ToDictionary(metric => metric.Name, IReadOnlyList<IReadOnlyDictionary<string, object?>> (metric) => [.. metric.MetricPoints.Select(Tags)]);
    }

    /// <summary>Starts what the host would start: the providers listen from here on.</summary>
    public static void Listen(IHost host)
    {
        host.Services.GetRequiredService<TracerProvider>();
        host.Services.GetRequiredService<MeterProvider>();
    }

    public override void OnEnd(Activity data) => Spans.Enqueue(data);

    private static Dictionary<string, object?> Tags(MetricPoint point)
    {
        Dictionary<string, object?> tags = [];
        foreach (var tag in point.Tags)
        {
            tags[tag.Key] = tag.Value;
        }

        return tags;
    }
}
