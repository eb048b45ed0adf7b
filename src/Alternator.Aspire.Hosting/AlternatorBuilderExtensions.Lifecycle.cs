using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.Lifecycle;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Aspire.Hosting;

public static partial class AlternatorBuilderExtensions
{
    private static IResourceBuilder<AlternatorClusterResource> WithClusterLifecycle(this IResourceBuilder<AlternatorClusterResource> builder)
    {
        // Before the first container, so before there is a volume that another instance of this AppHost could take for one of an ended run.
        builder.ApplicationBuilder.Services.TryAddSingleton<HeldRuns>();
        builder.ApplicationBuilder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            if (builder.ApplicationBuilder.ExecutionContext.IsRunMode && !builder.Resource.Settings.IsEmulated)
                start.Services.GetRequiredService<HeldRuns>().Hold(builder.Resource.Run);
            return Task.CompletedTask;
        });
        return builder.OnInitializeResource((cluster, initialize, cancellationToken) => cluster.Settings.IsEmulated
            ? Task.CompletedTask
            : Task.WhenAll(
                new ClusterLife(cluster, initialize).RunAsync(cancellationToken),
                NodeVolumes.RemoveThoseOfEarlierRunsAsync(cluster, builder.ApplicationBuilder, initialize.Services, cancellationToken)));
    }

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
}
