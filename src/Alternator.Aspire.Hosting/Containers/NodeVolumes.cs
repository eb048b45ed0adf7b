using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Containers;

/// <summary>
/// The volumes of a cluster's nodes. Aspire's <em>Start</em> makes a new container: a node without a volume would come back as a stranger, with no data, while the others wait for the one that
/// they know; the first one would found another cluster. So every node has a volume of its own from the start. It is a new one in each run of the AppHost, as data in
/// Aspire's containers goes with them unless a <c>WithDataVolume</c> keeps it; those of earlier runs are removed when the next one starts.
/// </summary>
internal static class NodeVolumes
{
    /// <summary>Gives a node its volume of this run.</summary>
    [AspireExportIgnore(Reason = "Internal.")]
    public static IResourceBuilder<AlternatorNodeResource> WithRunVolume(this IResourceBuilder<AlternatorNodeResource> node) =>
        node.ApplicationBuilder.ExecutionContext.IsRunMode ? node.WithDefault($"{PrefixOf(node)}{node.Resource.Cluster.Run}") : node;

    /// <summary>Gives a node whose container outlives the AppHost a volume that does so too, unless one was chosen.</summary>
    public static void KeepDefault(IResourceBuilder<AlternatorNodeResource> node)
    {
        if (node.Resource.DefaultVolume is not null)
            node.WithDefault(VolumeNameGenerator.Generate(node, "data"));
    }

    /// <summary>
    /// The name of a volume that nobody named. In a run the machine's volumes are shared by all AppHosts, so it is Aspire's; in a deployment it is a name within it, and a plain one, because Kubernetes
    /// takes neither the dots of an application's name nor capitals.
    /// </summary>
    public static string DataOf(IResourceBuilder<ContainerResource> node) =>
        node.ApplicationBuilder.ExecutionContext.IsPublishMode ? $"{node.Resource.Name.ToLowerInvariant()}-data" : VolumeNameGenerator.Generate(node, "data");

    /// <summary>Makes room for what was chosen with <c>WithDataVolume</c> or <c>WithDataBindMount</c>.</summary>
    /// <exception cref="InvalidOperationException">Something was chosen before.</exception>
    [AspireExportIgnore(Reason = "Internal.")]
    public static IResourceBuilder<ContainerResource> WithoutDefaultVolume(this IResourceBuilder<ContainerResource> node)
    {
        if (node.Resource is AlternatorNodeResource { DefaultVolume: { } volume } ofCluster)
        {
            node.Resource.Annotations.Remove(volume);
            ofCluster.DefaultVolume = null;
        }
        return node.Resource.Annotations.OfType<ContainerMountAnnotation>().FirstOrDefault(mount => mount.Target == NodeContainer.DataFolder) is { } mount
            ? throw new InvalidOperationException($"The data of '{node.Resource.Name}' is kept in '{mount.Source}' already: call WithDataVolume or WithDataBindMount once.")
            : node;
    }

    /// <summary>
    /// Removes the volumes of runs that have ended. Another instance of this AppHost may be running: the volumes of a run that is locked, or that has a container left, stay. Where
    /// removing fails they stay too, which harms nobody.
    /// </summary>
    public static async Task RemoveThoseOfEarlierRunsAsync(AlternatorClusterResource cluster, IDistributedApplicationBuilder builder, IServiceProvider services, CancellationToken cancellationToken)
    {
        string[] prefixes = [.. cluster.Nodes.Where(node => node.DefaultVolume is not null).Select(node => PrefixOf(builder.CreateResourceBuilder(node)))];
        if (prefixes.Length == 0)
            return;
        string[] all = await ListAsync().ConfigureAwait(false), idle = await ListAsync("--filter", "dangling=true").ConfigureAwait(false);
        foreach (string volume in OfEndedRuns(prefixes, all, idle, run => run == cluster.Run || RunLock.IsHeld(run)))
            await EngineCommand.RunAsync(services, cancellationToken, "volume", "rm", volume).ConfigureAwait(false);

        async Task<string[]> ListAsync(params string[] filter) =>
            ((await EngineCommand.RunAsync(services, cancellationToken, ["volume", "ls", "--quiet", .. filter]).ConfigureAwait(false)).Output ?? "")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Of all volumes, those of runs that nobody holds and of which no volume has a container.</summary>
    /// <param name="prefixes">What the names of the nodes' volumes begin with, before the run.</param>
    /// <param name="all">The names of all volumes.</param>
    /// <param name="idle">Of these, those that no container uses, running or not.</param>
    /// <param name="isHeld">Whether a run goes on.</param>
    public static IEnumerable<string> OfEndedRuns(IReadOnlyCollection<string> prefixes, IEnumerable<string> all, IReadOnlyCollection<string> idle, Func<string, bool> isHeld) =>
        from volume in all
        let prefix = prefixes.FirstOrDefault(prefix => volume.StartsWith(prefix, StringComparison.Ordinal))
        where prefix is not null
        group volume by volume[prefix.Length..] into run
        where run.All(idle.Contains) && !isHeld(run.Key)
        from volume in run
        select volume;

    private static string PrefixOf(IResourceBuilder<AlternatorNodeResource> node) => VolumeNameGenerator.Generate(node, "run") + "-";

    private static IResourceBuilder<AlternatorNodeResource> WithDefault(this IResourceBuilder<AlternatorNodeResource> node, string name)
    {
        if (node.Resource.DefaultVolume is { } before)
            node.Resource.Annotations.Remove(before);
        return node.WithAnnotation(node.Resource.DefaultVolume = new ContainerMountAnnotation(name, NodeContainer.DataFolder, ContainerMountType.Volume, isReadOnly: false));
    }
}
