using System.Collections.Concurrent;
using System.Net;

namespace Alternator.Client;

/// <summary>
/// The connections to all nodes of one cluster: requests, discovery and probes share them. Requests of the fast path take a
/// connection and write bytes; everything else sends messages through <see cref="Invoker"/> over the same connections.
/// <para>HTTP/1.1 without proxies, cookies and redirects, because that is what Alternator speaks and how it is reached.</para>
/// </summary>
internal sealed class NodeTransport : IDisposable
{
    private readonly ConcurrentDictionary<AlternatorNode, NodeConnections> _byNode = new();
    private readonly ConcurrentDictionary<string, NodeConnections> _byEndpoint = new(StringComparer.Ordinal);
    private readonly NodeConnector _connector;
    private readonly ConnectionOptions _connections;
    private readonly Timer? _sweep;
    private volatile bool _disposed;

    public NodeTransport(TlsOptions tls, ConnectionOptions? connections = null, HttpMessageHandler? handler = null, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        ArgumentNullException.ThrowIfNull(tls);
        _connections = connections?.Copy() ?? new ConnectionOptions();
        _connector = new NodeConnector(tls.Copy(), _connections.ConnectTimeout, resolve);
        Handler = handler ?? new NodeMessageHandler(this);
        IsReplaced = handler is not null;
        Invoker = new HttpMessageInvoker(Handler, disposeHandler: false);
        if (_connections.IdleTimeout > TimeSpan.Zero && _connections.IdleTimeout != Timeout.InfiniteTimeSpan)
        {
            TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(_connections.IdleTimeout.TotalMilliseconds / 2, 1000, 60_000));
            using (AmbientState.Suppress())
                _sweep = new Timer(static transport => Sweep((WeakReference<NodeTransport>)transport!), new WeakReference<NodeTransport>(this), period, period);
        }
    }

    /// <summary>Sends a message to the node that its address names.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <summary>The handler below <see cref="Invoker"/>, for the SDK's own HTTP client.</summary>
    public HttpMessageHandler Handler { get; }

    /// <summary>Whether a test has put its own handler in place of the connections.</summary>
    public bool IsReplaced { get; }

    public NodeConnections ConnectionsTo(AlternatorNode node) =>
        _byNode.TryGetValue(node, out NodeConnections? connections) ? connections : _byNode.GetOrAdd(node, ConnectionsTo(node.RequestUri));

    public NodeConnections ConnectionsTo(Uri uri)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        string endpoint = uri.GetLeftPart(UriPartial.Authority);
        if (_byEndpoint.TryGetValue(endpoint, out NodeConnections? connections))
            return connections;
        connections = _byEndpoint.GetOrAdd(endpoint, new NodeConnections(new Uri(endpoint), _connector, _connections));
        if (_disposed)
            connections.Dispose();
        return connections;
    }

    /// <summary>
    /// Closes the idle connections to a node that is down. Whatever has become of it, a host that has gone without a word or a name that has another
    /// address by now, the next probe makes a new connection; it would otherwise try the old ones, one probe each.
    /// </summary>
    public void WentDown(AlternatorNode node)
    {
        if (_byEndpoint.TryGetValue(node.CanonicalEndpoint, out NodeConnections? connections))
            connections.CloseIdle();
    }

    public void Dispose()
    {
        _disposed = true;
        _sweep?.Dispose();
        foreach (NodeConnections connections in _byEndpoint.Values)
            connections.Dispose();
        if (IsReplaced)
            Handler.Dispose();
    }

    private static void Sweep(WeakReference<NodeTransport> reference)
    {
        if (!reference.TryGetTarget(out NodeTransport? transport))
            return;
        long before = Environment.TickCount64 - (long)transport._connections.IdleTimeout.TotalMilliseconds;
        foreach (NodeConnections connections in transport._byEndpoint.Values)
            connections.CloseIdle(before);
    }
}
