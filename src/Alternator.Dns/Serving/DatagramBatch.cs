using System.Net;
using System.Net.Sockets;

namespace Alternator.Dns.Serving;

/// <summary>
/// Datagrams that were received together, with the room for their responses, in buffers that are kept. One thread uses it.
/// <para>
/// On Linux <see cref="LinuxDatagramBatch"/> takes all datagrams that wait, up to a number, with one system call and sends their responses with another;
/// elsewhere, or where the kernel is forbidden to do that, <see cref="SingleDatagram"/> takes one after another.
/// </para>
/// </summary>
internal abstract class DatagramBatch
{
    /// <param name="socket">A bound socket, not closed by the batch.</param>
    /// <param name="querySize">Bytes of a datagram that are received; the rest of a longer one is lost.</param>
    /// <param name="responseSize">Room for each response.</param>
    /// <param name="socketAt">Gives a socket that sends from an address of this machine, for a socket that is bound to all of them; Linux needs none.</param>
    public static DatagramBatch For(Socket socket, int querySize, int responseSize, Func<IPAddress, Socket> socketAt) =>
        LinuxDatagramBatch.IsSupported(socket) ? new LinuxDatagramBatch(socket, querySize, responseSize) : new SingleDatagram(socket, querySize, responseSize, socketAt);

    /// <summary>Waits until there is a datagram and returns how many were received: none if the wait ended for no reason that matters.</summary>
    /// <exception cref="SocketException">Nothing could be received.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public abstract int Receive();

    /// <summary>One of the datagrams that were just received.</summary>
    public abstract ReadOnlySpan<byte> Query(int index);

    /// <summary>Where that one came from: a <c>sockaddr_in</c> or <c>sockaddr_in6</c>.</summary>
    public abstract ReadOnlySpan<byte> Source(int index);

    /// <summary>Where the response to it is to be written.</summary>
    public abstract Span<byte> Response(int index);

    /// <summary>Has the first <paramref name="length"/> bytes of <see cref="Response"/> sent with the next <see cref="Send"/>.</summary>
    public abstract void Answer(int index, int length);

    /// <summary>The way back to where that one came from, for an answer that comes later.</summary>
    public abstract LateAnswer Later(int index);

    /// <summary>Sends what was answered. Each answer leaves from the address that was asked. What can't be sent is left out: an unreachable source or a full buffer concerns that answer only.</summary>
    /// <returns>Why the last one that was left out could not be sent, or null.</returns>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public abstract string? Send();
}
