using System.Globalization;
using System.Net;
using System.Text;

namespace Alternator.Client;

/// <summary>Sends messages of System.Net.Http over the nodes' connections: for discovery, probes and the SDK's chain.</summary>
internal sealed class NodeMessageHandler(NodeTransport transport) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri uri = request.RequestUri ?? throw new InvalidOperationException("The message has no address.");
        byte[] body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false) : [];
        NodeConnections connections = transport.ConnectionsTo(uri);
        try
        {
            return await connections.ExchangeAsync<Exchange, HttpResponseMessage>(new Exchange(request, uri, connections, body), cancellationToken).ConfigureAwait(false);
        }
        catch (AttemptException exception)
        {
            throw new HttpRequestException(exception.NodeAnswered ? HttpRequestError.ResponseEnded : HttpRequestError.Unknown, exception.Message, exception);
        }
    }

    // Only the SDK's synchronous document model comes here.
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    private static void Write(ByteBuffer to, HttpRequestMessage request, Uri uri, NodeConnections connections, byte[] body)
    {
        var head = new StringBuilder(256);
        head.Append(request.Method.Method).Append(' ').Append(uri.PathAndQuery).Append(" HTTP/1.1\r\n");
        head.Append("Host: ").Append(request.Headers.Host ?? Encoding.ASCII.GetString(connections.HostHeader)).Append("\r\n");
        foreach (var header in request.Headers.NonValidated)
        {
            if (!header.Key.Equals("Host", StringComparison.OrdinalIgnoreCase))
                Append(head, header.Key, header.Value.ToString());
        }
        if (request.Content is { } content)
        {
            foreach (var header in content.Headers.NonValidated)
            {
                if (!header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                    Append(head, header.Key, header.Value.ToString());
            }
            Append(head, "Content-Length", body.Length.ToString(CultureInfo.InvariantCulture));
        }
        head.Append("\r\n");
        to.Append(Encoding.Latin1.GetBytes(head.ToString()));
        to.Append(body);
    }

    private static void Append(StringBuilder head, string name, string value)
    {
        if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            throw new HttpRequestException($"The value of the header {name} has a line break in it.");
        head.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    private static HttpResponseMessage Read(NodeConnection connection, HttpRequestMessage request)
    {
        var response = new HttpResponseMessage((HttpStatusCode)connection.Head.Status)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(connection.Body.ToArray()),
        };
        foreach (var (name, value) in HttpHead.Fields(connection.HeadBytes))
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
                response.Content.Headers.TryAddWithoutValidation(name, value);
        }
        return response;
    }

    private readonly struct Exchange(HttpRequestMessage request, Uri uri, NodeConnections connections, byte[] body) : IExchange<HttpResponseMessage>
    {
        public bool MaySend => true;

        public void Write(NodeConnection connection) => NodeMessageHandler.Write(connection.Outgoing, request, uri, connections, body);

        public HttpResponseMessage Read(NodeConnection connection) => NodeMessageHandler.Read(connection, request);
    }
}
