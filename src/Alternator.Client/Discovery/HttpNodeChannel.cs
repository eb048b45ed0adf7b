using System.Net;

namespace Alternator.Client;

/// <summary>Asks nodes over the connections that requests use too: same pool, same TLS, same proxy settings.</summary>
internal sealed class HttpNodeChannel(HttpMessageInvoker invoker, IdentityRequest identity) : INodeChannel
{
    public async Task<LocalNodesAnswer> GetLocalNodesAsync(Uri endpoint, string query, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint, "/localnodes" + query));
        using HttpResponseMessage response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"/localnodes answered {(int)response.StatusCode} {response.ReasonPhrase}.", null, response.StatusCode);
        }
        return LocalNodesAnswer.Parse(await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false));
    }

    public async Task<NodeIdentity?> GetIdentityAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = await identity.CreateAsync(endpoint).ConfigureAwait(false);
        using HttpResponseMessage response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        byte[] body = await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.OK ? NodeIdentity.TryParse(body) : null;
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using Stream body = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var buffer = new MemoryStream();
        byte[] chunk = new byte[4096];
        int read;
        while ((read = await body.ReadAsync(chunk, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (buffer.Length + read > LocalNodesAnswer.MaxBytes)
            {
                throw new FormatException($"A node answered more than {LocalNodesAnswer.MaxBytes} bytes.");
            }
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }
}
