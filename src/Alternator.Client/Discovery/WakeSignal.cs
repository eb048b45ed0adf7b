namespace Alternator.Client;

/// <summary>Wakes a loop from its pause. A signal during the loop's work ends its next pause at once.</summary>
/// <param name="clock">Measures the pauses.</param>
/// <param name="inline">Whether the loop continues on the thread that wakes it; only for simulations on one thread.</param>
internal sealed class WakeSignal(TimeProvider clock, bool inline)
{
    private readonly Lock _lock = new();
    private readonly TaskCreationOptions _continuations = inline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;
    private TaskCompletionSource? _waiter;
    private bool _signaled;

    public void Set()
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            waiter = _waiter;
            _waiter = null;
            _signaled = waiter is null;
        }
        waiter?.TrySetResult();
    }

    /// <summary>Waits until the time is over or the signal is set, whichever is first.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource waiter;
        lock (_lock)
        {
            if (_signaled)
            {
                _signaled = false;
                return;
            }
            _waiter = waiter = new TaskCompletionSource(_continuations);
        }
        using (clock.CreateTimer(static state => ((TaskCompletionSource)state!).TrySetResult(), waiter, time, Timeout.InfiniteTimeSpan))
        using (cancellationToken.Register(static state => ((TaskCompletionSource)state!).TrySetResult(), waiter))
        {
            await waiter.Task.ConfigureAwait(false);
        }
        lock (_lock)
        {
            if (_waiter == waiter)
            {
                _waiter = null;
            }
        }
        cancellationToken.ThrowIfCancellationRequested();
    }
}
