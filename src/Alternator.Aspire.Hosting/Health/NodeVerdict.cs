using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>
/// Judges one node over time. A container says nothing about the ScyllaDB in it: it runs before ScyllaDB serves, and it outlives one that died. So a node
/// that doesn't answer is booting until it has served once or its time is up, and dead afterwards.
/// </summary>
internal sealed class NodeVerdict(TimeProvider time)
{
    public static readonly TimeSpan BootTime = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private long? _firstAsked;
    private long? _lastServed;

    /// <summary>A container that was started again boots anew.</summary>
    public void Restarted()
    {
        lock (_lock)
            _firstAsked = _lastServed = null;
    }

    public HealthCheckResult Of(NodeAnswer answer)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            _firstAsked ??= now;
            if (answer.Serves)
            {
                _lastServed = now;
                return HealthCheckResult.Healthy($"serves, and lists {answer.Listed!.Count} node(s)");
            }
            if (answer is { IsFinal: true, Error: { } error })
                return HealthCheckResult.Unhealthy(error);
            string why = answer.Error ?? "lists no node, itself neither: it is still joining, or drained";
            if (_lastServed is { } served)
                return HealthCheckResult.Unhealthy($"dead: it served until {Seconds(served)} s ago and now {why}. Its container may run on: see its log for the end of ScyllaDB.");
            return time.GetElapsedTime(_firstAsked.Value, now) < BootTime
                ? Soon.Unhealthy($"booting for {Seconds(_firstAsked.Value)} s: {why}")
                : HealthCheckResult.Unhealthy($"did not serve within {BootTime.TotalMinutes} min: {why}. The container runs on even when ScyllaDB couldn't start: look for 'failed!' or an unknown option in its log.");

            int Seconds(long since) => (int)time.GetElapsedTime(since, now).TotalSeconds;
        }
    }
}
