using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Alternator.Benchmarks.Dns;

/// <summary>The DNS program in a process of its own, held on one core.</summary>
internal sealed class DnsServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http = new();

    private DnsServerProcess(Process process, IPEndPoint endPoint, Uri metrics)
    {
        _process = process;
        EndPoint = endPoint;
        Metrics = metrics;
    }

    public IPEndPoint EndPoint { get; }

    public Uri Metrics { get; }

    public static async Task<DnsServerProcess> StartAsync(string node, string core, IPAddress address, params string[] options)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Alternator.Dns.dll");
        string[] arguments =
        [
            "-c", core, "dotnet", program, "--node", node, "--listen", $"{address}:0", "--http", "127.0.0.1:0",
            "--queries-per-second", "0", "--log-level", "Warning", .. options,
        ];
        Process process = Process.Start(new ProcessStartInfo("taskset", arguments) { RedirectStandardOutput = true })!;
        string? line = await process.StandardOutput.ReadLineAsync();
        string[] words = (line ?? throw new InvalidOperationException("The DNS program ended at once; its error is above.")).Split(' ', ',');
        IPEndPoint served = IPEndPoint.Parse(words[2]);
        // Of all addresses, one that the kernel would not answer from by itself.
        if (served.Address.Equals(IPAddress.Any))
            served.Address = IPAddress.Parse("127.0.0.2");
        return new DnsServerProcess(process, served, new Uri(new Uri(words[^1]), "metrics"));
    }

    /// <summary>One number of the metrics page.</summary>
    public async Task<double> ReadAsync(string name)
    {
        string text = await _http.GetStringAsync(Metrics);
        string line = text.Split('\n').First(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _http.Dispose();
    }
}
