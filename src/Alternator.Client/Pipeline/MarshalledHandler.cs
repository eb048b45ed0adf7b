using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Alternator.Client;

/// <summary>
/// Sits on top of the SDK's chain and takes the operations past it that aren't operations on items: the SDK's marshaller writes the
/// request and its unmarshaller reads the answer, everything between is the <see cref="FastPath"/>. The chain below serves what the
/// fast path doesn't honour, and synchronous calls.
/// </summary>
internal sealed class MarshalledHandler(ClientRuntime runtime) : PipelineHandler
{
    public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        IRequestContext context = executionContext.RequestContext;
        if (runtime.Fast is not { } fast || !fast.IsOpenFor(context.OriginalRequest) || context.Unmarshaller is not JsonResponseUnmarshaller unmarshaller)
            return base.InvokeAsync<T>(executionContext);
        IRequest request;
        try
        {
            request = context.Marshaller.Marshall(context.OriginalRequest);
        }
        catch (Exception) // What can't be written is for the chain to say.
        {
            return base.InvokeAsync<T>(executionContext);
        }
        if (request.HttpMethod != "POST" || request.ResourcePath is not (null or "" or "/") || !request.Headers.TryGetValue("X-Amz-Target", out string? target))
            return base.InvokeAsync<T>(executionContext);
        return fast.InvokeAsync(new WireOperation<T>(target, unmarshaller), context.OriginalRequest, MarshalledBody.Of(request), context.CancellationToken);
    }
}
