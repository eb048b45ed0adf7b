using Amazon.Runtime.Internal;

namespace Alternator.Client;

/// <summary>The body that the SDK's marshaller has written.</summary>
internal static class MarshalledBody
{
    public static byte[] Of(IRequest request)
    {
        if (request.Content is { } content)
            return content;
        if (request.ContentStream is not { } stream)
            return [];
        if (stream.CanSeek)
            stream.Position = 0;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
