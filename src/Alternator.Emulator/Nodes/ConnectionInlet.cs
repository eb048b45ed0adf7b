using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Alternator.Emulator.Nodes;

/// <summary>
/// Where accepted connections enter Kestrel. Every node owns its listening sockets, so that stopping a node really closes
/// them; what they accept is pushed in here and Kestrel pulls it out as if it had listened itself. One inlet serves all
/// nodes, so nodes can join and leave while the server runs.
/// </summary>
internal sealed class ConnectionInlet : IConnectionListener
{
    private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    public ConnectionInlet(InletEndPoint endPoint) => EndPoint = endPoint;

    public EndPoint EndPoint { get; }

    /// <summary>Hands a connection to Kestrel; false when the server is no longer accepting.</summary>
    public bool Offer(ConnectionContext connection) => _connections.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _connections.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_connections.Reader.TryRead(out ConnectionContext? connection)) return connection;
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _connections.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}

/// <summary>The name under which Kestrel binds an inlet; it stands for no address.</summary>
internal sealed class InletEndPoint(string name) : EndPoint
{
    public override string ToString() => name;
}

/// <summary>Gives Kestrel the inlet that belongs to an <see cref="InletEndPoint"/>.</summary>
internal sealed class InletFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly Dictionary<EndPoint, ConnectionInlet> _inlets = [];

    public ConnectionInlet Add(InletEndPoint endPoint)
    {
        var inlet = new ConnectionInlet(endPoint);
        _inlets.Add(endPoint, inlet);
        return inlet;
    }

    public bool CanBind(EndPoint endpoint) => endpoint is InletEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(_inlets[endpoint]);
}
