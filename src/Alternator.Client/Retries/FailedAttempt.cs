namespace Alternator.Client;

/// <summary>An attempt of a request that could not be done.</summary>
/// <param name="Node">The node that it went to.</param>
/// <param name="Exception">What came of it: the node's error, a broken or refused connection, or a <see cref="TimeoutException"/>.</param>
public sealed record FailedAttempt(AlternatorNode Node, Exception Exception);
