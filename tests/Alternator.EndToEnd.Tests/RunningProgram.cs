using System.Diagnostics;
using System.Text;

namespace Alternator.EndToEnd.Tests;

/// <summary>A program started by a test: what it prints is kept, and it is ended with the test.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];
    private readonly Process _process;

    private RunningProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Received(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Received(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output { get { lock (_awaited) return _output.ToString(); } }

    public string Errors { get { lock (_awaited) return _errors.ToString(); } }

    public static RunningProgram Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? directory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = directory ?? Repository.Root,
        };
        // What the build that runs these tests has set for itself must not reach another build.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Finished> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? directory = null, int seconds = 120)
    {
        await using var running = Start(program, arguments, environment, directory);
        return await running.FinishAsync(seconds);
    }

    /// <summary>Waits until a line with this text was printed.</summary>
    public async Task UntilPrintedAsync(string text, int seconds = 60)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_awaited)
        {
            if (_output.ToString().Contains(text, StringComparison.Ordinal) || _errors.ToString().Contains(text, StringComparison.Ordinal))
                return;
            _awaited.Add((text, seen));
        }
        var ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(seen.Task, ended, Task.Delay(TimeSpan.FromSeconds(seconds))) == seen.Task)
            return;
        if (_process.HasExited)
            await ended;
        Assert.Contains(text, Output + Errors, StringComparison.Ordinal);
    }

    public async Task<Finished> FinishAsync(int seconds = 60)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} did not end within {seconds} s. It printed:\n{Output}\n{Errors}");
        }
        return new(_process.ExitCode, Output, Errors);
    }

    /// <summary>Sends a signal as kill(1) does: INT is what Ctrl-C sends.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString()]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private void Received(StringBuilder to, string? line)
    {
        if (line is null)
            return;
        lock (_awaited)
        {
            to.AppendLine(line);
            foreach (var (_, seen) in _awaited.Where(awaited => line.Contains(awaited.Text, StringComparison.Ordinal)))
                seen.TrySetResult();
        }
    }
}

internal sealed record Finished(int ExitCode, string Output, string Errors)
{
    public string Everything => Output + Errors;
}
