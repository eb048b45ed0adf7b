using System.Diagnostics;
using System.Globalization;
using System.Text;
using Alternator.Client;

namespace Alternator.Benchmarks;

/// <summary>What it costs to choose a node by power of two choices.</summary>
internal static class Picking
{
    public static void Run(StringBuilder report)
    {
        report.AppendLine().AppendLine("| choosing a node | µs | B |").AppendLine("|---|---|---|");
        foreach (int count in (int[])[3, 1000])
        {
            var options = new AlternatorNodesOptions { Discovery = { Enabled = false } };
            for (int i = 0; i < count; i++)
                options.Endpoints.Add(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://10.1.{i / 250}.{1 + (i % 250)}:8000")));
            var nodes = new AlternatorNodes(options);
            ILoadBalancer balancer = new BalancingOptions().Create(TimeProvider.System, Random.Shared);
            Choose(100_000);
            double best = double.MaxValue;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int round = 0; round < 7; round++)
            {
                long start = Stopwatch.GetTimestamp();
                Choose(200_000);
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / 200_000);
            }
            report.AppendLine(CultureInfo.InvariantCulture, $"| {count} nodes | {best:0.000} | {(GC.GetAllocatedBytesForCurrentThread() - before) / 1_400_000} |");

            void Choose(int times)
            {
                ReadOnlySpan<AlternatorNode> candidates = nodes.Snapshot.Nodes.AsSpan();
                for (int i = 0; i < times; i++)
                    balancer.Choose(candidates);
            }
        }
    }
}
