using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Lifecycle;

/// <summary>
/// The life of a logical cluster: it runs as soon as its nodes have addresses, goes on running while any node does, stops with the last one and
/// runs again with the first that comes back.
/// </summary>
internal sealed class ClusterLife(AlternatorClusterResource cluster, InitializeResourceEvent initialize)
{
    private readonly FacadeLifecycle _life = new(cluster, initialize.Services, initialize.Logger);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _life.BeforeStartAsync(cancellationToken).ConfigureAwait(false);
            var running = new HashSet<string>(StringComparer.Ordinal);
            bool up = false;
            await foreach (ResourceEvent change in initialize.Notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
            {
                if (change.Resource is not AlternatorNodeResource node || node.Cluster != cluster)
                    continue;
                string? state = change.Snapshot.State?.Text;
                if (state == KnownResourceStates.Running)
                    running.Add(node.Name);
                else if (KnownResourceStates.TerminalStates.Contains(state))
                    running.Remove(node.Name);
                if (up == running.Count > 0)
                    continue;
                up = running.Count > 0;
                await (up ? _life.RunningAsync(cancellationToken) : _life.StoppedAsync(cancellationToken)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await _life.FailedAsync(e).ConfigureAwait(false);
        }
    }
}
