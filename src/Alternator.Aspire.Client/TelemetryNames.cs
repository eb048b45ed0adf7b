namespace Alternator.Aspire.Client;

/// <summary>The names under which Alternator.Client emits its telemetry.</summary>
internal static class TelemetryNames
{
    public const string Traces = "Alternator.Client";

    public const string Metrics = "Alternator.Client";
}
