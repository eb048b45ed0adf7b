using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Alternator.Client;

/// <summary>Makes the SDK's response or exception of what a connection has received.</summary>
internal sealed class AnswerReader(AlternatorClientConfig config)
{
    private readonly NameCache _names = new();
    private readonly JsonReaderOptions _options = new() { MaxDepth = config.JsonMaxDepth };
    private readonly int _maxBody = config.Nodes.Connections.MaxResponseBytes;

    /// <exception cref="AmazonServiceException">The node answered with an error.</exception>
    /// <exception cref="AttemptException">The answer was damaged on its way.</exception>
    public TResponse Read<TResponse>(WireOperation<TResponse> operation, NodeConnection connection)
        where TResponse : AmazonWebServiceResponse
    {
        HttpHead head = connection.Head;
        ReadOnlySpan<byte> body = connection.Body;
        if (head.HasContentEncoding && ResponseDecompression.Decoder(Encoding.Latin1.GetString(connection.HeadBytes[head.ContentEncoding]), config.Compression.AcceptResponses) is { } decoder)
            return ReadBody(operation, connection, ResponseDecompression.Unpack(body.ToArray(), decoder, _maxBody), -1);
        if (head.HasCrc32 && !head.HasContentEncoding && head.ContentLength > 0 && Crc32.Of(body) != head.Crc32)
            throw new AttemptException("The checksum of the node's answer (x-amz-crc32) doesn't match.", maybeExecuted: true, nodeAnswered: true);
        return ReadBody(operation, connection, body, head.ContentLength);
    }

    private TResponse ReadBody<TResponse>(WireOperation<TResponse> operation, NodeConnection connection, ReadOnlySpan<byte> body, long contentLength)
        where TResponse : AmazonWebServiceResponse
    {
        HttpHead head = connection.Head;
        if (head.Status is < 200 or > 299)
            throw ErrorOf(operation.Unmarshaller, connection, body);
        if (operation.Read is not { } read)
            return (TResponse)ReadAsSdk(operation.Unmarshaller, connection, body);
        TResponse response;
        try
        {
            var reader = new Utf8JsonReader(body, _options);
            response = read(ref reader, _names);
        }
        // Not read as usual: the SDK's own reader says what it is, a response or an exception.
        catch (Exception exception) when (exception is UnusualJsonException or JsonException or InvalidOperationException or FormatException)
        {
            return (TResponse)ReadAsSdk(operation.Unmarshaller, connection, body);
        }
        response.HttpStatusCode = (HttpStatusCode)head.Status;
        response.ContentLength = contentLength;
        // Alternator sends no request id; the SDK then has an empty one.
        response.ResponseMetadata = new ResponseMetadata { RequestId = head.HasRequestId ? Encoding.Latin1.GetString(connection.HeadBytes[head.RequestId]) : "" };
        return response;
    }

    private static AmazonWebServiceResponse ReadAsSdk(JsonResponseUnmarshaller unmarshaller, NodeConnection connection, ReadOnlySpan<byte> body)
    {
        var data = new AnswerData(connection, body.ToArray());
        using var context = (JsonUnmarshallerContext)unmarshaller.CreateContext(data, readEntireResponse: false, data.ResponseBody.OpenResponse(), new Amazon.Runtime.Internal.Util.RequestMetrics(), isException: false);
        return unmarshaller.UnmarshallResponse(context);
    }

    private static AmazonServiceException ErrorOf(JsonResponseUnmarshaller unmarshaller, NodeConnection connection, ReadOnlySpan<byte> body)
    {
        var data = new AnswerData(connection, body.ToArray());
        using UnmarshallerContext context = unmarshaller.CreateContext(data, readEntireResponse: true, data.ResponseBody.OpenResponse(), new Amazon.Runtime.Internal.Util.RequestMetrics(), isException: true);
        try
        {
            return unmarshaller.UnmarshallException(context, new HttpErrorResponseException(data), data.StatusCode);
        }
        catch (Exception exception) when (exception is not (AmazonServiceException or AmazonClientException))
        {
            return new AmazonUnmarshallingException(data.GetHeaderValue("x-amzn-RequestId"), null, context.ResponseBody, exception, data.StatusCode);
        }
    }
}
