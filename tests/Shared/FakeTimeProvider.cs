namespace Alternator.Testing;

/// <summary>
/// A clock that stands still until it is told to advance. Timers fire in the order of their times, on the thread that advances the
/// clock, and see the time at which they were due. Timestamps count in ticks of 100 ns.
/// </summary>
public sealed class FakeTimeProvider(DateTimeOffset? start = null) : TimeProvider
{
    private readonly object _lock = new();
    private readonly PriorityQueue<(FakeTimer Timer, int Arming), (long Due, long Order)> _due = new();
    private readonly DateTimeOffset _start = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _now;
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => new(GetTimestamp());

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass; fires every timer that comes due meanwhile, those that are armed by others included.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        long end = GetTimestamp() + time.Ticks;
        while (FireNext(end))
        {
        }
        Interlocked.Exchange(ref _now, end);
    }

    /// <summary>Lets time pass without firing anything, as when the process stands still. What comes due meanwhile fires late, when the clock is next advanced.</summary>
    public void Stall(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);

    /// <summary>Moves to the next timer's time and fires it, unless that lies beyond the limit. Returns whether one fired.</summary>
    public bool FireNext(long until = long.MaxValue)
    {
        FakeTimer timer;
        lock (_lock)
        {
            while (true)
            {
                if (!_due.TryPeek(out (FakeTimer Timer, int Arming) next, out (long Due, long Order) at) || at.Due > until)
                {
                    return false;
                }
                _due.Dequeue();
                if (next.Timer.Arming == next.Arming)
                {
                    timer = next.Timer;
                    Interlocked.Exchange(ref _now, Math.Max(_now, at.Due));
                    break;
                }
            }
        }
        timer.Fire();
        return true;
    }

    private sealed class FakeTimer(FakeTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        /// <summary>Counts how often the timer was set; an entry of an earlier setting is void.</summary>
        public int Arming { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                Arming++;
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    clock._due.Enqueue((this, Arming), (clock._now + Math.Max(0, dueTime.Ticks), clock._order++));
                }
            }
            return true;
        }

        public void Fire()
        {
            lock (clock._lock)
            {
                Arming++;
                if (_period > TimeSpan.Zero)
                {
                    clock._due.Enqueue((this, Arming), (clock._now + _period.Ticks, clock._order++));
                }
            }
            callback(state);
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
