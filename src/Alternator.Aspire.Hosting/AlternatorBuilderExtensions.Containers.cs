using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.Preflight;
using Aspire.Hosting.References;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

public static partial class AlternatorBuilderExtensions
{
    /// <summary>Keeps the data of each node in a volume of its own, which outlives the AppHost.</summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="name">The name of the volume, with the node's number behind it on a cluster; generated when null.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorDataVolume", MethodName = "withDataVolume")]
    public static IResourceBuilder<T> WithDataVolume<T>(this IResourceBuilder<T> builder, string? name = null)
        where T : IAlternatorContainerResource =>
        builder.EachNode((node, i) => node.WithoutDefaultVolume().WithVolume(
            name is null ? NodeVolumes.DataOf(node) : builder.Resource.Nodes.Count == 1 ? name : $"{name}-{i + 1}", NodeContainer.DataFolder));

    /// <summary>
    /// Keeps the data of each node in a folder of the host: the folder itself, or one per node in it on a cluster. The image's user, which isn't the one of the AppHost, must be able to write there: a
    /// folder that doesn't exist is made so that everybody can.
    /// </summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="source">The folder; a relative path starts at the AppHost's folder.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorDataBindMount", MethodName = "withDataBindMount")]
    public static IResourceBuilder<T> WithDataBindMount<T>(this IResourceBuilder<T> builder, string source)
        where T : IAlternatorContainerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        return builder.EachNode((node, _) =>
        {
            string folder = Path.GetFullPath(builder.Resource.Nodes.Count == 1 ? source : Path.Combine(source, node.Resource.Name), builder.ApplicationBuilder.AppHostDirectory);
            if (builder.ApplicationBuilder.ExecutionContext.IsRunMode && !Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                if (!OperatingSystem.IsWindows())
                    System.IO.File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
            }
            node.WithoutDefaultVolume().WithBindMount(folder, NodeContainer.DataFolder).OnBeforeResourceStarted((resource, before, _) =>
            {
                if (PreflightCheck.NotWritable(folder) is { } warning)
                    PreflightLog.Warning(before.Services.GetRequiredService<ResourceLoggerService>().GetLogger(resource), warning);
                return Task.CompletedTask;
            });
        });
    }

    /// <summary>Fixes the port on the host. On a cluster node <c>i</c> listens on 127.0.0.<c>i</c>, all on this port, which suits clients that know one port for all nodes.</summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="port">The port; a free one when null.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorHostPort", MethodName = "withHostPort")]
    public static IResourceBuilder<T> WithHostPort<T>(this IResourceBuilder<T> builder, int? port)
        where T : IAlternatorContainerResource
    {
        ThrowIfNoPort(port);
        return builder.EachNode((node, i) => node.WithEndpoint(AlternatorEndpoints.Http, endpoint =>
        {
            endpoint.Port = port;
            if (port is not null && builder.Resource.Nodes.Count > 1)
                endpoint.TargetHost = $"127.0.0.{i + 1}";
        }));
    }

    /// <summary>
    /// Sets the lifetime of the containers of all nodes. Those that outlive the AppHost keep their data in volumes that do so too, also without <c>WithDataVolume</c>.
    /// </summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="lifetime">The lifetime.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorClusterLifetime", MethodName = "withLifetime")]
    public static IResourceBuilder<AlternatorClusterResource> WithLifetime(this IResourceBuilder<AlternatorClusterResource> builder, ContainerLifetime lifetime) =>
        builder.EachNode((node, _) =>
        {
            node.WithLifetime(lifetime);
            if (lifetime == ContainerLifetime.Persistent)
                NodeVolumes.KeepDefault(builder.ApplicationBuilder.CreateResourceBuilder((AlternatorNodeResource)node.Resource));
        });

    /// <summary>Sets the image tag, i.e. the ScyllaDB release, of all nodes.</summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="tag">The tag.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorClusterImageTag", MethodName = "withImageTag")]
    public static IResourceBuilder<AlternatorClusterResource> WithImageTag(this IResourceBuilder<AlternatorClusterResource> builder, string tag)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return builder.EachNode((node, _) => node.WithImageTag(tag));
    }

    /// <summary>Sets the registry that the image of all nodes comes from.</summary>
    /// <param name="builder">The cluster.</param>
    /// <param name="registry">The registry.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorClusterImageRegistry", MethodName = "withImageRegistry")]
    public static IResourceBuilder<AlternatorClusterResource> WithImageRegistry(this IResourceBuilder<AlternatorClusterResource> builder, string registry)
    {
        ArgumentException.ThrowIfNullOrEmpty(registry);
        return builder.EachNode((node, _) => node.WithImageRegistry(registry));
    }
}
