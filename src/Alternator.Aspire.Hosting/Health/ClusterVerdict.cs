using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>
/// Judges a cluster by its nodes' answers. Until it was ready once, it is healthy only when every node serves and lists them all: replication is
/// fixed when a table is created, from the nodes that are known then. Afterwards it is degraded while some nodes are away and a
/// majority serves, and unhealthy with less.
/// </summary>
internal static class ClusterVerdict
{
    public static HealthCheckResult Of(IReadOnlyList<NodeAnswer> answers)
    {
        int n = answers.Count;
        int serving = answers.Count(a => a.Serves);
        string away = string.Join("; ", answers.Where(a => !a.Serves).Select(a => $"{a.Node} {a.Error ?? "lists no node"}"));
        if (serving == n)
        {
            NodeAnswer? behind = answers.FirstOrDefault(a => a.Listed!.Count < n);
            return behind is null
                ? HealthCheckResult.Healthy($"{n} of {n} nodes")
                : Soon.Degraded($"{n} of {n} nodes serve, but {behind.Node} lists only {behind.Listed!.Count} of {n}");
        }
        return serving > n / 2
            ? Soon.Degraded($"{serving} of {n} nodes: {away}")
            : Soon.Unhealthy($"{serving} of {n} nodes: {away}");
    }
}
