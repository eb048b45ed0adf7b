using System.Text;

namespace Alternator.Client;

/// <summary>
/// Which nodes of the cluster requests may go to: the whole cluster, one datacenter, or one rack.
/// A scope may name another scope as its fallback, which is used while the first matches no live node; the client returns to
/// the first as soon as it matches again. Without a fallback a scope is strict: no request ever leaves it.
/// </summary>
public sealed record RoutingScope
{
    private RoutingScope(string? datacenter, string? rack, RoutingScope? fallback)
    {
        DatacenterName = datacenter;
        RackName = rack;
        Fallback = fallback;
        LocalNodesQuery = (datacenter, rack) switch
        {
            ({ } dc, { } name) => "?dc=" + Uri.EscapeDataString(dc) + "&rack=" + Uri.EscapeDataString(name),
            ({ } dc, null) => "?dc=" + Uri.EscapeDataString(dc),
            _ => "",
        };
    }

    /// <summary>Every node that the endpoints list, in all their datacenters. A client finds only the datacenters in which it is given an endpoint.</summary>
    public static RoutingScope Cluster { get; } = new(datacenter: null, rack: null, fallback: null);

    /// <summary>The datacenter's name, or <see langword="null"/> for the whole cluster.</summary>
    public string? DatacenterName { get; }

    /// <summary>The rack's name, or <see langword="null"/> when the scope is wider than a rack.</summary>
    public string? RackName { get; }

    /// <summary>The scope used while this one matches no live node; <see langword="null"/> for a strict scope.</summary>
    public RoutingScope? Fallback { get; }

    /// <summary>This scope without its fallback, as a person reads it: <c>cluster</c>, <c>datacenter dc1</c>, <c>rack dc1/rack1</c>.</summary>
    public string Name => (DatacenterName, RackName) switch
    {
        ({ } datacenter, { } rack) => $"rack {datacenter}/{rack}",
        ({ } datacenter, null) => $"datacenter {datacenter}",
        _ => "cluster",
    };

    /// <summary>The query string of <c>/localnodes</c> that asks for this scope: percent-encoded, with its question mark, or empty.</summary>
    internal string LocalNodesQuery { get; }

    /// <summary>The nodes of one datacenter. Names are compared exactly, as the server does.</summary>
    /// <param name="datacenter">The datacenter's name as <c>nodetool status</c> prints it.</param>
    /// <param name="fallback">The scope to use while the datacenter has no live node; none by default.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static RoutingScope Datacenter(string datacenter, RoutingScope? fallback = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(datacenter);
        return new RoutingScope(datacenter, rack: null, fallback);
    }

    /// <summary>The nodes of one rack of one datacenter. Names are compared exactly, as the server does.</summary>
    /// <param name="datacenter">The datacenter's name; a rack's name means nothing without it.</param>
    /// <param name="rack">The rack's name.</param>
    /// <param name="fallback">The scope to use while the rack has no live node; none by default.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static RoutingScope Rack(string datacenter, string rack, RoutingScope? fallback = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(datacenter);
        ArgumentException.ThrowIfNullOrWhiteSpace(rack);
        return new RoutingScope(datacenter, rack, fallback);
    }

    /// <summary>The chain of scopes as a person reads it: <c>rack dc1/rack1, then datacenter dc1</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Name);
        for (RoutingScope? scope = Fallback; scope is not null; scope = scope.Fallback)
        {
            text.Append(", then ").Append(scope.Name);
        }
        return text.ToString();
    }
}
