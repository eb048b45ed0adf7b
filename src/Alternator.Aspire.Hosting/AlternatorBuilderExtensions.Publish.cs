using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;

namespace Aspire.Hosting;

public static partial class AlternatorBuilderExtensions
{
    /// <summary>
    /// Lets a deployment reach a cluster that exists there, by a parameter <c>{name}-connection-string</c>. Needed to publish an AppHost
    /// with a cluster: the AppHost makes the nodes join one after another, and there is no AppHost in a deployment. Services that reference the
    /// cluster get the connection string there, and neither its parts nor the variables of the AWS SDKs: only the whole is known.
    /// </summary>
    /// <param name="builder">The cluster.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("publishAlternatorClusterAsConnectionString", MethodName = "publishAsConnectionString")]
    public static IResourceBuilder<AlternatorClusterResource> PublishAsConnectionString(this IResourceBuilder<AlternatorClusterResource> builder) =>
        PublishServerAsConnectionString(builder);

    /// <summary>
    /// Lets a deployment reach a cluster that exists there, by a parameter <c>{name}-connection-string</c>. Needed to publish an AppHost
    /// with an emulator, which is never deployed. Services that reference it get the connection string there, and neither its parts nor the variables
    /// of the AWS SDKs: only the whole is known.
    /// </summary>
    /// <param name="builder">The emulator.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport("publishAlternatorEmulatorAsConnectionString", MethodName = "publishAsConnectionString")]
    public static IResourceBuilder<AlternatorEmulatorResource> PublishAsConnectionString(this IResourceBuilder<AlternatorEmulatorResource> builder) =>
        PublishServerAsConnectionString(builder);

    private static IResourceBuilder<T> PublishServerAsConnectionString<T>(IResourceBuilder<T> builder)
        where T : IAlternatorServerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode && builder.Resource.Settings.Published is null)
            builder.Resource.Settings.Published = builder.ApplicationBuilder.AddParameter($"{builder.Resource.Name}-connection-string", secret: true).Resource;
        return builder;
    }

    /// <summary>Refuses to publish what can't be deployed, unless a connection string takes its place.</summary>
    internal static IResourceBuilder<T> RefuseToPublish<T>(this IResourceBuilder<T> builder, string what, string because, string or)
        where T : IAlternatorServerResource
    {
        if (!builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return builder;
        builder.ApplicationBuilder.Eventing.Subscribe<BeforeStartEvent>((_, _) => builder.Resource.Settings.Published is null
            ? throw new DistributedApplicationException(
                $"The Alternator {what} '{builder.Resource.Name}' can't be published: {because} "
                + $"Call .PublishAsConnectionString() on it and give the deployment the connection string of a cluster, or {or}.")
            : Task.CompletedTask);
        return builder;
    }

    /// <summary>
    /// Refuses to publish a node that needs files where they would be left out without a word, and the node would end at its start. Only Docker Compose's output carries the files of a container.
    /// </summary>
    private static IResourceBuilder<AlternatorResource> RefuseToPublishWithoutFiles(this IResourceBuilder<AlternatorResource> builder)
    {
        if (!builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return builder;
        builder.ApplicationBuilder.Eventing.Subscribe<BeforeStartEvent>((_, _) =>
        {
            AlternatorResource node = builder.Resource;
            if (DeploymentTarget.IsDockerCompose(node, builder.ApplicationBuilder))
                return Task.CompletedTask;
            if (node.Settings.Tls is not null)
                throw Refused("certificate and key are files", "Call WithHttps only when the ExecutionContext is in run mode");
            if (node.Settings.Arguments(NodeContainer.TagOf(node)).RackProperties is not null)
                throw Refused("before 2025.4 datacenter and rack are read from a file", "Take a later image, or call WithDatacenter and WithRack only when the ExecutionContext is in run mode");
            return Task.CompletedTask;
        });
        return builder;

        DistributedApplicationException Refused(string file, string instead) => new(
            $"The Alternator node '{builder.Resource.Name}' can't be published here: {file}, and only what is published for Docker Compose takes files along. {instead}, or publish for Docker Compose.");
    }
}
