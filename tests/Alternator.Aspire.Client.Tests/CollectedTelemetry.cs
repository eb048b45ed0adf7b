using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Alternator.Aspire.Client.Tests;

/// <summary>
/// The telemetry providers of an application as its own code would register them, and what reaches them. The client only adds
/// its source and meter to whatever provider the application has.
/// </summary>
internal sealed class CollectedTelemetry : BaseProcessor<Activity>, IOpenTelemetryBuilder
{
    private readonly MetricCollector _metrics = new();

    private CollectedTelemetry(IServiceCollection services) => Services = services;

    public IServiceCollection Services { get; }

    /// <summary>The spans that ended, in that order.</summary>
    public ConcurrentQueue<Activity> Spans { get; } = new();

    /// <summary>Adds the application's providers to a builder.</summary>
    public static CollectedTelemetry AddTo(IHostApplicationBuilder builder)
    {
        var collected = new CollectedTelemetry(builder.Services);
        collected.WithTracing(tracing => tracing.AddProcessor(collected));
        collected.WithMetrics(metrics => metrics.AddReader(new BaseExportingMetricReader(collected._metrics)));
        return collected;
    }

    /// <summary>The metrics so far: instrument name to its points.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, object?>>> Metrics(IHost host)
    {
        _metrics.Points.Clear();
        host.Services.GetRequiredService<MeterProvider>().ForceFlush();
        return _metrics.Points;
    }

    /// <summary>Starts what the host would start: the providers listen from here on.</summary>
    public static void Listen(IHost host)
    {
        host.Services.GetRequiredService<TracerProvider>();
        host.Services.GetRequiredService<MeterProvider>();
    }

    public override void OnEnd(Activity data) => Spans.Enqueue(data);

    private sealed class MetricCollector : BaseExporter<Metric>
    {
        public Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, object?>>> Points { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                List<IReadOnlyDictionary<string, object?>> points = [];
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    Dictionary<string, object?> tags = [];
                    foreach (var tag in point.Tags)
                    {
                        tags[tag.Key] = tag.Value;
                    }

                    points.Add(tags);
                }

                Points[metric.Name] = points;
            }

            return ExportResult.Success;
        }
    }
}
