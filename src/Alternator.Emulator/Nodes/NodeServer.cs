using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Alternator.Emulator.Protocol;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Alternator.Emulator.Nodes;

/// <summary>The one Kestrel server behind all nodes, without hosting: inlets for plain and secure connections, and the listeners that feed them.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    private readonly InletFactory _inlets = new();
    private readonly ConnectionInlet _plain;
    private readonly ConnectionInlet? _secure;
    private readonly SocketConnectionContextFactory _transport;
    private readonly KestrelServer _kestrel;
    private readonly NodeApplication _application;
    private readonly ILogger _logger;
    private bool _started;

    public NodeServer(NodeApplication application, X509Certificate2? certificate, ILoggerFactory loggers)
    {
        _application = application;
        _logger = loggers.CreateLogger("Alternator.Emulator.Nodes");
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        KestrelServerLimits limits = options.Limits;
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;

        // Alternator has no idle timeout. Kestrel's infinite one overflows when it is added to a nanosecond clock.
        limits.KeepAliveTimeout = TimeSpan.FromDays(365);
        limits.MaxRequestHeaderCount = 1000;
        limits.MaxRequestHeadersTotalSize = 128 * 1024;
        limits.MaxRequestLineSize = 16 * 1024;
        options.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;

        var plain = new InletEndPoint("nodes-http");
        _plain = _inlets.Add(plain);
        options.Listen(plain, listen => listen.Protocols = HttpProtocols.Http1);
        if (certificate is not null)
        {
            var secure = new InletEndPoint("nodes-https");
            _secure = _inlets.Add(secure);
            options.Listen(secure, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => new TlsConnections(certificate, _logger).Wrap(next));
            });
        }

        _transport = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions { UnsafePreferInlineScheduling = true },
            loggers.CreateLogger("Alternator.Emulator.Connections"));
        _kestrel = new KestrelServer(Options.Create(options), _inlets, loggers);
    }

    /// <summary>The control endpoint's listener; null when it is switched off.</summary>
    public NodeListener? Control { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _started = true;
        return _kestrel.StartAsync(_application, cancellationToken);
    }

    public NodeListener NewListener(IPEndPoint endPoint, bool secure, EmulatorNode? node) =>
        new(endPoint, secure, node, secure ? _secure! : _plain, _transport, _logger);

    public void OpenControl(int port)
    {
        NodeListener control = NewListener(new IPEndPoint(IPAddress.Loopback, port), secure: false, node: null);
        try
        {
            control.Open();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new Microsoft.AspNetCore.Connections.AddressInUseException(
                $"The control endpoint's port {port} is taken by another program. Stop it, or choose another port (--control-port, EmulatorOptions.ControlPort); port 0 takes a free one.", e);
        }

        Control = control;
    }

    public async ValueTask DisposeAsync()
    {
        if (Control is not null) await Control.CloseAsync(reset: true).ConfigureAwait(false);
        if (_started)
        {
            using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await _kestrel.StopAsync(now.Token).ConfigureAwait(false);
        }

        _kestrel.Dispose();
        _transport.Dispose();
    }
}
