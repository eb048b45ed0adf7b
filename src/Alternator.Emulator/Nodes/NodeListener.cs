using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Alternator.Emulator.Nodes;

/// <summary>
/// The listening socket of one node and the connections that it accepted. <see cref="Open"/> binds, <see cref="CloseAsync"/>
/// refuses from then on and resets what is open, and it can be opened again. Between accept and HTTP stands the node's
/// own rule for new connections (admit, hold or swallow), which is how a paused or black-holed node behaves
/// before any byte of HTTP or TLS was exchanged.
/// </summary>
internal sealed partial class NodeListener(
    IPEndPoint endPoint,
    bool secure,
    EmulatorNode? node,
    ConnectionInlet inlet,
    SocketConnectionContextFactory transport,
    ILogger logger)
{
    private readonly ConcurrentDictionary<NodeConnection, byte> _connections = new();
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Where it listens; the port is known after the first <see cref="Open"/>.</summary>
    public IPEndPoint EndPoint { get; private set; } = endPoint;

    public bool IsOpen => _socket is not null;

    public int ConnectionCount => _connections.Count;

    public bool IsAnswering => _connections.Keys.Any(connection => connection.IsInUse);

    /// <exception cref="SocketException">The address is taken or does not exist on this machine.</exception>
    public void Open()
    {
        if (_socket is not null) return;
        var socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(EndPoint);
            socket.Listen(512);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _socket = socket;
        _accepting = AcceptAsync(socket);
    }

    /// <summary>Stops listening; with <paramref name="reset"/> open connections are reset, else they go on.</summary>
    public async Task CloseAsync(bool reset = true)
    {
        Socket? socket = Interlocked.Exchange(ref _socket, null);
        socket?.Dispose();
        await _accepting.ConfigureAwait(false);
        if (reset) ResetConnections();
    }

    public void ResetConnections()
    {
        foreach (NodeConnection connection in _connections.Keys) connection.Reset();
    }

    private async Task AcceptAsync(Socket socket)
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await socket.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is ObjectDisposedException || (e is SocketException && _socket != socket))
            {
                return;
            }
            catch (SocketException e)
            {
                // The peer left before it was accepted, or descriptors ran out; the next accept may do.
                LogAcceptFailed(logger, EndPoint, e);
                await Task.Delay(10).ConfigureAwait(false);
                continue;
            }

            Admit(accepted);
        }
    }

    private void Admit(Socket accepted)
    {
        try
        {
            accepted.NoDelay = true;
            var connection = new NodeConnection(node, accepted, secure);
            _connections.TryAdd(connection, 0);
            if (_socket is null)
            {
                connection.Reset();
                _connections.TryRemove(connection, out _);
                return;
            }

            Task? held = node?.HoldNewConnection(connection);
            if (held is null) Offer(connection);
            else _ = OfferWhenReleasedAsync(connection, held);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            accepted.Dispose();
        }
    }

    private async Task OfferWhenReleasedAsync(NodeConnection connection, Task held)
    {
        try
        {
            await held.ConfigureAwait(false);
            Offer(connection);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            connection.Reset();
            _connections.TryRemove(connection, out _);
        }
    }

    private void Offer(NodeConnection connection)
    {
        ConnectionContext context = transport.Create(connection.Socket);
        context.Features.Set(connection);
        context.ConnectionClosed.UnsafeRegister(_ => _connections.TryRemove(connection, out byte _), null);
        if (inlet.Offer(context)) return;
        connection.Reset();
        _connections.TryRemove(connection, out _);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{EndPoint} could not accept a connection.")]
    private static partial void LogAcceptFailed(ILogger logger, IPEndPoint endPoint, Exception e);
}
