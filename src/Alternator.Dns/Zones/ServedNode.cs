using System.Collections.Immutable;
using System.Net;

namespace Alternator.Dns.Zones;

/// <summary>One node as the zone shows it.</summary>
/// <param name="Addresses">Its addresses, at least one; several if it is known by a host name that has several.</param>
/// <param name="Port">The port of its API.</param>
/// <param name="Datacenter">Its datacenter, where known.</param>
/// <param name="Rack">Its rack, where known.</param>
/// <param name="IsLive">False if probing found it down: it is left out while another node of the same scope is live.</param>
internal sealed record ServedNode(ImmutableArray<IPAddress> Addresses, int Port, string? Datacenter, string? Rack, bool IsLive);

/// <summary>The nodes behind one name: the whole zone (no datacenter), a datacenter, or a rack of a datacenter.</summary>
internal sealed record ServedScope(string? Datacenter, string? Rack, ImmutableArray<ServedNode> Nodes, Freshness Freshness)
{
    /// <summary>
    /// The zone's own scope with what lies below it: a scope per datacenter and per rack, as far as the nodes' own are known.
    /// </summary>
    public static ImmutableArray<ServedScope> Group(ImmutableArray<ServedNode> nodes, Freshness freshness)
    {
        ImmutableArray<ServedScope>.Builder scopes = ImmutableArray.CreateBuilder<ServedScope>();
        scopes.Add(new ServedScope(null, null, nodes, freshness));
        foreach (IGrouping<string?, ServedNode> datacenter in nodes.Where(node => node.Datacenter is not null).GroupBy(node => node.Datacenter))
        {
            scopes.Add(new ServedScope(datacenter.Key, null, [.. datacenter], freshness));
            foreach (IGrouping<string?, ServedNode> rack in datacenter.Where(node => node.Rack is not null).GroupBy(node => node.Rack))
                scopes.Add(new ServedScope(datacenter.Key, rack.Key, [.. rack], freshness));
        }

        return scopes.ToImmutable();
    }
}
