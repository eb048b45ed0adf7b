using System.Net;
using Amazon.Runtime.EventStreams;
using Amazon.Runtime.Internal.Transform;

namespace Alternator.Client;

/// <summary>A received answer as the SDK's unmarshallers want to see it. Made only where they are used.</summary>
internal sealed class AnswerData : IWebResponseData, IHttpResponseBody
{
    private readonly List<KeyValuePair<string, string>> _headers;
    private readonly byte[] _body;

    public AnswerData(NodeConnection connection, byte[] body)
    {
        _headers = HttpHead.Fields(connection.HeadBytes);
        _body = body;
        StatusCode = (HttpStatusCode)connection.Head.Status;
        ContentLength = connection.Head.ContentLength;
    }

    public long ContentLength { get; }

    public HttpStatusCode StatusCode { get; }

    public string ContentType => GetHeaderValue("Content-Type");

    public bool IsSuccessStatusCode => (int)StatusCode is >= 200 and <= 299;

    public IHttpResponseBody ResponseBody => this;

    public string[] GetHeaderNames() => [.. _headers.Select(header => header.Key)];

    public bool IsHeaderPresent(string headerName) => _headers.Exists(header => header.Key.Equals(headerName, StringComparison.OrdinalIgnoreCase));

    // Empty when absent, as the SDK's own transport has it.
    public string GetHeaderValue(string headerName) => _headers.Find(header => header.Key.Equals(headerName, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    public IEventStreamHeader GetEventStreamHeader(string headerName) => throw new NotSupportedException();

    public bool IsEventHeaderPresent(string headerName) => false;

    public Stream OpenResponse() => new MemoryStream(_body, writable: false);

    public Task<Stream> OpenResponseAsync() => Task.FromResult(OpenResponse());

    public void Dispose()
    {
    }
}
