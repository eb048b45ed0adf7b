using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>How an attempt failed, and what that means for the node and for the next attempt.</summary>
/// <param name="NodeFailed">Whether it counts against the node.</param>
/// <param name="NodeAnswered">Whether it counts for the node: it answered with a status other than 500, 502, 503 and 504.</param>
/// <param name="Retryable">Whether another node may do better.</param>
/// <param name="MaybeExecuted">Whether the node may have executed the request.</param>
internal readonly record struct AttemptFailure(bool NodeFailed, bool NodeAnswered, bool Retryable, bool MaybeExecuted)
{
    /// <summary>An attempt that took too long: it may still be executed.</summary>
    public static AttemptFailure TimedOut { get; } = new(NodeFailed: true, NodeAnswered: false, Retryable: true, MaybeExecuted: true);

    /// <summary>An attempt whose node has been found dead while it waited.</summary>
    public static AttemptFailure NodeDied { get; } = TimedOut with { WasLoad = false };

    /// <summary>Whether the node had, or may have, work by it. When not, going on to another node adds no load to the cluster.</summary>
    public bool WasLoad { get; private init; } = MaybeExecuted || NodeAnswered;

    public static AttemptFailure Of(Exception exception) => exception switch
    {
        AttemptException attempt => new(!attempt.NodeAnswered, attempt.NodeAnswered, Retryable: true, attempt.MaybeExecuted),
        AmazonServiceException { StatusCode: HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout } =>
            new(NodeFailed: false, NodeAnswered: false, Retryable: true, MaybeExecuted: true),
        // Overload is said before anything is executed.
        AmazonServiceException { ErrorCode: "RequestLimitExceeded" or "ThrottlingException" or "ProvisionedThroughputExceededException" } =>
            new(NodeFailed: false, NodeAnswered: true, Retryable: true, MaybeExecuted: false),
        AmazonServiceException => new(NodeFailed: false, NodeAnswered: true, Retryable: false, MaybeExecuted: false),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } =>
            new(NodeFailed: true, NodeAnswered: false, Retryable: true, MaybeExecuted: false),
        HttpRequestException or IOException or SocketException => new(NodeFailed: true, NodeAnswered: false, Retryable: true, MaybeExecuted: true),
        OperationCanceledException when NotSentException.IsIn(exception) => new(NodeFailed: true, NodeAnswered: false, Retryable: true, MaybeExecuted: false),
        OperationCanceledException => TimedOut,
        _ => new(NodeFailed: false, NodeAnswered: false, Retryable: false, MaybeExecuted: true),
    };
}
