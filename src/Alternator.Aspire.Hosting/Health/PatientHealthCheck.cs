using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>
/// Shows at once that something has become ready. Aspire asks after what isn't healthy 1, 2, 3, 4 and then every 5 s later, and only its own question makes a resource ready, so that each node of a
/// cluster, the cluster and its tables would be seconds late one after another. So a question that would be answered as the one before, with what <see cref="Soon"/> marks, is kept open for a
/// while, and answered as soon as something has changed. The first bad news is told at once.
/// </summary>
internal sealed class PatientHealthCheck(IHealthCheck inner, TimeSpan hold, TimeSpan pause) : IHealthCheck
{
    /// <summary>How long a question is kept open. The text of the answer is that old at most, and Aspire's 5 s.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks while a question is open.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>What has been the same for longer isn't hurried for.</summary>
    public static readonly TimeSpan Patience = NodeVerdict.BootTime;

    private readonly Lock _lock = new();
    private HealthStatus _last = HealthStatus.Healthy;
    private long _since;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        long asked = TimeProvider.System.GetTimestamp();
        HealthStatus before;
        lock (_lock)
            before = _last;
        while (true)
        {
            HealthCheckResult result = await inner.CheckHealthAsync(context, cancellationToken).ConfigureAwait(false);
            TimeSpan lasting = Lasting(result.Status);
            if (result.Status != before || !Soon.Is(result) || lasting > Patience || TimeProvider.System.GetElapsedTime(asked) >= hold)
                return result;
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>For how long it has been like this.</summary>
    private TimeSpan Lasting(HealthStatus status)
    {
        lock (_lock)
        {
            if (status != _last)
                (_last, _since) = (status, TimeProvider.System.GetTimestamp());
            return TimeProvider.System.GetElapsedTime(_since);
        }
    }
}

/// <summary>Marks an answer that is likely to be another one soon: something boots, joins or is being made.</summary>
internal static class Soon
{
    private static readonly IReadOnlyDictionary<string, object> Mark = new Dictionary<string, object> { ["soon"] = true };

    public static HealthCheckResult Unhealthy(string text) => HealthCheckResult.Unhealthy(text, data: Mark);

    public static HealthCheckResult Degraded(string text) => HealthCheckResult.Degraded(text, data: Mark);

    public static bool Is(HealthCheckResult result) => ReferenceEquals(result.Data, Mark);
}

internal static class PatientHealthChecks
{
    /// <summary>Registers a check that is made once and asked patiently.</summary>
    public static void AddPatientHealthCheck(this IServiceCollection services, string key, Func<IServiceProvider, IHealthCheck> inner)
    {
        PatientHealthCheck? check = null;
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            key, provider => LazyInitializer.EnsureInitialized(ref check, () => new PatientHealthCheck(inner(provider), PatientHealthCheck.Hold, PatientHealthCheck.Pause)), default, default));
    }
}
