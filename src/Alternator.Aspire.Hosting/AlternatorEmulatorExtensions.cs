using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Emulator;
using Aspire.Hosting.Health;
using Aspire.Hosting.References;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>Alternator without a container engine: the emulator in the AppHost's process.</summary>
public static partial class AlternatorEmulatorExtensions
{
    internal const string NodeType = "AlternatorEmulatorNode";

    /// <summary>
    /// Adds a cluster of emulated Alternator nodes that run in the AppHost's own process, on 127.0.0.1, 127.0.0.2 and so on. It needs no container
    /// engine and starts in milliseconds. It follows Alternator's documented behaviour; it is not ScyllaDB, and its data is gone when the AppHost ends.
    /// Containers can't reach it: it listens on loopback addresses of the host.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="port">The port of all nodes; a free one when null.</param>
    /// <returns>A builder of the emulator.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorEmulatorResource> AddAlternatorEmulator(this IDistributedApplicationBuilder builder, [ResourceName] string name, int nodes = 3, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        AlternatorBuilderExtensions.ThrowIfNoPort(port);

        var emulator = new AlternatorEmulatorResource(name);
        emulator.Settings.Nodes = nodes;
        IResourceBuilder<AlternatorEmulatorResource> result = builder.AddResource(emulator);
        for (int i = 1; i <= nodes; i++)
        {
            var node = new AlternatorEmulatorNodeResource($"{name}-{i}", $"rack{(i - 1) % 3 + 1}");
            emulator.Add(node);
            builder.AddResource(node)
                .WithHttpEndpoint(name: AlternatorEndpoints.Http, isProxied: false)
                .WithUrlForEndpoint(AlternatorEndpoints.Http, url => url.DisplayText = "Alternator")
                .WithIconName("Server")
                .WithParentRelationship(result)
                .WithInitialState(EmulatedState(NodeType))
                .ExcludeFromManifest();
        }
        return result
            .WithIconName("DatabaseMultiple")
            .WithInitialState(EmulatedState("AlternatorEmulator"))
            .RunEmulated(() => port)
            .RefuseToPublish("emulator", "it is no database, and is never deployed.", $"use AddAlternator(\"{name}\") for a single node of ScyllaDB");
    }

    /// <summary>
    /// Tells a service where the faults of emulated nodes can be set (an HTTP endpoint), in a variable. Sets nothing where the nodes are real.
    /// </summary>
    /// <typeparam name="TDestination">The service.</typeparam>
    /// <param name="builder">The service. It should wait for <paramref name="alternator"/>.</param>
    /// <param name="alternator">The emulator, or a resource that may fall back to it.</param>
    /// <param name="variable">The variable.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<TDestination> WithEmulatorControl<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IAlternatorServerResource> alternator, string variable = "EMULATOR_CONTROL_URL")
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(alternator);
        ArgumentException.ThrowIfNullOrEmpty(variable);
        string name = alternator.Resource.Name;
        return builder.WithEnvironment(context =>
        {
            if (context.ExecutionContext.IsRunMode && context.ExecutionContext.Services.GetKeyedService<EmulatorRun>(name)?.Cluster?.ControlEndpoint is { } control)
                context.EnvironmentVariables[variable] = control.ToString();
        });
    }

    internal static CustomResourceSnapshot EmulatedState(string type, string? insteadBecause = null) => new()
    {
        ResourceType = type,
        State = KnownResourceStates.NotStarted,
        CreationTimeStamp = DateTime.UtcNow,
        Properties = [new(CustomResourceKnownProperties.Source, insteadBecause is null
            ? "Emulator in the AppHost's process (not ScyllaDB)"
            : $"Emulator in the AppHost's process, not ScyllaDB: no container engine ({insteadBecause})")],
    };

    /// <summary>Lets the emulator stand behind a server resource: its lifecycle, its health, its nodes' commands.</summary>
    internal static IResourceBuilder<T> RunEmulated<T>(this IResourceBuilder<T> builder, Func<int?> port, string? insteadBecause = null)
        where T : IAlternatorServerResource
    {
        IDistributedApplicationBuilder application = builder.ApplicationBuilder;
        if (application.ExecutionContext.IsPublishMode)
            return builder;
        T owner = builder.Resource;
        // A singleton of its own, so that the cluster is stopped when the application's services are disposed.
        application.Services.AddKeyedSingleton(owner.Name, (_, _) => new EmulatorRun(owner, port, insteadBecause));
        builder.OnInitializeResource((_, initialize, cancellationToken) =>
            initialize.Services.GetRequiredKeyedService<EmulatorRun>(owner.Name).StartAsync(initialize, cancellationToken));
        foreach (IResourceWithEndpoints node in owner.Nodes)
        {
            IResourceBuilder<IResourceWithEndpoints> nodeBuilder = application.CreateResourceBuilder(node);
            nodeBuilder.WithNodeSwitches(owner);
            if (!ReferenceEquals(node, owner))
                nodeBuilder.OnInitializeResource((one, initialize, _) => initialize.Services.GetRequiredKeyedService<EmulatorRun>(owner.Name).Announced(one));
        }

        string key = $"{owner.Name}_emulator_check";
        application.Services.AddPatientHealthCheck(key, _ => new ClusterHealthCheck(owner, LocalNodes.AskAsync));
        return builder.WithHealthCheck(key).WithClusterCommands();
    }

    private static void WithNodeSwitches(this IResourceBuilder<IResourceWithEndpoints> node, IAlternatorServerResource owner)
    {
        Add(KnownResourceCommands.StopCommand, "Stop", NodeSwitch.Stop, new CommandOptions
        {
            Description = "Stops this emulated node; the others go on.",
            IconName = "Stop",
            IsHighlighted = true,
            UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
        });
        Add(KnownResourceCommands.StartCommand, "Start", NodeSwitch.Start, new CommandOptions
        {
            Description = "Starts this emulated node again.",
            IconName = "Play",
            IsHighlighted = true,
            UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Exited ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
        });
        Add(AlternatorCommandExtensions.KillCommand, "Kill node", NodeSwitch.Kill, AlternatorCommandExtensions.KillOptions(node.Resource.Name));

        void Add(string name, string displayName, NodeSwitch change, CommandOptions options) =>
            node.WithCommand(name, displayName, context => context.Services.GetRequiredKeyedService<EmulatorRun>(owner.Name).SwitchAsync(node.Resource, change, context), options);
    }
}
