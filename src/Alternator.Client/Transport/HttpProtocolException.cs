namespace Alternator.Client;

/// <summary>What came over the connection isn't a usable HTTP/1.1 answer.</summary>
internal sealed class HttpProtocolException(string message) : IOException(message);
