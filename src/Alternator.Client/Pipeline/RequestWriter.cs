using System.Buffers.Text;
using System.Text;

namespace Alternator.Client;

/// <summary>Writes a request as bytes: the headers that Alternator reads, the signature for the node's host, the body.</summary>
internal sealed class RequestWriter
{
    private readonly byte[] _constantHeaders;
    private readonly RequestSigner _signer;
    private readonly TimeProvider _clock;

    public RequestWriter(AlternatorClientConfig config)
    {
        _clock = config.TimeProvider;
        _signer = new RequestSigner(config.AuthenticationRegion ?? AlternatorClientConfig.DefaultRegion, config.AuthenticationServiceName);
        var headers = new StringBuilder("Content-Type: application/x-amz-json-1.0\r\n");
        if (config.Wire.UserAgent is { Length: > 0 } userAgent)
            headers.Append("User-Agent: ").Append(userAgent).Append("\r\n");
        if (config.Compression.AcceptHeader is { } accept)
            headers.Append("Accept-Encoding: ").Append(accept).Append("\r\n");
        _constantHeaders = Encoding.ASCII.GetBytes(headers.ToString());
    }

    public void Write(NodeConnection connection, ReadOnlySpan<byte> host, ReadOnlySpan<byte> target, ReadOnlySpan<byte> body, bool gzip, SigningCredentials? credentials)
    {
        ByteBuffer to = connection.Outgoing;
        to.Append("POST / HTTP/1.1\r\nHost: "u8);
        to.Append(host);
        to.Append("\r\nX-Amz-Target: "u8);
        to.Append(target);
        to.Append("\r\nContent-Length: "u8);
        Utf8Formatter.TryFormat(body.Length, to.GetSpan(11), out int digits);
        to.Advance(digits);
        to.Append("\r\n"u8);
        to.Append(_constantHeaders);
        if (gzip)
            to.Append("Content-Encoding: gzip\r\n"u8);
        if (credentials is not null)
            _signer.AppendHeaders(to, connection.Hashes, credentials, _clock.GetUtcNow(), host, target, body);
        to.Append("\r\n"u8);
        to.Append(body);
    }
}
