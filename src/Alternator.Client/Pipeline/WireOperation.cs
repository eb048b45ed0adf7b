using System.Text;
using System.Text.Json;
using Amazon.Runtime.Internal.Transform;

namespace Alternator.Client;

/// <summary>Reads the answer to an operation; the reader stands before its first token.</summary>
internal delegate TResponse ResponseReader<TResponse>(ref Utf8JsonReader reader, NameCache names);

/// <summary>An operation as it goes over the wire: its target, and what reads its answer.</summary>
/// <param name="target">The X-Amz-Target header.</param>
/// <param name="unmarshaller">The SDK's reader: for errors, for answers of an unusual form, and for all where there is no other.</param>
/// <param name="read">A quicker reader for answers of the usual form.</param>
internal class WireOperation<TResponse>(string target, JsonResponseUnmarshaller unmarshaller, ResponseReader<TResponse>? read = null)
{
    public byte[] Target { get; } = Encoding.ASCII.GetBytes(target);

    public JsonResponseUnmarshaller Unmarshaller { get; } = unmarshaller;

    public ResponseReader<TResponse>? Read { get; } = read;
}
