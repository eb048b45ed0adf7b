using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Playground.Web.Telemetry;

/// <summary>
/// OpenTelemetry as Aspire's service defaults set it up: traces, metrics and logs, over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set,
/// as an AppHost does. What Alternator.Client has to tell is added by <c>AddAlternatorClient</c> itself.
/// </summary>
public static class TelemetryExtensions
{
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation())
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsRoutine(context.Request.Path))
                .AddHttpClientInstrumentation(options => options.FilterHttpRequestMessage = _ => IsPartOfATrace()));

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();
    }

    /// <summary>Health checks, and the page's stream of states, which is one request for as long as the page is open.</summary>
    private static bool IsRoutine(PathString path) =>
        path.StartsWithSegments("/health") || path.StartsWithSegments("/alive") || path.StartsWithSegments("/api/events");

    /// <summary>What a timer asks for, such as the state of the emulated nodes once a second, would bury the traces that a person looks for.</summary>
    private static bool IsPartOfATrace() => Activity.Current?.ParentId is not null;
}
