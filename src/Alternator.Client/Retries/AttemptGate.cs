using System.Threading.Tasks.Sources;

namespace Alternator.Client;

/// <summary>
/// What a request waits at: it opens when an attempt has ended, when a time is over, or when the caller has cancelled. Pooled
/// together with its timer and cancellation source, so that the common case, one attempt that succeeds, allocates nothing here.
/// <para>It may open for no reason (a timer of an earlier use, for one): whoever passes looks for himself what has happened, and waits
/// again if nothing has. That is what makes the reuse safe. Only one waits at a time.</para>
/// </summary>
#pragma warning disable CA1001 // Retire disposes of what the gate owns; Return keeps it.
internal sealed class AttemptGate : IValueTaskSource
#pragma warning restore CA1001
{
    private const int Closed = 0;
    private const int Open = 1;
    private const int Waiting = 2;

    private static readonly AttemptGate?[] Pool = new AttemptGate?[64];

    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _cancellation = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _caller;
    private int _state;
    private volatile Action? _abandoned;

    private AttemptGate(TimeProvider clock)
    {
        _clock = clock;
        Opener = Signal;
        using (AmbientState.Suppress())
        {
            _timer = clock.CreateTimer(static gate => ((AttemptGate)gate!).Signal(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Opens the gate; to be registered as the continuation of an attempt.</summary>
    public Action Opener { get; }

    /// <summary>For the first attempt: cancelled by the caller or by <see cref="Cancel"/>.</summary>
    public CancellationToken Token => _cancellation.Token;

    public static AttemptGate Rent(TimeProvider clock, CancellationToken caller)
    {
        AttemptGate? gate = null;
        if (clock == TimeProvider.System)
        {
            // Start at a place of one's own, so that cores don't fight for the first.
            int start = Environment.CurrentManagedThreadId;
            for (int i = 0; i < 8 && gate is null; i++)
            {
                ref AttemptGate? slot = ref Pool[(start + i) & (Pool.Length - 1)];
                gate = slot is null ? null : Interlocked.Exchange(ref slot, null);
            }
        }
        gate ??= new AttemptGate(clock);
        if (caller.CanBeCanceled)
        {
            gate._caller = caller.UnsafeRegister(static state => ((AttemptGate)state!).Cancel(), gate);
        }
        return gate;
    }

    /// <summary>Gives the gate back for reuse. Nothing may still use its token.</summary>
    public void Return()
    {
        bool quiet = _caller.Token.CanBeCanceled ? _caller.Unregister() : true;
        _caller = default;
        if (!quiet || _clock != TimeProvider.System || !_cancellation.TryReset())
        {
            Retire();
            return;
        }
        // The timer isn't stopped: if it fires it opens the gate for nothing, which whoever waits then expects.
        int start = Environment.CurrentManagedThreadId;
        for (int i = 0; i < 8; i++)
        {
            ref AttemptGate? slot = ref Pool[(start + i) & (Pool.Length - 1)];
            if (slot is null && Interlocked.CompareExchange(ref slot, this, null) is null)
            {
                return;
            }
        }
        Retire();
    }

    /// <summary>Ends the gate's use for good, with attempts that may still be running.</summary>
    /// <param name="abandoned">Called whenever one of them ends.</param>
    public void Retire(Action? abandoned = null)
    {
        _caller.Unregister();
        _caller = default;
        _timer.Dispose();
        _abandoned = abandoned;
        abandoned?.Invoke();
    }

    public void Cancel()
    {
        _cancellation.Cancel();
        Signal();
    }

    /// <summary>Opens the gate after a time; replaces an earlier time.</summary>
    public void OpenAfter(TimeSpan time) =>
        // Timers count whole milliseconds: rounded up, so that the time is over when the gate opens.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, time.TotalMilliseconds))), Timeout.InfiniteTimeSpan);

    /// <summary>Waits until the gate opens, and closes it behind the one who waited.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Closed, Open) == Open)
        {
            return default;
        }
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Closed) == Closed)
        {
            return new ValueTask(this, _core.Version);
        }
        Volatile.Write(ref _state, Closed);
        return default;
    }

    private void Signal()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Waiting when Interlocked.CompareExchange(ref _state, Closed, Waiting) == Waiting:
                    _core.SetResult(true);
                    return;
                case Closed when Interlocked.CompareExchange(ref _state, Open, Closed) == Closed:
                    _abandoned?.Invoke();
                    return;
                case Open:
                    _abandoned?.Invoke();
                    return;
            }
        }
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
