using System.Diagnostics;
using Alternator.Client;
using Amazon.Runtime;

namespace Alternator.Benchmarks;

/// <summary>What requests meet when a node of three goes bad: closed loop, default settings.</summary>
internal static class Faults
{
    public static (string Name, string[] Commands)[] Cases { get; } =
    [
        ("none", []),
        ("one node 50 ms slower", ["slow 2 50"]),
        ("one node killed", ["kill 2"]),
        ("one node black-holed", ["hole 2"]),
        ("one killed, one black-holed", ["kill 2", "hole 3"]),
    ];

    public static async Task<string> RunAsync(StubProcess stub, string name, string[] commands, int concurrency, TimeSpan time)
    {
        var config = new AlternatorClientConfig($"http://127.0.0.1:{stub.Port}");
        await using var client = new AlternatorDynamoDBClient(new BasicAWSCredentials("alternator", "secret"), config);
        await client.Nodes.RefreshAsync().ConfigureAwait(false);
        await Measurement.RunAsync(() => client.GetItemAsync(Canned.Get()), concurrency, TimeSpan.FromSeconds(1.5)).ConfigureAwait(false);
        long faultAt = 0;
        long failed = 0;
        long end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var latencies = new List<double>[concurrency];
        Task[] loops = [.. Enumerable.Range(0, concurrency).Select(i => Task.Run(async () =>
        {
            List<double> own = latencies[i] = new List<double>(100_000);
            while (Stopwatch.GetTimestamp() < end)
            {
                long start = Stopwatch.GetTimestamp();
                try
                {
                    await client.GetItemAsync(Canned.Get()).ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or OperationCanceledException)
                {
                    Interlocked.Increment(ref failed);
                }
                if (Volatile.Read(ref faultAt) is var since and > 0 && Stopwatch.GetTimestamp() > since)
                    own.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }))];
        await Task.Delay(200).ConfigureAwait(false);
        foreach (string command in commands)
            await stub.CommandAsync(command).ConfigureAwait(false);
        Volatile.Write(ref faultAt, Stopwatch.GetTimestamp());
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(loops).ConfigureAwait(false);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        for (int node = 1; node <= Stub.Nodes; node++)
            await stub.CommandAsync($"revive {node}").ConfigureAwait(false);
        double[] all = [.. latencies.SelectMany(own => own).Order()];
        double At(double share) => all[Math.Min(all.Length - 1, (int)(all.Length * share))];
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"| {name} | {all.Length / seconds:0} | {At(0.5):0.00} | {At(0.99):0.0} | {At(0.999):0.0} | {all[^1]:0} | {failed} |");
    }
}
