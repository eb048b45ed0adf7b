using Alternator.Emulator.Control;
using Alternator.Emulator.Faults;
using Alternator.Emulator.SystemTables;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace Alternator.Emulator.Protocol;

/// <summary>
/// What Kestrel calls for every request, without hosting or middleware in between. A request is routed, its answer is made
/// in memory, and then sent; a node's faults stand before the first and between the two.
/// </summary>
internal sealed class NodeApplication(ApiEndpoint api, ClusterPages pages, FaultyNode faulty, ControlEndpoint? control, RunningRequests running, LiveSettings settings)
    : IHttpApplication<NodeRequest>
{
    public NodeRequest CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<NodeRequest> container)
            throw new InvalidOperationException("The server keeps no request object per connection.");
        if (container.HostContext is not { } request)
        {
            request = container.HostContext = new NodeRequest();
            running.Add(request);
            contextFeatures.Get<IConnectionLifetimeFeature>()!.ConnectionClosed.UnsafeRegister(r => running.Remove((NodeRequest)r!), request);
        }

        request.Begin(contextFeatures);
        return request;
    }

    public void DisposeContext(NodeRequest context, Exception? exception)
    {
        // With its last answer, a connection is in use until it is closed.
        if (!context.Close) context.Connection.IsInUse = false;
        context.End();
    }

    public async Task ProcessRequestAsync(NodeRequest context)
    {
        if (context.Connection.Node is null)
        {
            await control!.AnswerAsync(context).ConfigureAwait(false);
        }
        else
        {
            context.Kind = KindOf(context.Http);
            NodeFaults faults = context.Node.Faults;
            if (faults != NodeFaults.None)
            {
                await faulty.ServeAsync(context, this).ConfigureAwait(false);
                return;
            }

            context.Connection.IsInUse = true;
            ValueTask made = MakeAnswerAsync(context);
            if (!made.IsCompletedSuccessfully) await made.ConfigureAwait(false);
        }

        ValueTask sent = SendAsync(context);
        if (!sent.IsCompletedSuccessfully) await sent.ConfigureAwait(false);
    }

    /// <summary>Makes the answer in memory.</summary>
    public ValueTask MakeAnswerAsync(NodeRequest request)
    {
        switch (request.Kind)
        {
            case RequestKinds.Api:
                return api.AnswerAsync(request);
            case RequestKinds.Health:
                ClusterPages.Health(request);
                break;
            case RequestKinds.LocalNodes:
                pages.LocalNodes(request);
                break;
            default:
                if (request.Http.Method == "OPTIONS" && request.Http.Path == "/") ClusterPages.Preflight(request);
                else ClusterPages.NotFound(request);
                break;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask SendAsync(NodeRequest request)
    {
        if (request.Connection.Node is { State: EmulatorNodeState.Leaving }) request.Close = true;
        return Answers.SendAsync(request, settings);
    }

    private static RequestKinds KindOf(IHttpRequestFeature http) => (http.Method, http.Path) switch
    {
        ("POST", "/") => RequestKinds.Api,
        ("GET", "/") => RequestKinds.Health,
        ("GET", "/localnodes") => RequestKinds.LocalNodes,
        _ => 0,
    };
}
