using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Alternator.Dns.Serving;

/// <summary>
/// Sockets that are bound to one address each, beside one that is bound to all, with the same port. They come to be when their address is asked for the first
/// time; from then on its datagrams arrive there, so each has to be served as well.
/// </summary>
/// <param name="all">The socket that is bound to all addresses.</param>
/// <param name="serve">Serves a new one.</param>
internal sealed class AddressSockets(Socket all, Action<Socket> serve)
{
    // More addresses than machines have; who asks every address of a whole network that is routed to the machine gets no socket for each.
    private const int Most = 64;

    private readonly ConcurrentDictionary<IPAddress, Socket> _sockets = new();
    private readonly Lock _making = new();

    /// <summary>The socket of an address; where it can't be had the one with all addresses, and the kernel's choice.</summary>
    public Socket At(IPAddress address)
    {
        if (_sockets.TryGetValue(address, out Socket? known))
            return known;

        lock (_making)
        {
            return _sockets.Count >= Most ? all : _sockets.GetOrAdd(address, Make);
        }
    }

    private Socket Make(IPAddress address)
    {
        var socket = new Socket(all.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            bool isV6 = all.AddressFamily is AddressFamily.InterNetworkV6;
            if (isV6)
                socket.DualMode = all.DualMode;

            // Allowed for this moment only, so that another program that takes the port is found out as ever.
            Share(true);
            socket.Bind(new IPEndPoint(isV6 ? address.MapToIPv6() : address, ((IPEndPoint)all.LocalEndPoint!).Port));
            Share(false);
            socket.ReceiveBufferSize = all.ReceiveBufferSize;
            serve(socket);
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // An address that has gone, a platform that forbids it: known from now on.
            socket.Dispose();
            return all;
        }

        void Share(bool value)
        {
            all.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, value);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, value);
        }
    }
}
