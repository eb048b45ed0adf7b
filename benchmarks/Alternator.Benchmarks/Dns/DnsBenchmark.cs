using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Alternator.Emulator;

namespace Alternator.Benchmarks.Dns;

/// <summary>
/// The DNS server over UDP: queries per second on one core, CPU time and bytes allocated per query. The program runs in a process of its own on core 0, the load
/// on core 1; its nodes are an emulated cluster of three. Allocation is told by the server itself: of its serving threads, and of its whole process, where
/// discovery, probes and the reading of the metrics add what they need per second whatever the number of queries is.
/// </summary>
internal static class DnsBenchmark
{
    private const ushort A = 1, AAAA = 28, SRV = 33;

    public static async Task<int> RunAsync(string[] args)
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessorCount < 2)
        {
            Console.Error.WriteLine("bench dns: needs Linux and two cores: one for the server, one for the load");
            return 1;
        }

        var time = TimeSpan.FromSeconds(args.Contains("--quick") ? 1 : 4);
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        string node = $"127.0.0.1:{cluster.Port}";
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} cores, server on core 0, load on core 1, {time.TotalSeconds} s per row");
        Console.WriteLine();
        Console.WriteLine("| query | under way | queries/s | p50 us | p99 us | CPU us/query | alloc B/query, serving thread | alloc B/query, process | lost | wrong |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");

        using (DnsServerProcess server = await DnsServerProcess.StartAsync(node, "0", IPAddress.Loopback))
        {
            await MeasureAsync(server, "A", A, "alternator.local", 256, 0, 1, TimeSpan.FromSeconds(3), quiet: true);
            await MeasureAsync(server, "A, one node", A, "alternator.local", 64, 0, 1, time);
            await MeasureAsync(server, "A, one node", A, "alternator.local", 256, 0, 1, time);
            await MeasureAsync(server, "A, one node", A, "alternator.local", 1, 0, 1, time);
            await MeasureAsync(server, "SRV, three nodes", SRV, "alternator.local", 256, 0, 3, time);
            await MeasureAsync(server, "AAAA, no data", AAAA, "alternator.local", 256, 0, 0, time);
            await MeasureAsync(server, "A, no such name", A, "nobody.alternator.local", 256, 3, 0, time);
        }

        using (DnsServerProcess server = await DnsServerProcess.StartAsync(node, "0", IPAddress.Loopback, "--answers", "all"))
        {
            await MeasureAsync(server, "A", A, "alternator.local", 256, 0, 3, TimeSpan.FromSeconds(3), quiet: true);
            await MeasureAsync(server, "A, all three nodes", A, "alternator.local", 256, 0, 3, time);
        }

        using (DnsServerProcess server = await DnsServerProcess.StartAsync(node, "0", IPAddress.Any))
        {
            await MeasureAsync(server, "A", A, "alternator.local", 256, 0, 1, TimeSpan.FromSeconds(3), quiet: true);
            await MeasureAsync(server, "A, one node, a socket with all addresses", A, "alternator.local", 256, 0, 1, time);
        }

        return 0;
    }

    private static async Task MeasureAsync(
        DnsServerProcess server, string what, ushort type, string name, int window, int code, int answers, TimeSpan time, bool quiet = false)
    {
        const string Serving = "alternator_dns_serving_thread_allocated_bytes_total", Process = "process_allocated_bytes_total", Cpu = "process_cpu_seconds_total";
        double serving = await server.ReadAsync(Serving), process = await server.ReadAsync(Process), cpu = await server.ReadAsync(Cpu);
        using var load = new UdpLoad(server.EndPoint, Query(name, type), window, code, answers);
        UdpResult result = await OnCoreAsync(1, () => load.Run(time));
        serving = await server.ReadAsync(Serving) - serving;
        process = await server.ReadAsync(Process) - process;
        cpu = await server.ReadAsync(Cpu) - cpu;
        if (quiet)
            return;

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {window} | {result.PerSecond:N0} | {result.Percentile(0.5):F0} | {result.Percentile(0.99):F0} | {cpu * 1e6 / result.Answers:F2} | {serving / result.Answers:0.####} | {process / result.Answers:0.##} | {result.Lost} | {result.Wrong} |"));
    }

    private static async Task<T> OnCoreAsync<T>(int core, Func<T> run)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                ulong mask = 1UL << core;
                if (sched_setaffinity(0, sizeof(ulong), ref mask) != 0)
                    throw new InvalidOperationException("The load can't be held on its core.");
                done.SetResult(run());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        thread.Start();
        return await done.Task;
    }

    private static byte[] Query(string name, ushort type)
    {
        var query = new List<byte> { 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1 };
        foreach (string label in name.Split('.'))
        {
            query.Add((byte)label.Length);
            query.AddRange(Encoding.ASCII.GetBytes(label));
        }

        query.AddRange([0, 0, (byte)type, 0, 1, 0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0]);
        return [.. query];
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int sched_setaffinity(int thread, nuint size, ref ulong mask);
}
