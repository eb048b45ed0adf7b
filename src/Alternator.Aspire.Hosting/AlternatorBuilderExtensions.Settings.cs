using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.References;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting;

public static partial class AlternatorBuilderExtensions
{
    /// <summary>Sets how writes that read first are isolated; <see cref="AlternatorWriteIsolation.OnlyRmwUsesLwt"/> when not called.</summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="isolation">The isolation.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<T> WithWriteIsolation<T>(this IResourceBuilder<T> builder, AlternatorWriteIsolation isolation)
        where T : IAlternatorServerResource =>
        Enum.IsDefined(isolation) ? builder.Set(settings => settings.WriteIsolation = isolation) : throw new ArgumentOutOfRangeException(nameof(isolation), isolation, "No write isolation.");

    /// <summary>Sets the memory of each node, as Scylla writes it: <c>1G</c> when not called.</summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="memory">E.g. <c>2G</c> or <c>750M</c>.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<T> WithMemory<T>(this IResourceBuilder<T> builder, string memory)
        where T : IAlternatorContainerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(memory);
        if (MemorySize.Bytes(memory) is null)
            throw new ArgumentException($"'{memory}' is no amount of memory: write a number followed by M or G, e.g. 2G.", nameof(memory));
        return builder.Set(settings => settings.Memory = memory);
    }

    /// <summary>Sets the number of shards (cores) of each node; 1 when not called.</summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="shards">The number of shards.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<T> WithSmp<T>(this IResourceBuilder<T> builder, int shards)
        where T : IAlternatorContainerResource
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        return builder.Set(settings => settings.Smp = shards);
    }

    /// <summary>Names the datacenter of the nodes, and has clients stay in it. A volume that was started with another name refuses to boot.</summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="datacenter">The name.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorDatacenter", MethodName = "withDatacenter")]
    public static IResourceBuilder<T> WithDatacenter<T>(this IResourceBuilder<T> builder, string datacenter)
        where T : IAlternatorServerResource
    {
        ThrowIfNoName(datacenter, nameof(datacenter));
        return builder.Set(settings => settings.Datacenter = datacenter);
    }

    /// <summary>
    /// Puts every node into this rack, instead of dealing them over three. With three nodes or more in one rack, indexes on tablets (2025.4 and later) are refused.
    /// </summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="rack">The name.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorRack", MethodName = "withRack")]
    public static IResourceBuilder<T> WithRack<T>(this IResourceBuilder<T> builder, string rack)
        where T : IAlternatorServerResource
    {
        ThrowIfNoName(rack, nameof(rack));
        return builder.Set(settings => settings.Rack = rack);
    }

    /// <summary>Allows streams where they are an experimental feature (ScyllaDB before 2026.2); later releases have them anyway.</summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorStreams", MethodName = "withStreams")]
    public static IResourceBuilder<T> WithStreams<T>(this IResourceBuilder<T> builder)
        where T : IAlternatorServerResource => builder.Set(settings => settings.Streams = true);

    /// <summary>Sets how often expired items are looked for. Scylla does it once a day.</summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="period">The period.</param>
    /// <ats-param name="period">The period in milliseconds.</ats-param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<T> WithTtlPeriod<T>(this IResourceBuilder<T> builder, TimeSpan period)
        where T : IAlternatorServerResource
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        return builder.Set(settings => settings.TtlPeriod = period);
    }

    /// <summary>
    /// Adds arguments to the command line of each node. They replace what the AppHost would pass for the same flags, except the ports, which are the AppHost's business. A flag that the
    /// image's release doesn't know is refused when the node starts.
    /// </summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="flags">Each in one piece: <c>--flag=value</c>.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<T> WithScyllaArguments<T>(this IResourceBuilder<T> builder, params string[] flags)
        where T : IAlternatorContainerResource
    {
        ArgumentNullException.ThrowIfNull(flags);
        foreach (string argument in flags)
        {
            _ = ShellArgument.Escape(argument);
            if (!argument.StartsWith("--", StringComparison.Ordinal))
                throw new ArgumentException($"'{argument}' is no flag: write each argument in one piece, --flag=value.", nameof(flags));
            if (argument.Split('=')[0] is "--alternator-port" or "--alternator-https-port" or "--alternator-address")
                throw new ArgumentException($"'{argument}' can't be set: the AppHost decides where Alternator listens in the container. For the port on the host use WithHostPort, for TLS WithHttps.", nameof(flags));
        }
        return builder.Set(settings => settings.Extra.AddRange(flags));
    }

    /// <summary>
    /// Names the ScyllaDB release of an image whose tag isn't its release number, so that the right flags are used. On an emulator it is the release whose Alternator is followed:
    /// 2026.2 when not called.
    /// </summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="release">E.g. <c>2025.4.10</c>.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<T> WithScyllaRelease<T>(this IResourceBuilder<T> builder, string release)
        where T : IAlternatorServerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(release);
        _ = ScyllaRelease.Parse(release);
        return builder.Set(settings => settings.Release = release);
    }

    /// <summary>
    /// Has requests checked: a role is made when the cluster boots for the first time, requests must be signed as it, and the connection string carries it.
    /// Its name is the access key; its secret is a parameter, generated when none is given. Aspire hides the secret in its dashboard; ScyllaDB itself
    /// prints its command line, with it, into the container's log.
    /// </summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="accessKey">The name of the role.</param>
    /// <param name="secretKey">The secret; generated, letters and digits only, when null.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("withAlternatorAuthorization", MethodName = "withAuthorization")]
    public static IResourceBuilder<T> WithAuthorization<T>(this IResourceBuilder<T> builder, string accessKey = "alternator", IResourceBuilder<ParameterResource>? secretKey = null)
        where T : IAlternatorServerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ThrowIfNoName(accessKey, nameof(accessKey));
        // No special characters: the secret crosses a shell in the image's entry point, and a connection string.
        ParameterResource secret = secretKey?.Resource ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder.ApplicationBuilder, $"{builder.Resource.Name}-secret-key", special: false);
        return builder.Set(settings => settings.Role = new AlternatorRole(accessKey, secret));
    }

    /// <summary>What crosses a shell, a connection string and Scylla's own files has to be plain.</summary>
    private static void ThrowIfNoName(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        if (name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.')))
            throw new ArgumentException($"'{name}' must consist of letters, digits, '_', '-' and '.'.", parameter);
    }

    private static IResourceBuilder<T> Set<T>(this IResourceBuilder<T> builder, Action<ScyllaSettings> set)
        where T : IAlternatorServerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        set(builder.Resource.Settings);
        return builder;
    }

    /// <summary>Does something to every container of a resource: itself, or its nodes.</summary>
    private static IResourceBuilder<T> EachNode<T>(this IResourceBuilder<T> builder, Action<IResourceBuilder<ContainerResource>, int> change)
        where T : IAlternatorContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        int i = 0;
        foreach (IResourceWithEndpoints node in builder.Resource.Nodes)
            change(builder.ApplicationBuilder.CreateResourceBuilder((ContainerResource)node), i++);
        return builder;
    }
}
