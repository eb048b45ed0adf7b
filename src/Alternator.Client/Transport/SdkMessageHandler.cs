namespace Alternator.Client;

/// <summary>
/// The last hand on a message of the SDK's chain. The SDK writes its User-Agent after signing and doesn't sign it, so it is
/// replaced here. Compressed answers are unpacked, since the SDK expects that of its transport.
/// </summary>
internal sealed class SdkMessageHandler(HttpMessageHandler transport, AlternatorClientConfig config) : DelegatingHandler(transport)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Prepare(request);
        return Unpacked(await base.SendAsync(request, cancellationToken).ConfigureAwait(false));
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Prepare(request);
        return Unpacked(base.Send(request, cancellationToken));
    }

    private void Prepare(HttpRequestMessage request)
    {
        // Untrimmed requests keep what the SDK calls itself, unless somebody has named it otherwise.
        if (!config.Wire.TrimHeaders && config.Wire.UserAgent == WireOptions.DefaultUserAgent)
            return;
        request.Headers.Remove("User-Agent");
        request.Headers.Remove("x-amz-user-agent");
        if (config.Wire.UserAgent is { } userAgent)
            request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
    }

    private HttpResponseMessage Unpacked(HttpResponseMessage response)
    {
        // Unparsed, since a parameter behind the coding (gzip;x=1) is no token to the parser.
        if (response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var codings) && codings.Count == 1)
        {
            if (ResponseDecompression.Decoder(codings.First(), config.Compression.AcceptResponses) is { } decoder)
            {
                HttpContent packed = response.Content;
                // In memory already: the transport reads whole answers.
                using var copy = new MemoryStream();
                packed.ReadAsStream().CopyTo(copy);
                response.Content = new ByteArrayContent(ResponseDecompression.Unpack(copy.ToArray(), decoder, config.Nodes.Connections.MaxResponseBytes));
                foreach (var header in packed.Headers)
                {
                    if (header.Key is not ("Content-Length" or "Content-Encoding"))
                        response.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
                }
            }
        }
        return response;
    }
}
