using System.Net;
using System.Net.Sockets;

namespace Alternator.Dns.Serving;

/// <summary>
/// A socket that is bound to all addresses has to be told which of them a datagram was sent to, for its answer must come from there: a client takes an answer
/// from another address for a forgery. A socket that is bound to one address has no choice.
/// </summary>
internal static class AskedAddress
{
    /// <summary>Has the kernel tell it with every datagram. Before the socket is bound, so that it is told with the first one too.</summary>
    public static void AskFor(Socket socket) => socket.SetSocketOption(
        socket.AddressFamily is AddressFamily.InterNetworkV6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);

    /// <summary>Whether it is told with the datagrams of this socket.</summary>
    public static bool IsTold(Socket socket) =>
        socket.LocalEndPoint is IPEndPoint { Address: var address } && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
}
