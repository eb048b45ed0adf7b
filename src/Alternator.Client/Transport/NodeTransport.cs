using System.Net.Security;

namespace Alternator.Client;

/// <summary>
/// The connections to all nodes of one cluster: requests, discovery and probes share them.
/// </summary>
internal sealed class NodeTransport : IDisposable
{
    private readonly HttpMessageHandler _handler;

    public NodeTransport(TlsOptions tls, ConnectionOptions? connections = null, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(tls);
        _handler = handler ?? Build(tls.Copy(), connections?.Copy() ?? new ConnectionOptions());
        Invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
    }

    /// <summary>Sends a message to the node that its address names.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <summary>The handler below <see cref="Invoker"/>, for the SDK's own HTTP client.</summary>
    public HttpMessageHandler Handler => _handler;

    public void Dispose() => _handler.Dispose();

    private static SocketsHttpHandler Build(TlsOptions tls, ConnectionOptions connections)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = connections.ConnectTimeout,
            PooledConnectionIdleTimeout = connections.IdleTimeout,
            MaxConnectionsPerServer = connections.MaxConnectionsPerNode,
        };
#pragma warning disable CA5359 // asked for by name, off by default
        if (tls.DangerousAcceptAnyServerCertificate)
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true };
#pragma warning restore CA5359
        return handler;
    }
}
