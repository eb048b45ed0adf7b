using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client.Lifetime;

/// <summary>
/// Ties a client to the host. Before other hosted services start it waits for the nodes, if the settings say so; after all others
/// have stopped, which may use the client until their own end, it disposes the client. A client that nobody has resolved and
/// nobody waits for is never made.
/// </summary>
internal sealed class RunWithHost(ClientHolder holder) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => holder.StartAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => holder.DisposeAsync().AsTask();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
