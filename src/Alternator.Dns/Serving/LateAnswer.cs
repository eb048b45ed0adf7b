using System.Net;
using System.Net.Sockets;

namespace Alternator.Dns.Serving;

/// <summary>The way back to one client, for an answer that comes when the batch of its query is gone.</summary>
internal abstract class LateAnswer
{
    /// <exception cref="SocketException">It can't be sent.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public abstract void Send(ReadOnlySpan<byte> response);
}

/// <summary>Through a socket that has only one address to send from.</summary>
internal sealed class SocketLateAnswer : LateAnswer
{
    private readonly Socket _socket;
    private readonly SocketAddress _source;

    public SocketLateAnswer(Socket socket, ReadOnlySpan<byte> source)
    {
        _socket = socket;
        _source = new SocketAddress(socket.AddressFamily, source.Length);
        source.CopyTo(_source.Buffer.Span);
    }

    public override void Send(ReadOnlySpan<byte> response) => _socket.SendTo(response, SocketFlags.None, _source);
}
