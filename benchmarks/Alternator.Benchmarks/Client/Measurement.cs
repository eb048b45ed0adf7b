using System.Diagnostics;

namespace Alternator.Benchmarks;

/// <summary>What one operation costs in one round.</summary>
internal readonly record struct Cost(double CpuMicroseconds, double AllocatedBytes, double PerSecond);

/// <summary>A closed loop: so many requests in flight, for so long.</summary>
internal static class Measurement
{
    public static async Task<Cost> RunAsync(Func<Task> operation, int concurrency, TimeSpan time)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        long operations = 0;
        TimeSpan cpu = process.TotalProcessorTime;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            long done = 0;
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                await operation().ConfigureAwait(false);
                done++;
            }
            Interlocked.Add(ref operations, done);
        }))).ConfigureAwait(false);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        process.Refresh();
        cpu = process.TotalProcessorTime - cpu;
        return new Cost(cpu.TotalMicroseconds / operations, (double)allocated / operations, operations / elapsed.TotalSeconds);
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
