using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>The health of a cluster of any kind: asks all nodes at once.</summary>
internal sealed class ClusterHealthCheck(IAlternatorResource cluster, Func<string, Uri?, CancellationToken, Task<NodeAnswer>> ask) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        ClusterVerdict.Of(await Task.WhenAll(cluster.NodeEndpoints.Select(endpoint => ask(endpoint.Resource.Name, HostAddress.Of(endpoint), cancellationToken))).ConfigureAwait(false));
}

/// <summary>The address of an endpoint for this process, if there is one yet. (An endpoint reference remembers its first answer; its annotation doesn't.)</summary>
internal static class HostAddress
{
    public static Uri? Of(EndpointReference endpoint) =>
        endpoint.Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(a => a.Name == endpoint.EndpointName)?.AllocatedEndpoint is { } allocated
            ? new Uri(allocated.UriString)
            : null;
}
