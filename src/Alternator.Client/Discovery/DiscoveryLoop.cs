namespace Alternator.Client;

/// <summary>
/// When the list of nodes is refreshed. In order:
/// <list type="number">
/// <item>The first round begins at the start. Until one has found the nodes, the next comes after a quarter of a second, then after
/// twice the time each, up to four seconds: a process that starts before its cluster finds it soon.</item>
/// <item>Then rounds come every active interval while there are requests and every idle interval while there are none; a request after
/// idleness starts one at once.</item>
/// <item>While rounds fail, the pauses without requests grow from the active to the idle interval.</item>
/// </list>
/// All pauses are jittered, so that clients don't march in step. One round runs at a time; who wants another joins it.
/// </summary>
internal sealed class DiscoveryLoop
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private const int StartUpDoublings = 4;

    private readonly NodeRegistry _registry;
    private readonly DiscoveryOptions _options;
    private readonly DiscoveryRound _round;
    private readonly DiscoveryReport _report;
    private readonly TimeProvider _clock;
    private readonly Random _random;
    private readonly WakeSignal _wake;
    private readonly Lock _lock = new();
    private readonly TaskCreationOptions _continuations;
    private readonly List<TaskCompletionSource> _waiting = [];
    private Task? _running;
    private volatile bool _firstRoundEnded;
    private volatile bool _traffic;

    public DiscoveryLoop(NodeRegistry registry, DiscoveryOptions options, DiscoveryRound round, DiscoveryReport report, TimeProvider clock, Random random, bool inline)
    {
        _registry = registry;
        _options = options;
        _round = round;
        _report = report;
        _clock = clock;
        _random = random;
        _wake = new WakeSignal(clock, inline);
        _continuations = inline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;
    }

    /// <summary>Whether the first round has ended, whatever it found.</summary>
    public bool FirstRoundEnded => _firstRoundEnded;

    /// <summary>
    /// Completes when the first round has ended. A task for each who waits: of several that wait for the same one .NET continues one in line and the
    /// others elsewhere, in an order that no simulation could repeat.
    /// </summary>
    public Task FirstRoundAsync()
    {
        lock (_lock)
        {
            if (_firstRoundEnded)
            {
                return Task.CompletedTask;
            }
            var waiter = new TaskCompletionSource(_continuations);
            _waiting.Add(waiter);
            return waiter.Task;
        }
    }

    /// <summary>Tells the loop that there are requests.</summary>
    public void NoteRequest()
    {
        if (!_traffic)
        {
            _traffic = true;
            _wake.Set();
        }
    }

    /// <summary>Runs rounds until the token is cancelled or the owner is gone.</summary>
    public async Task RunAsync(WeakReference<AlternatorNodes> owner, CancellationToken cancellationToken)
    {
        try
        {
            while (owner.TryGetTarget(out _))
            {
                _traffic = false;
                await RefreshAsync(cancellationToken).ConfigureAwait(false);
                (TimeSpan least, TimeSpan most) = Pause();
                // A request that comes while the loop is idle sets the signal; one that comes while it is busy only keeps it busy.
                double jitter = Jitter();
                await Task.Delay(least * jitter, _clock, cancellationToken).ConfigureAwait(false);
                if (!_traffic && most > least)
                {
                    await _wake.WaitAsync((most - least) * jitter, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <summary>Runs a round now, or joins the one that is running.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource? mine = null;
        Task running;
        lock (_lock)
        {
            if (_running is null)
            {
                mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _running = mine.Task;
            }
            running = _running;
        }
        if (mine is null)
        {
            await running.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }
        try
        {
            await _round.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Not the nodes' doing, whose failures are part of a round: an address translator or credentials that throw, say. The next round may do better.
            _report.Unconfirmed($"A refresh failed: {exception.Message}", exception);
        }
        finally
        {
            TaskCompletionSource[] waiting;
            lock (_lock)
            {
                _firstRoundEnded = true;
                _running = null;
                waiting = [.. _waiting];
                _waiting.Clear();
            }
            foreach (TaskCompletionSource waiter in waiting)
            {
                waiter.SetResult();
            }
            mine.SetResult();
        }
    }

    /// <summary>How long to wait for the next round: at least, and at most while there are no requests.</summary>
    private (TimeSpan Least, TimeSpan Most) Pause()
    {
        int failed = _report.FailedRounds;
        TimeSpan most = failed == 0
            ? _options.IdleInterval
            : _registry.View.Snapshot.FromDiscovery
                ? _options.ActiveInterval * Math.Pow(2, Math.Min(failed, 20))
                : FirstPause * Math.Pow(2, Math.Min(failed - 1, StartUpDoublings));
        most = most < _options.IdleInterval ? most : _options.IdleInterval;
        return (most < _options.ActiveInterval ? most : _options.ActiveInterval, most);
    }

    private double Jitter()
    {
        lock (_random)
        {
            return 1 + (_options.Jitter * ((2 * _random.NextDouble()) - 1));
        }
    }
}
