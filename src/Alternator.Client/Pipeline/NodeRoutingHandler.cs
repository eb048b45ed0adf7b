using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Alternator.Client;

/// <summary>Sits just above the SDK's signer: sends the request to one node after another. Each attempt has a request and a
/// context of its own, so that two attempts may run at once.</summary>
internal sealed class NodeRoutingHandler(ClientRuntime runtime) : PipelineHandler
{
    public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        var call = new SdkCall<T>(this, executionContext, runtime);
        return runtime.Executor.ExecuteAsync<SdkCall<T>, T>(call, runtime.Classifier.Classify(executionContext.RequestContext.OriginalRequest), executionContext.RequestContext.CancellationToken).AsTask();
    }

    // Only the SDK's document model calls this, from methods that are synchronous themselves.
    public override void InvokeSync(IExecutionContext executionContext)
    {
        var call = new SynchronousSdkCall(this, executionContext, runtime);
        runtime.Executor.ExecuteAsync<SynchronousSdkCall, bool>(call, runtime.Classifier.Classify(executionContext.RequestContext.OriginalRequest), executionContext.RequestContext.CancellationToken)
            .AsTask().GetAwaiter().GetResult();
    }

    private Task<T> InvokeInnerAsync<T>(IExecutionContext context) where T : AmazonWebServiceResponse, new() => base.InvokeAsync<T>(context);

    private void InvokeInner(IExecutionContext context) => base.InvokeSync(context);

    // The SDK's chain doesn't say when it sends.
    private static void Take(SendPermit? permit, int attempt)
    {
        if (permit is not null && !permit.TryTake(attempt))
        {
            throw new NotSentException();
        }
    }

    private readonly struct SdkCall<T>(NodeRoutingHandler handler, IExecutionContext original, ClientRuntime runtime) : INodeCall<T>
        where T : AmazonWebServiceResponse, new()
    {
        private readonly SdkAttempts _attempts = new(original, runtime);

        public async ValueTask<T> SendAsync(AlternatorNode node, int attempt, SendPermit? permit, CancellationToken attemptToken)
        {
            Take(permit, attempt);
            IExecutionContext context = _attempts.ContextFor(node, attempt, attemptToken);
            T response = await handler.InvokeInnerAsync<T>(context).ConfigureAwait(false);
            _attempts.Complete(context);
            return response;
        }
    }

    private readonly struct SynchronousSdkCall(NodeRoutingHandler handler, IExecutionContext original, ClientRuntime runtime) : INodeCall<bool>
    {
        private readonly SdkAttempts _attempts = new(original, runtime);

        public ValueTask<bool> SendAsync(AlternatorNode node, int attempt, SendPermit? permit, CancellationToken attemptToken)
        {
            Take(permit, attempt);
            IExecutionContext context = _attempts.ContextFor(node, attempt, attemptToken);
            handler.InvokeInner(context);
            _attempts.Complete(context);
            return new ValueTask<bool>(true);
        }
    }
}
