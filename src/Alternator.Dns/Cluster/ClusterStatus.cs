using Alternator.Dns.Zones;

namespace Alternator.Dns.Cluster;

/// <summary>How the cluster looks from the server, for health and metrics.</summary>
/// <param name="Freshness">How far the node list can be trusted.</param>
/// <param name="Nodes">Nodes in the zone's own scope.</param>
/// <param name="LiveNodes">Those of them that are not down.</param>
/// <param name="Age">Time since the list was last confirmed and a node of it was up.</param>
/// <param name="LastError">Why it isn't confirmed now.</param>
internal sealed record ClusterStatus(Freshness Freshness, int Nodes, int LiveNodes, TimeSpan Age, string? LastError);
