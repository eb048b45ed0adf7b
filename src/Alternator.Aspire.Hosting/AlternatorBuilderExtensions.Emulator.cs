using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.References;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting;

public static partial class AlternatorBuilderExtensions
{
    /// <summary>
    /// Where no container engine answers, runs the emulator in the AppHost's process in place of the containers, under the same names. The dashboard and the log say
    /// so. Call it last: what was asked of the containers (memory, volumes, TLS, image) doesn't apply to the emulator. A deployment never gets the emulator.
    /// </summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <returns>The <paramref name="builder"/>.</returns>
    [AspireExport]
    public static IResourceBuilder<T> OrEmulator<T>(this IResourceBuilder<T> builder)
        where T : IAlternatorContainerResource => OrEmulator(builder, EngineCommand.MissingEngine);

    internal static IResourceBuilder<T> OrEmulator<T>(IResourceBuilder<T> builder, Func<string?> missingEngine)
        where T : IAlternatorContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        T owner = builder.Resource;
        if (!builder.ApplicationBuilder.ExecutionContext.IsRunMode || missingEngine() is not { } reason)
            return builder;

        owner.Settings.Tls = null;
        foreach (IResourceWithEndpoints node in owner.Nodes)
        {
            // Without an image the orchestrator doesn't take the resource for a container.
            Drop<ContainerImageAnnotation>(node);
            Drop<HealthCheckAnnotation>(node);
            Drop<WaitAnnotation>(node);
            foreach (ResourceRelationshipAnnotation wait in node.Annotations.OfType<ResourceRelationshipAnnotation>().Where(r => r.Resource is AlternatorNodeResource).ToArray())
                node.Annotations.Remove(wait);
            Drop<ResourceCommandAnnotation>(node);
            foreach (EndpointAnnotation endpoint in node.Annotations.OfType<EndpointAnnotation>().ToArray())
            {
                if (endpoint.Name != AlternatorEndpoints.Http)
                    node.Annotations.Remove(endpoint);
            }
            builder.ApplicationBuilder.CreateResourceBuilder(node)
                .WithEndpoint(AlternatorEndpoints.Http, endpoint => endpoint.IsProxied = false)
                .WithInitialState(AlternatorEmulatorExtensions.EmulatedState(AlternatorEmulatorExtensions.NodeType, reason));
        }
        // Companions are containers: nothing could run them, and they couldn't reach the emulator.
        foreach (DynamoDbAdminResource admin in builder.ApplicationBuilder.Resources.OfType<DynamoDbAdminResource>().Where(a => ReferenceEquals(a.Alternator, owner)).ToArray())
            builder.ApplicationBuilder.Resources.Remove(admin);
        Drop<HealthCheckAnnotation>(owner);
        Drop<ResourceCommandAnnotation>(owner);
        if (owner is AlternatorClusterResource cluster)
            cluster.IsEmulated = true;
        int? port = owner.Nodes[0].Annotations.OfType<EndpointAnnotation>().First().Port;
        return builder
            .WithInitialState(AlternatorEmulatorExtensions.EmulatedState("AlternatorEmulator", reason))
            .RunEmulated(port, reason);
    }

    private static void Drop<TAnnotation>(IResource resource)
        where TAnnotation : IResourceAnnotation
    {
        foreach (TAnnotation annotation in resource.Annotations.OfType<TAnnotation>().ToArray())
            resource.Annotations.Remove(annotation);
    }
}
