using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Lifecycle;

namespace Aspire.Hosting;

public static partial class AlternatorBuilderExtensions
{
    private static IResourceBuilder<AlternatorClusterResource> WithClusterLifecycle(this IResourceBuilder<AlternatorClusterResource> builder) =>
        builder.OnInitializeResource((cluster, initialize, cancellationToken) =>
            cluster.IsEmulated ? Task.CompletedTask : new ClusterLife(cluster, initialize).RunAsync(cancellationToken));

    private static IResourceBuilder<AlternatorConnectionResource> WithConnectionLifecycle(this IResourceBuilder<AlternatorConnectionResource> builder) =>
        builder.OnInitializeResource(async (connection, initialize, cancellationToken) =>
        {
            var life = new FacadeLifecycle(connection, initialize.Services, initialize.Logger);
            try
            {
                await life.BeforeStartAsync(cancellationToken).ConfigureAwait(false);
                await life.RunningAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                await life.FailedAsync(e).ConfigureAwait(false);
            }
        });

    /// <summary>
    /// Lets a deployment reach a cluster that exists there, by a parameter <c>{name}-connection-string</c>. Needed to publish an AppHost
    /// with a cluster: the AppHost makes the nodes join one after another, and there is no AppHost in a deployment.
    /// </summary>
    /// <param name="builder">The cluster.</param>
    /// <returns>The <paramref name="builder"/>.</returns>
    [AspireExport("publishAlternatorClusterAsConnectionString", MethodName = "publishAsConnectionString")]
    public static IResourceBuilder<AlternatorClusterResource> PublishAsConnectionString(this IResourceBuilder<AlternatorClusterResource> builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode && builder.Resource.Published is null)
            builder.Resource.Published = builder.ApplicationBuilder.AddParameter($"{builder.Resource.Name}-connection-string", secret: true).Resource;
        return builder.ExcludeFromManifest();
    }

    private static IResourceBuilder<AlternatorClusterResource> RefuseToPublish(this IResourceBuilder<AlternatorClusterResource> builder)
    {
        if (!builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return builder;
        builder.ApplicationBuilder.Eventing.Subscribe<BeforeStartEvent>((_, _) => builder.Resource.Published is null
            ? throw new DistributedApplicationException(
                $"The Alternator cluster '{builder.Resource.Name}' can't be published: its nodes join one after another, which the AppHost sees to, and there is no AppHost in a deployment. "
                + $"Call .PublishAsConnectionString() on it and give the deployment the connection string of a cluster, or use AddAlternator(\"{builder.Resource.Name}\") for a single node.")
            : Task.CompletedTask);
        return builder;
    }
}
