using System.Net;
using System.Net.Sockets;

namespace Alternator.Client;

/// <summary>
/// The identity of a node: <c>scheme://host[:port]</c>, scheme and host in ASCII lower case, the scheme's own port left out,
/// IPv6 in brackets, nothing else. Nodes are ordered by these strings, byte by byte, so that clients in several languages agree
/// on the order.
/// </summary>
internal static class CanonicalEndpoint
{
    /// <summary>The canonical form of an endpoint.</summary>
    /// <exception cref="ArgumentException">It is no absolute http or https URI with a host.</exception>
    public static string Of(Uri endpoint)
    {
        if (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https") || endpoint.Host.Length == 0)
        {
            throw new ArgumentException($"'{endpoint}' is no endpoint of a node: expected http://host:port or https://host:port.", nameof(endpoint));
        }
        // Uri has lower-cased scheme and host, and has put IPv6 in brackets; a scope id is kept.
        string host = endpoint.HostNameType == UriHostNameType.IPv6 ? "[" + endpoint.DnsSafeHost + "]" : endpoint.IdnHost.ToLowerInvariant();
        return endpoint.IsDefaultPort ? $"{endpoint.Scheme}://{host}" : $"{endpoint.Scheme}://{host}:{endpoint.Port}";
    }

    /// <summary>The endpoint of an address that <c>/localnodes</c> lists, with the scheme and port of the node that listed it.</summary>
    public static Uri Of(IPAddress address, Uri listedBy)
    {
        string host = address.AddressFamily == AddressFamily.InterNetworkV6 ? "[" + address + "]" : address.ToString();
        return new Uri($"{listedBy.Scheme}://{host}:{listedBy.Port}");
    }
}
