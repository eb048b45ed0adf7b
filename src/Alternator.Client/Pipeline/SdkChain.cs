using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Alternator.Client;

/// <summary>
/// The AWS SDK's own chain of handlers with this client's parts in it: a node is chosen just before signing, and the transport is
/// the nodes' own. It serves what the fast path doesn't: every feature of the SDK works here, at the SDK's price. In order,
/// <see cref="MarshalledHandler"/> takes what the fast path can have; the SDK marshals, resolves credentials and fires its events;
/// <see cref="NodeRoutingHandler"/> makes the attempts; for each the SDK signs, sends and unmarshals.
/// </summary>
internal static class SdkChain
{
    public static void Customize(RuntimePipeline pipeline, ClientRuntime runtime)
    {
        // Attempts are made below it, over the nodes; the handler stays because customizers look for its type.
        pipeline.ReplaceHandler<RetryHandler>(new RetryHandler(new StandardRetryPolicy(maxRetries: 0)));
        pipeline.AddHandlerBefore<Signer>(new NodeRoutingHandler(runtime));
        pipeline.AddHandler(new MarshalledHandler(runtime));
        // Client-side monitoring is switched on by the environment alone and sends what is called to a local port.
        foreach (IPipelineHandler handler in pipeline.Handlers)
        {
            if (handler is CSMCallAttemptHandler)
                pipeline.RemoveHandler<CSMCallAttemptHandler>();
            else if (handler is CSMCallEventHandler)
                pipeline.RemoveHandler<CSMCallEventHandler>();
        }
        runtime.HandlersAsBuilt = pipeline.Handlers;
    }
}
