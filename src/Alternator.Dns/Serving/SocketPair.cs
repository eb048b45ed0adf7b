using System.Net;
using System.Net.Sockets;

namespace Alternator.Dns.Serving;

/// <summary>A UDP socket and a TCP listener on the same address and port.</summary>
internal sealed class SocketPair : IDisposable
{
    private const int Attempts = 50;
    private const int ReceiveBuffer = 1 << 20;

    private SocketPair(Socket datagram, Socket stream)
    {
        Datagram = datagram;
        Stream = stream;
        EndPoint = (IPEndPoint)datagram.LocalEndPoint!;
    }

    public Socket Datagram { get; }

    public Socket Stream { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>Binds both. For port 0, ports are tried until one is free for both.</summary>
    /// <exception cref="SocketException">The port can't be had.</exception>
    public static SocketPair Bind(IPEndPoint endPoint)
    {
        for (int attempt = 1; ; attempt++)
        {
            Socket stream = New(endPoint, SocketType.Stream, ProtocolType.Tcp);
            Socket? datagram = null;
            try
            {
                stream.Bind(endPoint);
                datagram = New(endPoint, SocketType.Dgram, ProtocolType.Udp);
                datagram.Bind(new IPEndPoint(endPoint.Address, ((IPEndPoint)stream.LocalEndPoint!).Port));
                datagram.ReceiveBufferSize = ReceiveBuffer;
                stream.Listen(512);
                return new SocketPair(datagram, stream);
            }
            catch (SocketException exception)
            {
                stream.Dispose();
                datagram?.Dispose();
                if (endPoint.Port != 0 || attempt == Attempts || exception.SocketErrorCode is not SocketError.AddressAlreadyInUse)
                    throw Explain(exception, endPoint, "DNS");
            }
        }
    }

    /// <summary>The same error with the end point in its message, and what to do about the usual causes.</summary>
    public static SocketException Explain(SocketException exception, IPEndPoint endPoint, string what)
    {
        string advice = exception.SocketErrorCode switch
        {
            SocketError.AccessDenied => " Ports below 1024 need a privilege (root or CAP_NET_BIND_SERVICE); choose another one, such as 5353.",
            SocketError.AddressAlreadyInUse => " Another program has this port; choose another one or stop that program.",
            SocketError.AddressNotAvailable => " This machine doesn't have this address.",
            _ => "",
        };
        return new SocketException((int)exception.SocketErrorCode, $"{what} can't be served at {endPoint}: {exception.Message}.{advice}");
    }

    public void Dispose()
    {
        Datagram.Dispose();
        Stream.Dispose();
    }

    private static Socket New(IPEndPoint endPoint, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(endPoint.AddressFamily, type, protocol);
        if (endPoint.Address.Equals(IPAddress.IPv6Any))
            socket.DualMode = true;
        if (type is SocketType.Dgram && (endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any)))
            AskedAddress.AskFor(socket);
        return socket;
    }
}
