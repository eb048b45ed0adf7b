using System.Diagnostics;
using System.Globalization;

namespace Alternator.Benchmarks;

/// <summary>The stub in its own process, on its own core where <c>taskset</c> and a second core exist.</summary>
internal sealed class StubProcess : IAsyncDisposable
{
    private const string PinnedVariable = "ALTERNATOR_BENCH_PINNED";

    private readonly Process _process;

    private StubProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    // A process that is pinned already sees one core only: it was told by the one that pinned it.
    public static bool CanPin { get; } = Environment.GetEnvironmentVariable(PinnedVariable) == "1"
        || (OperatingSystem.IsLinux() && Environment.ProcessorCount > 1 && File.Exists("/usr/bin/taskset"));

    public static async Task<StubProcess> StartAsync()
    {
        Process process = Process.Start(Command("0", "stub"))!;
        string line = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false) ?? throw new InvalidOperationException("The stub didn't start.");
        return new StubProcess(process, int.Parse(line, CultureInfo.InvariantCulture));
    }

    /// <summary>How to start this program again, on one core.</summary>
    public static ProcessStartInfo Command(string core, params string[] arguments)
    {
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        string[] command = [.. CanPin ? ["taskset", "-c", core] : Array.Empty<string>(), Environment.ProcessPath!, typeof(StubProcess).Assembly.Location, "client", .. arguments];
        start.FileName = command[0];
        foreach (string argument in command.AsSpan(1))
            start.ArgumentList.Add(argument);
        start.Environment[PinnedVariable] = CanPin ? "1" : "0";
        // Receives continue where they complete: the stub spends no time on hand-overs.
        if (arguments[0] == "stub")
            start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        // Methods that run often are compiled again at once, not when nothing new has run for a while: the result is the same, the wait for it shorter.
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "0";
        return start;
    }

    public async Task CommandAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command).ConfigureAwait(false);
        await _process.StandardInput.FlushAsync().ConfigureAwait(false);
        await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
        _process.Dispose();
    }
}
