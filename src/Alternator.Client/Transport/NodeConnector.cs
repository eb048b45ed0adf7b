using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Alternator.Client;

/// <summary>
/// Makes a connection to a node: TCP, then TLS for https. A name is resolved anew for every connection; where it has several addresses, they are
/// tried one after another, each for its share of the time that is left. The certificate is verified
/// against the system's roots, or against those of <see cref="TlsOptions.CaFile"/> alone, for <see cref="TlsOptions.ServerName"/>
/// or the contacted host.
/// </summary>
/// <param name="tls">How certificates are verified.</param>
/// <param name="timeout">How long making a connection may take.</param>
/// <param name="resolve">The addresses of a name; the system's by default.</param>
internal sealed class NodeConnector(TlsOptions tls, TimeSpan timeout, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private readonly CertificateFiles _files = new(tls);
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>Connects.</summary>
    /// <exception cref="HttpRequestException">It failed or took too long: nothing of a request has been sent.</exception>
    /// <exception cref="NotSentException">It was cancelled.</exception>
    public async Task<(Socket Socket, Stream Stream)> ConnectAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        Socket? socket = null;
        Stream? stream = null;
        try
        {
            string host = endpoint.DnsSafeHost;
            IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? ip) ? [ip] : await _resolve(host, limit.Token).ConfigureAwait(false);
            socket = await ConnectAsync(addresses, endpoint.Port, limit.Token).ConfigureAwait(false);
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
            socket?.Dispose();
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
                throw new NotSentException(exception, cancellationToken);
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

    private async Task<Socket> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        long begun = Environment.TickCount64;
        for (int i = 0; i < addresses.Length; i++)
        {
            int left = addresses.Length - i;
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (left > 1)
                share.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(1, (timeout.TotalMilliseconds - (Environment.TickCount64 - begun)) / left)));
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses[i], port, share.Token).ConfigureAwait(false);
                return socket;
            }
            catch (Exception exception)
            {
                socket.Dispose();
                if (left == 1 || cancellationToken.IsCancellationRequested || exception is not (SocketException or OperationCanceledException))
                    throw;
            }
        }
        throw new SocketException((int)SocketError.HostNotFound);
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
