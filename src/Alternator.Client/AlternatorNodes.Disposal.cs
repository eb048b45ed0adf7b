namespace Alternator.Client;

/// <remarks>Synchronous disposal is for containers that know no other: they refuse to hold what is only <see cref="IAsyncDisposable"/>.</remarks>
public sealed partial class AlternatorNodes : IDisposable
{
    /// <summary>Tells the background work to stop and closes the connections, without waiting for the end of either.</summary>
    public void Dispose()
    {
        Task stopping = DisposeAsync().AsTask();
        _ = stopping.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
