using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Playground.Web.Telemetry;

/// <summary>
/// Traces, metrics and logs over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, as under an Aspire AppHost.
/// What Alternator.Client has to tell is added by <c>AddAlternatorClient</c> itself; only the web server's part is named here.
/// </summary>
public static class TelemetryExtensions
{
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        // The web server puts method, route and status on its spans itself, but only when asked.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        new OpenTelemetryOfHost(builder.Services)
            .WithTracing(tracing => tracing.AddSource("Microsoft.AspNetCore"))
            .WithMetrics(metrics => metrics.AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"))
            .WithLogging(_ => { }, logging => logging.IncludeFormattedMessage = true)
            .UseOtlpExporter();
        builder.Services.AddHostedService<TelemetryStart>();
    }

    /// <summary>The seam that OpenTelemetry's own hosting package fills; without that package it is this one property.</summary>
    private sealed record OpenTelemetryOfHost(IServiceCollection Services) : IOpenTelemetryBuilder;

    /// <summary>Providers listen from the moment that they are made, so they are made with the host.</summary>
    private sealed class TelemetryStart(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetRequiredService<TracerProvider>();
            services.GetRequiredService<MeterProvider>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
