using Alternator.Emulator.Engine;

namespace Alternator.Emulator.TimeToLive;

/// <summary>Deletes expired items, period after period. ScyllaDB looks once a day by default; here the period is short.</summary>
internal sealed class ExpiryScan : IDisposable
{
    private const int Chunk = 1000;

    private readonly TableCatalog _tables;
    private readonly TimeProvider _time;
    private readonly ITimer? _timer;
    private int _running;

    /// <summary>Starts looking; a period of zero switches expiry off.</summary>
    public ExpiryScan(TableCatalog tables, TimeProvider time, TimeSpan period)
    {
        _tables = tables;
        _time = time;
        _timer = period > TimeSpan.Zero ? time.CreateTimer(_ => Run(), null, period, period) : null;
    }

    /// <summary>Deletes what is expired now.</summary>
    public void Run()
    {
        // A scan that takes longer than the period is not joined by a second one.
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            return;
        }

        try
        {
            var now = _time.GetUtcNow().ToUnixTimeSeconds();
            foreach (var table in _tables.All)
            {
                while (table.DeleteExpired(now, Chunk) == Chunk)
                {
                }
            }
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    public void Dispose() => _timer?.Dispose();
}
