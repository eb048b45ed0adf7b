using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Alternator.Dns.Tests.Support;

namespace Alternator.Dns.Tests.CommandLine;

/// <summary>The program as a user starts it: in a process of its own, ended by a signal.</summary>
internal sealed class ProgramProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource _errorsEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProgramProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                _errorsEnded.TrySetResult();
            else
                _errors.Enqueue(line.Data);
        };
        process.BeginErrorReadLine();
    }

    /// <summary>The first line of its standard output.</summary>
    public string Announcement { get; private set; } = "";

    public IPEndPoint EndPoint => IPEndPoint.Parse(Announcement.Split(' ', ',')[2]);

    /// <summary>The lines of its standard error so far.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Starts it on a free port and waits until it says where it is.</summary>
    public static async Task<ProgramProcess> StartAsync(params string[] arguments)
    {
        string[] all = [Path.Combine(AppContext.BaseDirectory, "Alternator.Dns.dll"), "--listen", "127.0.0.1:0", .. arguments];
        var program = new ProgramProcess(Process.Start(new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true, RedirectStandardError = true })!);
        program.Announcement = await program._process.StandardOutput.ReadLineAsync().WaitAsync(LiveServer.Patience) ?? "";
        Assert.True(program.Announcement.StartsWith("DNS at ", StringComparison.Ordinal), $"{program.Announcement} {string.Join('\n', program.Errors)}");
        return program;
    }

    /// <summary>Sends SIGTERM and waits for the end. Returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync().WaitAsync(LiveServer.Patience);
        await _errorsEnded.Task.WaitAsync(LiveServer.Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
