using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Alternator.Client;

/// <summary>
/// What a node answered to <c>GET /localnodes</c>: the addresses of the live nodes of one datacenter or rack.
/// An entry that is no IP address (an older node may list a host id) is skipped and counted; duplicates are dropped; an IPv4
/// address in IPv6 clothes counts as the IPv4 address.
/// </summary>
internal readonly record struct LocalNodesAnswer(ImmutableArray<IPAddress> Addresses, int Skipped)
{
    /// <summary>The most bytes of an answer that are read: enough for ten thousand nodes, small enough to bound a hostile answer.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The most entries that are taken from one answer.</summary>
    public const int MaxEntries = 16_384;

    /// <summary>Whether the node says that the scope has no live node, as opposed to listing entries that can't be used.</summary>
    public bool IsEmpty => Addresses.IsEmpty && Skipped == 0;

    /// <summary>Reads the answer's body.</summary>
    /// <exception cref="FormatException">It is no JSON array.</exception>
    public static LocalNodesAnswer Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return Read(body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException) // The latter for text that isn't UTF-8.
        {
            throw NotAList(exception.Message, exception);
        }
    }

    private static FormatException NotAList(string found, Exception? cause = null) => new(
        $"/localnodes must answer a JSON array of addresses: {found} Check that the endpoint is the Alternator port of a node, and that no other service or proxy answers there.", cause);

    private static LocalNodesAnswer Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 8 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            throw NotAList("it answered something else.");
        }
        ImmutableArray<IPAddress>.Builder addresses = ImmutableArray.CreateBuilder<IPAddress>();
        var seen = new HashSet<IPAddress>();
        int skipped = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || !TryRead(reader.GetString(), out IPAddress? address))
            {
                skipped++;
                reader.Skip();
            }
            else if (seen.Add(address) && addresses.Count < MaxEntries)
            {
                addresses.Add(address);
            }
        }
        if (reader.TokenType != JsonTokenType.EndArray || reader.Read())
        {
            throw NotAList("its answer doesn't end with one array.");
        }
        return new LocalNodesAnswer(addresses.ToImmutable(), skipped);
    }

    private static bool TryRead(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text is null || text.Length > 64 || !IPAddress.TryParse(text, out address))
        {
            return false;
        }
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }
        else if (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != text)
        {
            return false; // "1" and "127.1" are addresses to the parser but never to a node.
        }
        return !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
    }
}
