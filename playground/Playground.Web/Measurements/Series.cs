namespace Playground.Web.Measurements;

/// <summary>
/// What one node (or the whole client) did in each of the last seconds: requests per second, and latencies of the last ten.
/// A ring of seconds; time comes from the caller, so nothing here reads a clock.
/// </summary>
public sealed class Series
{
    /// <summary>A minute for the chart, one second more on each side for its sliding, and the second that is still running.</summary>
    public const int Seconds = 64;

    private const int LatencyWindow = 10;

    private readonly Lock _lock = new();
    private readonly Second[] _ring = new Second[Seconds];
    private long _total;

    public Series()
    {
        for (var i = 0; i < Seconds; i++)
            _ring[i] = new();
    }

    public void Add(long second, TimeSpan latency)
    {
        lock (_lock)
        {
            var slot = _ring[second % Seconds];
            if (slot.At != second)
            {
                if (slot.At > second)
                    return;
                slot.At = second;
                slot.Latencies.Clear();
            }
            slot.Latencies.Add(latency);
            _total++;
        }
    }

    /// <summary>The <paramref name="length"/> whole seconds that end with <paramref name="last"/>.</summary>
    public SeriesView View(long last, int length)
    {
        var counts = new int[length];
        var latencies = new LatencyHistogram();
        lock (_lock)
        {
            for (var i = 0; i < length; i++)
            {
                var second = last - length + 1 + i;
                var slot = _ring[second % Seconds];
                if (slot.At != second)
                    continue;
                counts[i] = (int)slot.Latencies.Count;
                if (second > last - LatencyWindow)
                    latencies.Add(slot.Latencies);
            }
            return new(
                _total,
                counts.TakeLast(2).Average(),
                latencies.PercentileMilliseconds(0.50),
                latencies.PercentileMilliseconds(0.95),
                latencies.PercentileMilliseconds(0.99),
                counts);
        }
    }

    private sealed class Second
    {
        public long At { get; set; } = -1;

        public LatencyHistogram Latencies { get; } = new();
    }
}

/// <summary>Percentiles are milliseconds over the last ten seconds; null when nothing was served in them.</summary>
public sealed record SeriesView(long Total, double PerSecond, double? P50, double? P95, double? P99, int[] Counts);
