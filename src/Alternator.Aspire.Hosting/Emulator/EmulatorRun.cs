using Alternator.Emulator;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Lifecycle;
using Aspire.Hosting.References;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Emulator;

/// <summary>
/// Runs emulated nodes for a resource: starts the cluster in this process, gives each node's endpoint its address, and has the
/// start and stop commands of the nodes. The nodes are whatever resources the owner has for them, so the same
/// code serves <see cref="AlternatorEmulatorResource"/> and a container resource that falls back to the emulator.
/// </summary>
internal sealed partial class EmulatorRun(IAlternatorServerResource owner, Func<int?> port, string? insteadBecause = null) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, TaskCompletionSource> _announced = owner.Nodes.ToDictionary(
        node => node.Name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), StringComparer.Ordinal);

    private EmulatorCluster? _cluster;
    private EmulatedNodeStates? _states;
    private Dictionary<IResource, EmulatorNode> _nodes = [];

    /// <summary>The running cluster, once it has started.</summary>
    public EmulatorCluster? Cluster => _cluster;

    public async Task StartAsync(InitializeResourceEvent initialize, CancellationToken cancellationToken)
    {
        var life = new FacadeLifecycle(owner, initialize.Services, initialize.Logger);
        try
        {
            if (insteadBecause is not null)
                EmulatorInstead(initialize.Logger, owner.Name, insteadBecause);
            await life.BeforeStartAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(NodesApart().Select(node => FacadeLifecycle.PublishAsync(initialize.Notifications, node, KnownResourceStates.Starting))).ConfigureAwait(false);
            _cluster = await EmulatorCluster.StartAsync(await OptionsAsync(initialize, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            EmulatorStarted(initialize.Logger, owner.Name, _cluster.Nodes.Count, _cluster.ConnectionString);
            if (_cluster.ControlEndpoint is { } control)
                EmulatorControl(initialize.Logger, control);
            // Kept, because the emulator's own list changes with its nodes.
            _nodes = owner.Nodes.Zip(_cluster.Nodes).ToDictionary(pair => (IResource)pair.First, pair => pair.Second);
            foreach (IResourceWithEndpoints node in owner.Nodes)
                await AllocateAsync(node, _nodes[node], initialize, cancellationToken).ConfigureAwait(false);
            _states = new EmulatedNodeStates(_cluster, _nodes.ToDictionary(pair => pair.Value, pair => pair.Key), initialize.Services);
            await life.RunningAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await life.FailedAsync(e).ConfigureAwait(false);
            await Task.WhenAll(NodesApart().Select(node => FacadeLifecycle.PublishAsync(initialize.Notifications, node, KnownResourceStates.FailedToStart))).ConfigureAwait(false);
        }
    }

    /// <summary>The application has published the first state of a node. What is published of it earlier would be lost.</summary>
    public Task Announced(IResource node)
    {
        _announced[node.Name].TrySetResult();
        return Task.CompletedTask;
    }

    /// <summary>Stops, kills or starts one node; the others go on, as in a real cluster.</summary>
    public async Task<ExecuteCommandResult> SwitchAsync(IResourceWithEndpoints node, NodeSwitch change, ExecuteCommandContext context)
    {
        if (_states is null)
            return CommandResults.Failure($"The emulator of {owner.Name} isn't running.");
        await _gate.WaitAsync(context.CancellationToken).ConfigureAwait(false);
        try
        {
            if (change is NodeSwitch.Start)
            {
                await _states.StartAsync(_nodes[node]).ConfigureAwait(false);
                return CommandResults.Success($"{node.Name} is running");
            }
            await _states.StopAsync(_nodes[node], kill: change is NodeSwitch.Kill).ConfigureAwait(false);
            return CommandResults.Success(change is NodeSwitch.Kill ? $"{node.Name} was killed; Start brings it back" : $"{node.Name} is stopped");
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            return CommandResults.Failure($"{node.Name}: {e.Message}");
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_states is not null)
            await _states.DisposeAsync().ConfigureAwait(false);
        if (_cluster is not null)
            await _cluster.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    /// <summary>The nodes that are resources of their own; a single node is its owner.</summary>
    private IEnumerable<IResourceWithEndpoints> NodesApart() => owner.Nodes.Where(node => !ReferenceEquals(node, owner));

    private async Task<EmulatorOptions> OptionsAsync(InitializeResourceEvent initialize, CancellationToken cancellationToken)
    {
        Scylla.ScyllaSettings settings = owner.Settings;
        var options = new EmulatorOptions
        {
            Nodes = owner.Nodes.Count,
            Port = port() ?? 0,
            ClusterName = owner.Name,
            Datacenter = settings.Datacenter ?? "datacenter1",
            Racks = settings.Rack is { } rack ? [rack] : [.. Enumerable.Range(1, Math.Min(3, owner.Nodes.Count)).Select(i => $"rack{i}")],
            EnforceAuthorization = settings.Role is not null,
            WriteIsolation = Enum.Parse<WriteIsolation>(settings.WriteIsolation.ToString()),
            LoggerFactory = new ResourceLoggerFactory(initialize.Logger),
        };
        if (Scylla.ScyllaRelease.TryParse(settings.Release) is { } release)
            options.Release = EmulatedRelease(release);
        if (settings.TtlPeriod is { } period)
            options.TtlPeriod = period;
        if (settings.Role is { } role)
            options.Roles = [new EmulatorRole(role.AccessKey, await role.SecretKey.GetValueAsync(cancellationToken).ConfigureAwait(false))];
        return options;
    }

    /// <summary>The newest line of releases that the emulator follows and that isn't newer than the one that was asked for.</summary>
    internal static EmulatorRelease EmulatedRelease(Scylla.ScyllaRelease release) =>
        Enum.GetValues<EmulatorRelease>().Where(line => (int)line <= release.Year * 100 + release.Minor).Max();

    private async Task AllocateAsync(IResourceWithEndpoints resource, EmulatorNode node, InitializeResourceEvent initialize, CancellationToken cancellationToken)
    {
        EndpointAnnotation endpoint = resource.Annotations.OfType<EndpointAnnotation>().First(e => e.Name == AlternatorEndpoints.Http);
        endpoint.Port = endpoint.TargetPort = node.Endpoint.Port;
        endpoint.TargetHost = node.Address.ToString();
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, node.Address.ToString(), node.Endpoint.Port);
        if (!ReferenceEquals(resource, owner))
            await _announced[resource.Name].Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await initialize.Eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, initialize.Services), cancellationToken).ConfigureAwait(false);
        if (ReferenceEquals(resource, owner))
            return;
        EmulatedNodeStates.LogListens(initialize.Services.GetRequiredService<ResourceLoggerService>().GetLogger(resource), node);
        await FacadeLifecycle.PublishAsync(initialize.Notifications, resource, KnownResourceStates.Running).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} is an emulator of Alternator in this process ({Nodes} nodes), not ScyllaDB: {ConnectionString}")]
    private static partial void EmulatorStarted(ILogger logger, string name, int nodes, string connectionString);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} runs as an emulator, because no container engine answers: {Reason}")]
    private static partial void EmulatorInstead(ILogger logger, string name, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Faults of the emulated nodes can be set at {Control}")]
    private static partial void EmulatorControl(ILogger logger, Uri control);
}

/// <summary>What is done to an emulated node.</summary>
internal enum NodeSwitch
{
    /// <summary>It listens again.</summary>
    Start,

    /// <summary>It ends as if it had been asked to.</summary>
    Stop,

    /// <summary>It ends as if its process had been killed.</summary>
    Kill,
}
