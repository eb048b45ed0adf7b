using System.Buffers.Binary;
using Alternator.Dns.Messages;

namespace Alternator.Dns.Zones;

/// <summary>The top of a zone: its name, its SOA record and its one name server.</summary>
internal sealed class Zone
{
    // Nobody transfers this zone, so these only tell a curious reader that it changes quickly.
    private const uint RefreshSeconds = 60, RetrySeconds = 10, ExpireSeconds = 600;

    /// <param name="name">The zone's name.</param>
    /// <param name="nameServer">The name of the server, below the zone.</param>
    /// <param name="serial">Grows with every change of what the zone shows.</param>
    /// <param name="ttl">Seconds of negative caching (RFC 2308).</param>
    public Zone(DomainName name, DomainName nameServer, uint serial, uint ttl)
    {
        Name = name;
        NameServer = nameServer;
        DomainName mailbox = name.Child("hostmaster") ?? nameServer;
        byte[] numbers = new byte[20];
        uint[] values = [serial, RefreshSeconds, RetrySeconds, ExpireSeconds, ttl];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(4 * i), values[i]);
        StartOfAuthority = [.. nameServer.Wire, .. mailbox.Wire, .. numbers];
    }

    public DomainName Name { get; }

    public DomainName NameServer { get; }

    /// <summary>Data of the SOA record.</summary>
    public byte[] StartOfAuthority { get; }
}
