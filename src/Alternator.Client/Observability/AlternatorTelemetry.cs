namespace Alternator.Client;

/// <summary>The names under which the client emits traces and metrics; without a listener they cost next to nothing.</summary>
public static class AlternatorTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>: one client span per operation, an event per attempt.</summary>
    public const string ActivitySourceName = "Alternator.Client";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "Alternator.Client";
}
