namespace Alternator.Dns.Serving;

/// <summary>How long a TCP connection may wait for its client.</summary>
/// <param name="Idle">For the next query.</param>
/// <param name="Message">For the whole of a query once its first byte is there, and for the client to take an answer.</param>
internal sealed record TcpTimeouts(TimeSpan Idle, TimeSpan Message);
