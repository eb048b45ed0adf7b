using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.References;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting;

public static partial class AlternatorBuilderExtensions
{
    /// <summary>
    /// Where no container engine answers, runs the emulator in the AppHost's process in place of the containers, under the same names. The dashboard and the log say
    /// so. What is asked of the containers alone (memory, shards, volumes, TLS, arguments of ScyllaDB, the admin page) has no effect on the emulator, before or after this call; datacenter, rack, write isolation,
    /// authorization, the period of expiry, the host port and the release have. A deployment never gets the emulator.
    /// </summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <returns>The same resource builder.</returns>
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

        owner.Settings.IsEmulated = true;
        foreach (IResourceWithEndpoints node in owner.Nodes)
        {
            DropOwnHealthCheck(node);
            Drop<ResourceCommandAnnotation>(node);
            // All emulated nodes start at once.
            foreach (WaitAnnotation wait in node.Annotations.OfType<WaitAnnotation>().Where(wait => owner.Nodes.Contains(wait.Resource)).ToArray())
                node.Annotations.Remove(wait);
            foreach (ResourceRelationshipAnnotation wait in node.Annotations.OfType<ResourceRelationshipAnnotation>().Where(r => !ReferenceEquals(r.Resource, owner) && owner.Nodes.Contains(r.Resource)).ToArray())
                node.Annotations.Remove(wait);
            builder.ApplicationBuilder.CreateResourceBuilder(node)
                .WithInitialState(AlternatorEmulatorExtensions.EmulatedState(AlternatorEmulatorExtensions.NodeType, reason));
        }
        DropOwnHealthCheck(owner);
        Drop<ResourceCommandAnnotation>(owner);
        // Companions are containers: nothing could run them, and they couldn't reach the emulator.
        foreach (DynamoDbAdminResource admin in builder.ApplicationBuilder.Resources.OfType<DynamoDbAdminResource>().Where(a => ReferenceEquals(a.Alternator, owner)).ToArray())
            builder.ApplicationBuilder.Resources.Remove(admin);
        int? port = null;
        // The containers may still be told things (an image, a volume, TLS), so what makes them containers is taken away when all is said.
        builder.ApplicationBuilder.Eventing.Subscribe<BeforeStartEvent>((_, _) =>
        {
            // Read before the endpoints lose their proxies: without one, the container's port would pass for a wish about the host's.
            port = HttpEndpoint(owner.Nodes[0]).Port;
            owner.Settings.Release ??= ImageTag(owner);
            foreach (IResourceWithEndpoints node in owner.Nodes)
            {
                Drop<ContainerImageAnnotation>(node);
                foreach (EndpointAnnotation endpoint in node.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.Name != AlternatorEndpoints.Http).ToArray())
                    node.Annotations.Remove(endpoint);
                HttpEndpoint(node).IsProxied = false;
            }
            return Task.CompletedTask;
        });
        return builder
            .WithInitialState(AlternatorEmulatorExtensions.EmulatedState("AlternatorEmulator", reason))
            .RunEmulated(() => port, reason);

        static EndpointAnnotation HttpEndpoint(IResource node) => node.Annotations.OfType<EndpointAnnotation>().First(endpoint => endpoint.Name == AlternatorEndpoints.Http);
    }

    /// <summary>The release that the containers would have been, which the emulator then follows; null when the tag doesn't tell.</summary>
    private static string? ImageTag(IAlternatorServerResource owner) =>
        owner.Nodes[0].TryGetLastAnnotation(out ContainerImageAnnotation? image) && ScyllaRelease.TryParse(image.Tag) is not null ? image.Tag : null;

    /// <summary>The emulator has a check of its own. Those that somebody else added stay.</summary>
    private static void DropOwnHealthCheck(IResource resource)
    {
        foreach (HealthCheckAnnotation check in resource.Annotations.OfType<HealthCheckAnnotation>().Where(check => check.Key == $"{resource.Name}_check").ToArray())
            resource.Annotations.Remove(check);
    }

    private static void Drop<TAnnotation>(IResource resource)
        where TAnnotation : IResourceAnnotation
    {
        foreach (TAnnotation annotation in resource.Annotations.OfType<TAnnotation>().ToArray())
            resource.Annotations.Remove(annotation);
    }
}
