using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>
/// The short way of a request, past the SDK's chain of handlers. In order: the request is written as JSON once, and
/// compressed if that is asked for; the executor chooses a node; for each attempt the head is written and signed for that node's host
/// into the buffer of one of the node's connections, and sent; the answer is read from the connection's buffer straight into the
/// SDK's response type. Operations on items write and read their JSON themselves; for the others the SDK's marshallers do
/// (<see cref="MarshalledHandler"/>).
/// <para>It gives the same results as the chain, and the same exceptions. What it doesn't honour closes it, for the client
/// (<see cref="FastPathGate"/>) or for one request.</para>
/// </summary>
internal sealed class FastPath
{
    private readonly ClientRuntime _runtime;
    private readonly RequestWriter _writer;
    private readonly CredentialSource _credentials;
    private readonly FastPathGate _gate;
    private readonly AnswerReader _answers;

    public FastPath(ClientRuntime runtime, CredentialSource credentials, FastPathGate gate)
    {
        _runtime = runtime;
        _credentials = credentials;
        _gate = gate;
        _writer = new RequestWriter(runtime.Config);
        _answers = new AnswerReader(runtime.Config);
    }

    /// <summary>Whether it honours everything that is set, for the client and for this request.</summary>
    public bool IsOpenFor(AmazonWebServiceRequest? request) => _gate.IsOpenFor(request);

    /// <summary>Sends an operation on items.</summary>
    public Task<TResponse> InvokeAsync<TRequest, TResponse>(ItemOperation<TRequest, TResponse> operation, TRequest request, CancellationToken cancellationToken)
        where TRequest : AmazonWebServiceRequest
        where TResponse : AmazonWebServiceResponse
    {
        RequestBody body = RequestBody.Rent();
        try
        {
            body.Write(operation.Write, request, _runtime.Config.Compression);
        }
        catch (Exception exception)
        {
            body.RemoveUser();
            return Task.FromException<TResponse>(exception);
        }
        return SendAsync(operation, request, body, cancellationToken);
    }

    /// <summary>Sends an operation whose request the SDK has written.</summary>
    public Task<TResponse> InvokeAsync<TResponse>(WireOperation<TResponse> operation, AmazonWebServiceRequest request, byte[] json, CancellationToken cancellationToken)
        where TResponse : AmazonWebServiceResponse
    {
        RequestBody body = RequestBody.Rent();
        body.Write(json, _runtime.Config.Compression);
        return SendAsync(operation, request, body, cancellationToken);
    }

    private async Task<TResponse> SendAsync<TResponse>(WireOperation<TResponse> operation, AmazonWebServiceRequest request, RequestBody body, CancellationToken cancellationToken)
        where TResponse : AmazonWebServiceResponse
    {
        try
        {
            if (!_credentials.TryGet(out SigningCredentials? credentials))
                credentials = await _credentials.GetAsync().ConfigureAwait(false);
            var call = new WireCall<TResponse>(this, operation, body, credentials);
            return await _runtime.Executor.ExecuteAsync<WireCall<TResponse>, TResponse>(call, _runtime.Classifier.Classify(request), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            body.RemoveUser();
        }
    }

    private readonly struct WireCall<TResponse>(FastPath path, WireOperation<TResponse> operation, RequestBody body, SigningCredentials? credentials)
        : INodeCall<TResponse>
        where TResponse : AmazonWebServiceResponse
    {
        public ValueTask<TResponse> SendAsync(AlternatorNode node, int attempt, SendPermit? permit, CancellationToken attemptToken)
        {
            NodeConnections connections = path._runtime.Nodes.Transport.ConnectionsTo(node);
            body.AddUser();
            return connections.ExchangeAsync<WireExchange<TResponse>, TResponse>(new WireExchange<TResponse>(path, operation, body, credentials, connections.HostHeader, permit, attempt), attemptToken);
        }
    }

    private readonly struct WireExchange<TResponse>(FastPath path, WireOperation<TResponse> operation, RequestBody body, SigningCredentials? credentials, byte[] host, SendPermit? permit, int attempt)
        : IExchange<TResponse>
        where TResponse : AmazonWebServiceResponse
    {
        public bool MaySend => permit is null || permit.TryTake(attempt);

        // The body is copied into the connection's buffer: then it is this attempt's no more. An attempt that gets no connection keeps it.
        public void Write(NodeConnection connection)
        {
            path._writer.Write(connection, host, operation.Target, body.Bytes, body.IsCompressed, credentials);
            body.RemoveUser();
        }

        public TResponse Read(NodeConnection connection) => path._answers.Read(operation, connection);
    }
}
