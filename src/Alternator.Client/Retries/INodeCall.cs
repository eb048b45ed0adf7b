namespace Alternator.Client;

/// <summary>One request that can be sent to any node, as often as need be.</summary>
internal interface INodeCall<TResult>
{
    /// <summary>Sends the request to a node and reads its answer.</summary>
    /// <param name="node">The node; its <see cref="AlternatorNode.RequestUri"/> is where to.</param>
    /// <param name="attempt">0 for the first attempt of this request, then 1, 2…</param>
    /// <param name="permit">Where the request must not be executed twice: to be taken before anything of it is sent.</param>
    /// <param name="attemptToken">Cancelled when the attempt has taken too long, another one has won, or the caller gave up.</param>
    /// <exception cref="AttemptException">There was no usable answer. <see cref="HttpRequestException"/>, <see cref="IOException"/>,
    /// <see cref="System.Net.Sockets.SocketException"/> and <see cref="OperationCanceledException"/> count as that too.</exception>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">The node answered with an error; its status code is set.</exception>
    ValueTask<TResult> SendAsync(AlternatorNode node, int attempt, SendPermit? permit, CancellationToken attemptToken);
}
