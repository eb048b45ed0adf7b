using System.Net;
using System.Text.Json;

namespace Alternator.Client;

/// <summary>Who a node is, from its row of <c>system.local</c>.</summary>
internal sealed record NodeIdentity(IPAddress Address, string? Datacenter, string? Rack)
{
    /// <summary>Reads the answer to a Scan of the row; null when it isn't there or isn't as expected.</summary>
    public static NodeIdentity? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("Items", out JsonElement items)
                || items.ValueKind != JsonValueKind.Array || items.GetArrayLength() == 0)
            {
                return null;
            }
            JsonElement row = items[0];
            return Text(row, "rpc_address") is { } text && IPAddress.TryParse(text, out IPAddress? address)
                ? new NodeIdentity(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, Text(row, "data_center"), Text(row, "rack"))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement row, string attribute) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(attribute, out JsonElement value) && value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty("S", out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
