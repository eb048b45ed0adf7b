using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Alternator.Client;

/// <summary>
/// Makes a connection to a node: TCP, then TLS for https. A name is resolved anew for every connection. The certificate is verified
/// against the system's roots, or against those of <see cref="TlsOptions.CaFile"/> alone, for <see cref="TlsOptions.ServerName"/>
/// or the contacted host.
/// </summary>
internal sealed class NodeConnector(TlsOptions tls, TimeSpan timeout)
{
    private readonly CertificateFiles _files = new(tls);

    /// <summary>Connects.</summary>
    /// <exception cref="HttpRequestException">It failed or took too long: nothing of a request has been sent.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<(Socket Socket, Stream Stream)> ConnectAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            string host = endpoint.DnsSafeHost;
            EndPoint address = IPAddress.TryParse(host, out IPAddress? ip) ? new IPEndPoint(ip, endpoint.Port) : new DnsEndPoint(host, endpoint.Port);
            await socket.ConnectAsync(address, limit.Token).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (endpoint.Scheme == Uri.UriSchemeHttps)
            {
                var secure = new SslStream(stream, leaveInnerStreamOpen: false);
                stream = secure;
                await secure.AuthenticateAsClientAsync(OptionsFor(host), limit.Token).ConfigureAwait(false);
            }
            return (socket, stream);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw exception switch
            {
                OperationCanceledException => new HttpRequestException(HttpRequestError.ConnectionError, $"No connection to {endpoint.Authority} within {timeout.TotalMilliseconds:0} ms.", exception),
                SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
                    new HttpRequestException(HttpRequestError.NameResolutionError, $"The name {endpoint.DnsSafeHost} isn't known. {exception.Message}", exception),
                SocketException => new HttpRequestException(HttpRequestError.ConnectionError, $"No connection to {endpoint.Authority}. {exception.Message}", exception),
                _ => new HttpRequestException(HttpRequestError.SecureConnectionError, $"No TLS connection to {endpoint.Authority}. {exception.Message}", exception),
            };
        }
    }

    private SslClientAuthenticationOptions OptionsFor(string host)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = tls.ServerName ?? host,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (_files.Client is { } client)
        {
            options.ClientCertificateContext = client;
            options.LocalCertificateSelectionCallback = null;
        }
        if (tls.DangerousAcceptAnyServerCertificate)
        {
#pragma warning disable CA5359 // asked for by name, off by default
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (_files.Roots is { } roots)
        {
            // Only these roots; intermediates that the node sends are used, as with the system's roots.
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }
        return options;
    }
}
