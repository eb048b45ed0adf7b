using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Messages;

namespace Alternator.Dns.Zones;

/// <summary>Everything the zone has at one name, as bytes ready to be copied into an answer.</summary>
internal sealed class ZoneEntry
{
    public required Zone Zone { get; init; }

    /// <summary>IPv4 addresses, four bytes each.</summary>
    public byte[] V4 { get; init; } = [];

    /// <summary>IPv6 addresses, sixteen bytes each.</summary>
    public byte[] V6 { get; init; } = [];

    public ServiceTarget[] Services { get; init; } = [];

    /// <summary>True at the top of the zone, where SOA and NS are.</summary>
    public bool IsApex { get; init; }

    /// <summary>True if the answers depend on nodes: without any, or with an expired list, the answer is SERVFAIL and not an empty one.</summary>
    public bool ShowsNodes { get; init; }

    /// <summary>How far the nodes can be trusted.</summary>
    public Freshness Freshness { get; init; }

    /// <summary>True if there is no node to show.</summary>
    public bool IsEmpty => V4.Length == 0 && V6.Length == 0 && Services.Length == 0;

    /// <summary>The addresses of one family behind one another, each once, in their given order.</summary>
    public static byte[] Pack(IEnumerable<IPAddress> addresses, AddressFamily family) =>
        [.. addresses.Where(address => address.AddressFamily == family).Distinct().SelectMany(address => address.GetAddressBytes())];
}

/// <summary>One SRV record and the addresses of the node that it leads to.</summary>
/// <param name="Data">Priority, weight, port and the target's name.</param>
/// <param name="V4">The target's IPv4 addresses.</param>
/// <param name="V6">The target's IPv6 addresses.</param>
internal sealed record ServiceTarget(byte[] Data, byte[] V4, byte[] V6)
{
    /// <summary>Where the target's name begins within <see cref="Data"/>.</summary>
    public const int NameOffset = 6;
}
