using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client.Lifetime;

/// <summary>
/// Disposes a client when the host has stopped: after all other hosted services, which may use it until their own end.
/// A client that was never resolved is not made for this.
/// </summary>
internal sealed class StopWithHost(ClientHolder holder) : IHostedLifecycleService
{
    public Task StoppedAsync(CancellationToken cancellationToken) => holder.DisposeAsync().AsTask();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
