using System.Text.Json;
using Amazon.Runtime.Internal.Transform;

namespace Alternator.Client;

/// <summary>An operation on items: one whose requests and answers this client writes and reads itself.</summary>
internal sealed class ItemOperation<TRequest, TResponse>(string name, Action<Utf8JsonWriter, TRequest> write, ResponseReader<TResponse> read, JsonResponseUnmarshaller unmarshaller)
    : WireOperation<TResponse>("DynamoDB_20120810." + name, unmarshaller, read)
{
    public Action<Utf8JsonWriter, TRequest> Write { get; } = write;
}
