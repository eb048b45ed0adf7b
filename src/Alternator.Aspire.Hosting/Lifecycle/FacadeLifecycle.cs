using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Lifecycle;

/// <summary>
/// The life of a resource that the orchestrator knows nothing of: a logical cluster, the emulator, a connection string. Aspire publishes
/// the states of containers and takes their tables along; here both are done by hand, one step each, in this order: before start (which is where a
/// <c>WaitFor</c> waits), starting, connection string, running. Health checks begin with Running, and ready follows health, never from here.
/// </summary>
internal sealed partial class FacadeLifecycle(IAlternatorResource resource, IServiceProvider services, ILogger logger)
{
    private readonly ResourceNotificationService _notifications = services.GetRequiredService<ResourceNotificationService>();
    private readonly IDistributedApplicationEventing _eventing = services.GetRequiredService<IDistributedApplicationEventing>();

    public async Task BeforeStartAsync(CancellationToken cancellationToken)
    {
        await _eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services), cancellationToken).ConfigureAwait(false);
        await StateAsync(KnownResourceStates.Starting).ConfigureAwait(false);
    }

    public async Task RunningAsync(CancellationToken cancellationToken)
    {
        await _eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, services), cancellationToken).ConfigureAwait(false);
        foreach (AlternatorTableResource table in Tables())
            await _eventing.PublishAsync(new ConnectionStringAvailableEvent(table, services), cancellationToken).ConfigureAwait(false);
        await StateAsync(KnownResourceStates.Running).ConfigureAwait(false);
    }

    public async Task FailedAsync(Exception e)
    {
        StartFailed(logger, e, resource.Name, e.Message);
        await StateAsync(KnownResourceStates.FailedToStart).ConfigureAwait(false);
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await StateAsync(KnownResourceStates.Exited).ConfigureAwait(false);
        foreach (IResource one in WithTables())
        {
            if (_notifications.TryGetCurrentState(one.Name, out ResourceEvent? last))
                await _eventing.PublishAsync(new ResourceStoppedEvent(one, services, last), cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StateAsync(string state) => Task.WhenAll(WithTables().Select(one => PublishAsync(_notifications, one, state)));

    public static Task PublishAsync(ResourceNotificationService notifications, IResource resource, string state, int? exitCode = null) =>
        notifications.PublishUpdateAsync(resource, s => s with
        {
            State = state,
            ExitCode = exitCode,
            StartTimeStamp = state == KnownResourceStates.Running ? DateTime.UtcNow : s.StartTimeStamp,
            StopTimeStamp = state == KnownResourceStates.Exited ? DateTime.UtcNow : null,
            Urls = [.. s.Urls.Select(url => url with { IsInactive = state != KnownResourceStates.Running })],
        });

    private IEnumerable<AlternatorTableResource> Tables() =>
        services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<AlternatorTableResource>().Where(table => table.Parent == resource);

    private IEnumerable<IResource> WithTables() => Tables().Cast<IResource>().Prepend(resource);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Resource} could not be started: {Reason}")]
    private static partial void StartFailed(ILogger logger, Exception e, string resource, string reason);
}
