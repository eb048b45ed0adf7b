using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Alternator.Benchmarks;

/// <summary>
/// What a request costs through this client, the plain SDK and a raw HttpClient. The stub server and the client are two processes,
/// each on a core of its own; the variants take turns, in reverse order every other round; medians over the rounds. Rounds count
/// once the compiler is done with what runs often.
/// <para><c>./bench client [--rounds N] [--out FILE] [--only table|getitem|faults|picking]</c></para>
/// </summary>
internal static class ClientBenchmark
{
    private const int Concurrency = 16;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(400);

    // What runs often is compiled three times, in between with counters that double its cost. The last of that is over after some seven of these.
    private const int WarmUps = 12;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["stub", ..])
            return await Stub.RunAsync().ConfigureAwait(false);
        if (args is ["worker", ..])
            return await WorkAsync(args).ConfigureAwait(false);
        // The orchestrator only waits: what is measured runs in a worker that is pinned from its first thread on.
        ProcessStartInfo start = StubProcess.Command("1", ["worker", .. args]);
        start.RedirectStandardInput = false;
        start.RedirectStandardOutput = false;
        using Process worker = Process.Start(start)!;
        await worker.WaitForExitAsync().ConfigureAwait(false);
        return worker.ExitCode;
    }

    private static async Task<int> WorkAsync(string[] args)
    {
        int rounds = int.Parse(Option(args, "--rounds") ?? "7", CultureInfo.InvariantCulture);
        string? only = Option(args, "--only");
        var report = new StringBuilder();
        await using StubProcess stub = await StubProcess.StartAsync().ConfigureAwait(false);
        report.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, .NET {Environment.Version}, {(StubProcess.CanPin ? "server and client pinned to one core each" : "NOT pinned")}, concurrency {Concurrency}, {rounds} rounds of {Round.TotalMilliseconds:0} ms each, median (lowest-highest).");
        if (only is null or "table" or "getitem")
        {
            using var variants = new Variants(stub.Port);
            (string Title, (string, Func<Task>)[] Variants)[] tables =
            [
                ("GetItem", variants.GetItem),
                ("PutItem", variants.PutItem),
                ("Query of 10 items", variants.Query),
                ("DescribeTable", variants.DescribeTable),
            ];
            foreach ((string title, (string, Func<Task>)[] compared) in only == "getitem" ? tables[..1] : tables)
                await TableAsync(report, title, compared, rounds).ConfigureAwait(false);
        }
        if (only is null or "picking")
            Picking.Run(report);
        if (only is null or "faults")
        {
            report.AppendLine().AppendLine("| three nodes, GetItem | op/s | p50 ms | p99 ms | p99.9 ms | longest ms | failed |").AppendLine("|---|---|---|---|---|---|---|");
            foreach ((string name, string[] commands) in Faults.Cases)
                report.AppendLine(await Faults.RunAsync(stub, name, commands, Concurrency, TimeSpan.FromSeconds(5)).ConfigureAwait(false));
        }
        Console.Write(report);
        if (Option(args, "--out") is { } file)
            await File.WriteAllTextAsync(file, report.ToString()).ConfigureAwait(false);
        return 0;
    }

    private static async Task TableAsync(StringBuilder report, string title, (string Name, Func<Task> Operation)[] variants, int rounds)
    {
        for (int pass = 0; pass < WarmUps; pass++)
        {
            foreach ((_, Func<Task> operation) in variants)
                await Measurement.RunAsync(operation, Concurrency, WarmUp).ConfigureAwait(false);
        }
        var costs = variants.ToDictionary(variant => variant.Name, _ => new List<Cost>());
        for (int round = 0; round < rounds; round++)
        {
            foreach ((string name, Func<Task> operation) in round % 2 == 0 ? variants : variants.Reverse())
                costs[name].Add(await Measurement.RunAsync(operation, Concurrency, Round).ConfigureAwait(false));
        }
        string[] baselines = [.. variants.Select(variant => variant.Name).Where(name => !name.StartsWith("ours", StringComparison.Ordinal))];
        report.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"| {title} | CPU µs | allocated B | op/s | {string.Join(" | ", baselines.Select(name => $"CPU, B, op/s against {name}"))} |");
        report.AppendLine(string.Concat(Enumerable.Repeat("|---", 4 + baselines.Length)) + "|");
        foreach ((string name, _) in variants)
        {
            List<Cost> own = costs[name];
            report.Append(CultureInfo.InvariantCulture, $"| {name} | {Spread(own, cost => cost.CpuMicroseconds, "0.0")} | {Median(own, cost => cost.AllocatedBytes):0} | {Spread(own, cost => cost.PerSecond, "0")} |");
            foreach (string baseline in baselines)
            {
                List<Cost> other = costs[baseline];
                report.Append(name == baseline ? " |" : string.Create(CultureInfo.InvariantCulture, $" {Ratio(own, other, cost => cost.CpuMicroseconds):0.00}, {Ratio(own, other, cost => cost.AllocatedBytes):0.00}, {Ratio(own, other, cost => cost.PerSecond):0.0} |"));
            }
            report.AppendLine();
        }
    }

    private static double Median(List<Cost> costs, Func<Cost, double> of) => Measurement.Median(costs.Select(of));

    private static double Ratio(List<Cost> a, List<Cost> b, Func<Cost, double> of) => Median(a, of) / Median(b, of);

    private static string Spread(List<Cost> costs, Func<Cost, double> of, string format) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median(costs, of).ToString(format, CultureInfo.InvariantCulture)} ({costs.Min(of).ToString(format, CultureInfo.InvariantCulture)}-{costs.Max(of).ToString(format, CultureInfo.InvariantCulture)})");

    private static string? Option(string[] args, string name)
    {
        int at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
