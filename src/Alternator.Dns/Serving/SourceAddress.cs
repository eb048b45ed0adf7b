namespace Alternator.Dns.Serving;

/// <summary>Reads a <c>sockaddr_in</c> or <c>sockaddr_in6</c>, which agree on the place of the port on every platform and differ in length.</summary>
internal static class SourceAddress
{
    private const int V4Length = 16, V6Length = 28;

    /// <summary>The four or sixteen bytes of the address.</summary>
    public static ReadOnlySpan<byte> Ip(ReadOnlySpan<byte> source) => source.Length >= V6Length ? source.Slice(8, 16) : source.Slice(4, 4);

    /// <summary>True if an answer can go there: port 0 is no port, and only a forger sends from it.</summary>
    public static bool CanBeAnswered(ReadOnlySpan<byte> source) => source.Length >= V4Length && (source[2] | source[3]) != 0;
}
