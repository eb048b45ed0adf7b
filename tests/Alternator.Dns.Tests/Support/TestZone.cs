using System.Collections.Immutable;
using System.Net;
using Alternator.Dns.Messages;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Tests.Support;

/// <summary>A zone with chosen nodes, asked without sockets.</summary>
internal sealed class TestZone
{
    private readonly Random _random = new(17);
    private readonly byte[] _buffer = new byte[65535];

    public ZoneSettings Settings { get; init; } = new() { Names = [DomainName.Parse("alternator.local")] };

    public ImmutableArray<ServedNode> Nodes { get; init; } = [Node("10.0.0.1"), Node("10.0.0.2"), Node("10.0.0.3")];

    public Freshness Freshness { get; init; }

    public bool Stream { get; init; }

    public ZoneView View => field ??= ZoneBuilder.Build(Settings, ServedScope.Group(Nodes, Freshness), serial: 7);

    public static ServedNode Node(string address, string? datacenter = null, string? rack = null, bool live = true, int port = 8000) =>
        new([.. address.Split(' ').Select(IPAddress.Parse)], port, datacenter, rack, live);

    public Reply Respond(ReadOnlySpan<byte> query) => ZoneResponder.Respond(query, _buffer, Stream, View, Settings, _random);

    public TestResponse Ask(ReadOnlySpan<byte> query)
    {
        Reply reply = Respond(query);
        Assert.Equal(ReplyKind.Send, reply.Kind);
        return new TestResponse(_buffer.AsSpan(0, reply.Length));
    }

    public TestResponse Ask(string name, ushort type = 1, int? ednsSize = null) => Ask(TestQuery.Build(name, type, ednsSize: ednsSize));
}
