using System.Net;
using System.Net.Sockets;

namespace Alternator.Dns.Tests.Support;

/// <summary>What this machine's loopback interface has: containers are often without IPv6.</summary>
internal static class Loopback
{
    public static bool HasV6 { get; } = Has(IPAddress.IPv6Loopback);

    private static bool Has(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
