using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Messages;

namespace Alternator.Dns.Zones;

/// <summary>What is fixed about the answers for as long as the server runs.</summary>
internal sealed record ZoneSettings
{
    /// <summary>The zones, each with the same nodes.</summary>
    public required ImmutableArray<DomainName> Names { get; init; }

    /// <summary>Seconds that an answer, and the absence of one, may be kept.</summary>
    public uint Ttl { get; init; } = 4;

    /// <summary>One node per answer, or all of them.</summary>
    public DnsAnswers Answers { get; init; } = DnsAnswers.One;

    /// <summary>Most records in one answer.</summary>
    public int MaxAnswers { get; init; } = 64;

    /// <summary>Most bytes in one UDP response, and what this server tells that it accepts.</summary>
    public int UdpPayload { get; init; } = 1232;

    /// <summary>http or https: one of the service names of SRV.</summary>
    public string Scheme { get; init; } = "http";

    /// <summary>Where this server can be reached: the addresses of the zone's name server.</summary>
    public ImmutableArray<IPAddress> NameServerAddresses
    {
        get;
        init
        {
            field = value;
            NameServerV4 = ZoneEntry.Pack(value, AddressFamily.InterNetwork);
            NameServerV6 = ZoneEntry.Pack(value, AddressFamily.InterNetworkV6);
        }
    } = [];

    /// <summary>The IPv4 ones of <see cref="NameServerAddresses"/>, as they stand in records.</summary>
    public byte[] NameServerV4 { get; private init; } = [];

    /// <summary>The IPv6 ones of <see cref="NameServerAddresses"/>, as they stand in records.</summary>
    public byte[] NameServerV6 { get; private init; } = [];

    /// <summary>True if queries for other names go to an upstream server; otherwise they are refused.</summary>
    public bool Forwards { get; init; }
}
