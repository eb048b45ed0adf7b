using System.Net;
using System.Net.Sockets;

namespace Alternator.Emulator.Nodes;

/// <summary>
/// One accepted TCP connection and the node it belongs to; null for the control endpoint. Travels as a connection feature,
/// so a request finds its node by asking for this type.
/// </summary>
internal sealed class NodeConnection(EmulatorNode? node, Socket socket, bool secure)
{
    private int _closed;

    public EmulatorNode? Node { get; } = node;

    public Socket Socket { get; } = socket;

    /// <summary>
    /// A request is being served on it, or its last answer is on its way out. A node that leaves waits for that; not for a request that a fault holds,
    /// which may never end.
    /// </summary>
    public bool IsInUse { get; set; }

    /// <summary>TLS stands between the socket and HTTP.</summary>
    public bool Secure { get; } = secure;

    public IPEndPoint? Remote { get; } = socket.RemoteEndPoint as IPEndPoint;

    /// <summary>Closes with a reset: the peer sees "connection reset by peer", not an orderly end.</summary>
    public void Reset()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        try
        {
            Socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was faster; there is nothing left to reset.
        }

        Socket.Dispose();
    }
}
