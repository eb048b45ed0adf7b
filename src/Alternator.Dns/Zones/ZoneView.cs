using System.Collections.Immutable;
using Alternator.Dns.Messages;

namespace Alternator.Dns.Zones;

/// <summary>
/// What the server answers from: names with their records, made anew from every change of the cluster and swapped as a whole.
/// Queries only read it.
/// </summary>
internal sealed class ZoneView
{
    private readonly Dictionary<DomainName, ZoneEntry>.AlternateLookup<ReadOnlySpan<byte>> _byWire;

    public ZoneView(ImmutableArray<Zone> zones, Dictionary<DomainName, ZoneEntry> entries)
    {
        Zones = zones;
        Names = entries.Keys;
        _byWire = entries.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public ImmutableArray<Zone> Zones { get; }

    /// <summary>The names that exist, for logs and the status page.</summary>
    public IReadOnlyCollection<DomainName> Names { get; }

    public ZoneEntry? Find(ReadOnlySpan<byte> lowerName) => _byWire.TryGetValue(lowerName, out ZoneEntry? entry) ? entry : null;

    /// <summary>The zone that a name belongs to: the longest that it lies in.</summary>
    public Zone? FindZone(ReadOnlySpan<byte> lowerName)
    {
        Zone? best = null;
        foreach (Zone zone in Zones)
        {
            if (zone.Name.IsAtOrAbove(lowerName) && (best is null || zone.Name.Wire.Length > best.Name.Wire.Length))
                best = zone;
        }

        return best;
    }
}
