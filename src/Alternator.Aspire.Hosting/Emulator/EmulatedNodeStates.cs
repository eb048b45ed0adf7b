using System.Collections.Concurrent;
using System.Threading.Channels;
using Alternator.Emulator;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Emulator;

/// <summary>
/// Shows in the dashboard what becomes of emulated nodes, whoever sees to it: a command, the emulator's control endpoint, a page that uses it. One task publishes, so that
/// the states come in the order in which they were.
/// </summary>
internal sealed partial class EmulatedNodeStates : IAsyncDisposable
{
    /// <summary>What a process that got SIGKILL ends with in a shell.</summary>
    private const int KilledExitCode = 137;

    private readonly EmulatorCluster _cluster;
    private readonly IReadOnlyDictionary<EmulatorNode, IResource> _resources;
    private readonly IServiceProvider _services;
    private readonly ConcurrentDictionary<EmulatorNode, bool> _beingKilled = new();
    private readonly Channel<Change> _changes = Channel.CreateUnbounded<Change>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _publishing;

    /// <param name="cluster">The cluster, which runs.</param>
    /// <param name="resources">The resource of each node.</param>
    /// <param name="services">The application's.</param>
    public EmulatedNodeStates(EmulatorCluster cluster, IReadOnlyDictionary<EmulatorNode, IResource> resources, IServiceProvider services)
    {
        (_cluster, _resources, _services) = (cluster, resources, services);
        cluster.NodeStateChanged += Changed;
        foreach (EmulatorNode node in resources.Keys.Where(node => node.State != EmulatorNodeState.Up))
            Changed(cluster, node);
        _publishing = PublishAllAsync();
    }

    /// <summary>Stops a node; completes when that has been published.</summary>
    public async Task StopAsync(EmulatorNode node, bool kill)
    {
        if (kill)
            _beingKilled[node] = true;
        try
        {
            await node.StopAsync().ConfigureAwait(false);
        }
        finally
        {
            _beingKilled.TryRemove(node, out _);
        }
        await PublishedAsync().ConfigureAwait(false);
    }

    /// <summary>Starts a node; completes when that has been published.</summary>
    public async Task StartAsync(EmulatorNode node)
    {
        await node.StartAsync().ConfigureAwait(false);
        await PublishedAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _cluster.NodeStateChanged -= Changed;
        _changes.Writer.TryComplete();
        await _publishing.ConfigureAwait(false);
    }

    private void Changed(object? sender, EmulatorNode node)
    {
        // One that was added by the control endpoint is no resource: Aspire's model is closed by then.
        if (_resources.TryGetValue(node, out IResource? resource))
            _changes.Writer.TryWrite(new Change(node, resource, node.State, _beingKilled.ContainsKey(node), null));
    }

    private Task PublishedAsync()
    {
        var published = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _changes.Writer.TryWrite(new Change(null, null, default, false, published)) ? published.Task : Task.CompletedTask;
    }

    private async Task PublishAllAsync()
    {
        await foreach (Change change in _changes.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            change.Published?.TrySetResult();
            if (change is not { Node: { } node, Resource: { } resource })
                continue;
            ILogger logger = _services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
            try
            {
                await PublishAsync(node, resource, change.State, change.Killed, logger).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Somebody who listens to the end of a resource may throw; the next change is none the worse for it.
                NotPublished(logger, e, node.Name, change.State);
            }
        }
    }

    private async Task PublishAsync(EmulatorNode node, IResource resource, EmulatorNodeState state, bool killed, ILogger logger)
    {
        ResourceNotificationService notifications = _services.GetRequiredService<ResourceNotificationService>();
        switch (state)
        {
            case EmulatorNodeState.Up:
                LogListens(logger, node);
                await FacadeLifecycle.PublishAsync(notifications, resource, KnownResourceStates.Running).ConfigureAwait(false);
                break;
            case EmulatorNodeState.Joining:
                await FacadeLifecycle.PublishAsync(notifications, resource, KnownResourceStates.Starting).ConfigureAwait(false);
                break;
            case EmulatorNodeState.Leaving:
                await FacadeLifecycle.PublishAsync(notifications, resource, KnownResourceStates.Stopping).ConfigureAwait(false);
                break;
            case EmulatorNodeState.Stopped or EmulatorNodeState.Removed:
                NodeEnded(logger, node.Name, killed ? "killed" : state is EmulatorNodeState.Removed ? "removed from its cluster" : "stopped");
                await FacadeLifecycle.PublishAsync(notifications, resource, KnownResourceStates.Exited, exitCode: killed ? KilledExitCode : 0).ConfigureAwait(false);
                if (notifications.TryGetCurrentState(resource.Name, out ResourceEvent? last))
                    await _services.GetRequiredService<IDistributedApplicationEventing>().PublishAsync(new ResourceStoppedEvent(resource, _services, last)).ConfigureAwait(false);
                break;
        }
    }

    public static void LogListens(ILogger logger, EmulatorNode node) => NodeListens(logger, node.Name, node.Endpoint, node.Datacenter, node.Rack);

    /// <summary>What has become of a node; or only somebody who waits until everything before it is published.</summary>
    private readonly record struct Change(EmulatorNode? Node, IResource? Resource, EmulatorNodeState State, bool Killed, TaskCompletionSource? Published);

    [LoggerMessage(Level = LogLevel.Information, Message = "Emulated node {Node} was {How}: it refuses connections, and those that were open are reset")]
    private static partial void NodeEnded(ILogger logger, string node, string how);

    [LoggerMessage(Level = LogLevel.Information, Message = "Emulated node {Node} listens on {Endpoint} ({Datacenter}, {Rack})")]
    private static partial void NodeListens(ILogger logger, string node, Uri endpoint, string datacenter, string rack);

    [LoggerMessage(Level = LogLevel.Error, Message = "That emulated node {Node} is {State} could not be told to everybody")]
    private static partial void NotPublished(ILogger logger, Exception e, string node, EmulatorNodeState state);
}
