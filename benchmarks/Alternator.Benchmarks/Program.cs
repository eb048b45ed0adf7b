using Alternator.Benchmarks;

// ./bench client|emulator|dns [options]: each benchmark lives in its own folder and adds one line here.
var benchmarks = new Dictionary<string, (string What, Func<string[], Task<int>> Run)>(StringComparer.Ordinal)
{
    ["client"] = ("the client against the plain SDK and a raw HttpClient", ClientBenchmark.RunAsync),
    ["emulator"] = ("the emulator as a server: requests per second, memory, query cost, start", EmulatorBenchmark.RunAsync),
    ["dns"] = ("the DNS server over UDP: queries per second on one core, allocation per query", Alternator.Benchmarks.Dns.DnsBenchmark.RunAsync),
};

if (args.Length > 0 && benchmarks.TryGetValue(args[0], out var benchmark))
    return await benchmark.Run(args[1..]);

Console.Error.WriteLine("usage: ./bench NAME [options]");
foreach (var (name, (what, _)) in benchmarks)
    Console.Error.WriteLine($"  {name,-10} {what}");
return args is [] or ["--help"] or ["-h"] ? 0 : 2;
