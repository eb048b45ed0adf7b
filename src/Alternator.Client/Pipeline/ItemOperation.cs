using System.Text;
using System.Text.Json;
using Amazon.Runtime.Internal.Transform;

namespace Alternator.Client;

/// <summary>Reads the answer to an operation; the reader stands before its first token.</summary>
internal delegate TResponse ResponseReader<TResponse>(ref Utf8JsonReader reader, NameCache names);

/// <summary>An operation that the fast path serves: its name on the wire, how its request is written, how its answer is read, and the
/// SDK's unmarshaller for errors and for answers of an unusual form.</summary>
internal sealed class ItemOperation<TRequest, TResponse>(string name, Action<Utf8JsonWriter, TRequest> write, ResponseReader<TResponse> read, JsonResponseUnmarshaller unmarshaller)
{
    public byte[] Target { get; } = Encoding.ASCII.GetBytes("DynamoDB_20120810." + name);

    public Action<Utf8JsonWriter, TRequest> Write { get; } = write;

    public ResponseReader<TResponse> Read { get; } = read;

    public JsonResponseUnmarshaller Unmarshaller { get; } = unmarshaller;
}
