using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Messages;

namespace Alternator.Dns.Zones;

/// <summary>
/// Lays out the names of a zone over the nodes of its scopes. A pure function.
/// <para>
/// In order, for each zone: the name itself, <c>dc1.</c> below it for a datacenter and <c>rack1.dc1.</c> for a rack show the scope's nodes;
/// below each of them <c>_alternator._tcp.</c> and <c>_http._tcp.</c> (or <c>_https._tcp.</c>) hold SRV records, which the scope's own name
/// has too; an SRV record leads to <c>ip-127-0-0-1.</c> below the zone, one name per node, whether the node is live or not;
/// <c>ns.</c> is the server itself. A scope shows its live nodes, or all of them if none is live: the last known good.
/// </para>
/// </summary>
internal sealed class ZoneBuilder
{
    private static readonly string[] NameServerLabels = ["ns", "ns1", "ns2"];

    private readonly ZoneSettings _settings;
    private readonly Dictionary<DomainName, ZoneEntry> _entries = new(DomainNameComparer.Instance);

    private ZoneBuilder(ZoneSettings settings) => _settings = settings;

    /// <param name="settings">The zones and how they answer.</param>
    /// <param name="scopes">The zone's own scope first; of two with the same name the first counts.</param>
    /// <param name="serial">The SOA serial of the result.</param>
    public static ZoneView Build(ZoneSettings settings, ImmutableArray<ServedScope> scopes, uint serial)
    {
        var builder = new ZoneBuilder(settings);
        ImmutableArray<Zone> zones = [.. settings.Names.Select(name => builder.AddZone(name, scopes, serial))];
        return new ZoneView(zones, builder._entries);
    }

    private Zone AddZone(DomainName name, ImmutableArray<ServedScope> scopes, uint serial)
    {
        var datacenters = scopes.Where(scope => scope.Datacenter is not null)
            .Select(scope => DomainName.ToLabel(scope.Datacenter!)).ToHashSet(StringComparer.Ordinal);
        string nameServerLabel = NameServerLabels.FirstOrDefault(label => !datacenters.Contains(label)) ?? "ns-alternator";
        DomainName nameServer = name.Child(nameServerLabel) ?? name;
        var zone = new Zone(name, nameServer, serial, _settings.Ttl);

        // Datacenters before racks, so that the name above a rack's is filled in only where no datacenter has it.
        foreach (ServedScope scope in scopes.OrderBy(scope => scope.Rack is null ? 0 : 1))
            AddScope(zone, scope);
        foreach (ServedNode node in scopes.SelectMany(scope => scope.Nodes))
            AddHost(zone, node);

        _entries.TryAdd(nameServer, new ZoneEntry
        {
            Zone = zone,
            V4 = _settings.NameServerV4,
            V6 = _settings.NameServerV6,
        });
        return zone;
    }

    private void AddScope(Zone zone, ServedScope scope)
    {
        DomainName? name = zone.Name;
        if (scope.Datacenter is not null)
            name = name.Child(scope.Datacenter);
        if (scope.Rack is not null)
            name = name?.Child(scope.Rack);
        if (name is null)
            return;

        ImmutableArray<ServedNode> live = [.. scope.Nodes.Where(node => node.IsLive)];
        ImmutableArray<ServedNode> shown = live.IsEmpty ? scope.Nodes : live;
        ServiceTarget[] services = [.. shown.Select(node => Service(zone, node)).OfType<ServiceTarget>().DistinctBy(target => Convert.ToHexString(target.Data))];
        var entry = new ZoneEntry
        {
            Zone = zone,
            V4 = ZoneEntry.Pack(shown.SelectMany(node => node.Addresses), AddressFamily.InterNetwork),
            V6 = ZoneEntry.Pack(shown.SelectMany(node => node.Addresses), AddressFamily.InterNetworkV6),
            Services = services,
            IsApex = scope.Datacenter is null,
            ShowsNodes = true,
            Freshness = scope.Freshness,
        };
        if (!_entries.TryAdd(name, entry))
            return;

        // A rack's name exists only below its datacenter's: without an entry of its own that one is empty, not absent.
        if (scope.Rack is not null && zone.Name.Child(scope.Datacenter!) is { } datacenter)
            _entries.TryAdd(datacenter, new ZoneEntry { Zone = zone });

        if (name.Child("_tcp") is not { } tcp)
            return;

        _entries.TryAdd(tcp, new ZoneEntry { Zone = zone });
        foreach (string service in (ReadOnlySpan<string>)["_alternator", "_" + _settings.Scheme])
        {
            if (tcp.Child(service) is { } serviceName)
                _entries.TryAdd(serviceName, new ZoneEntry { Zone = zone, Services = services, ShowsNodes = true, Freshness = scope.Freshness });
        }
    }

    private void AddHost(Zone zone, ServedNode node)
    {
        if (HostName(zone, node) is { } name)
            _entries.TryAdd(name, new ZoneEntry { Zone = zone, V4 = V4(node), V6 = V6(node), ShowsNodes = true });
    }

    private static ServiceTarget? Service(Zone zone, ServedNode node)
    {
        if (HostName(zone, node) is not { } target)
            return null;

        // All nodes are equal: priority 0, weight 1.
        byte[] data = new byte[ServiceTarget.NameOffset + target.Wire.Length];
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), 1);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), (ushort)node.Port);
        target.Wire.CopyTo(data.AsSpan(ServiceTarget.NameOffset));
        return new ServiceTarget(data, V4(node), V6(node));
    }

    private static DomainName? HostName(Zone zone, ServedNode node) => node.Addresses.IsEmpty ? null : zone.Name.Child(HostLabel(node.Addresses[0]));

    private static string HostLabel(IPAddress address) => address.AddressFamily is AddressFamily.InterNetwork
        ? "ip-" + address.ToString().Replace('.', '-')
        : "ip6-" + string.Join('-', Convert.ToHexStringLower(address.GetAddressBytes()).Chunk(4).Select(group => new string(group)));

    private static byte[] V4(ServedNode node) => ZoneEntry.Pack(node.Addresses, AddressFamily.InterNetwork);

    private static byte[] V6(ServedNode node) => ZoneEntry.Pack(node.Addresses, AddressFamily.InterNetworkV6);
}
