using Alternator.Client;

namespace Alternator.Aspire.Client.HealthChecks;

/// <summary>
/// Remembers which configured endpoints were nodes of the wanted scope. A node that dies soon vanishes from the cluster's own list,
/// and then is no longer among the client's nodes; but the configuration says that it belongs there, so it is missed.
/// A node that isn't among the endpoints and vanishes may as well have been decommissioned: it isn't missed.
/// </summary>
internal sealed class SeenNodes(IEnumerable<Uri> endpoints)
{
    private readonly HashSet<Uri> _endpoints = [.. endpoints];
    private readonly HashSet<AlternatorNode> _seen = [];

    /// <summary>The endpoints that were nodes of the scope before and aren't now.</summary>
    public IReadOnlyList<AlternatorNode> Missing(ClusterSnapshot snapshot)
    {
        // Nodes of a fallback aren't expected, and those of the scope are known to be gone.
        if (!snapshot.FromDiscovery || snapshot.IsFallback)
        {
            return [];
        }

        lock (_seen)
        {
            _seen.UnionWith(snapshot.Nodes.Where(node => _endpoints.Contains(node.Endpoint)));
            return [.. _seen.Except(snapshot.Nodes).OrderBy(node => node.CanonicalEndpoint, StringComparer.Ordinal)];
        }
    }
}
