using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Alternator.StandIn.Supervision;

/// <summary>
/// Keeps ScyllaDB running as the image's supervisord does: an end within a second is tried again three times and then given up, a later end with an error is followed by a new start, one
/// without an error isn't. Whatever happens the supervisor, and so the container, stays, until it is told to stop.
/// </summary>
internal sealed class Supervisor(string program, IReadOnlyList<string> arguments)
{
    public const int ControlPort = 9001;
    private const int StartRetries = 3;
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _start = new(0);
    private Process? _process;
    private volatile bool _wanted = true;

    public async Task<int> RunAsync()
    {
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End), interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        Task control = ControlAsync();
        await SuperviseAsync();
        await control;
        return 0;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            _ended.Cancel();
            Set(wanted: false);
        }
    }

    private async Task SuperviseAsync()
    {
        int failures = 0;
        try
        {
            while (true)
            {
                if (!_wanted)
                {
                    failures = 0;
                    await _start.WaitAsync(_ended.Token);
                }
                long started = Stopwatch.GetTimestamp();
                int exit = await RunOnceAsync();
                if (!_wanted)
                    continue;
                bool early = Stopwatch.GetElapsedTime(started) < StartTime;
                Log($"exited: scylla (exit status {exit}; {(early || exit != 0 ? "not expected" : "expected")})");
                failures = early ? failures + 1 : 0;
                if (failures > StartRetries)
                    Log("gave up: scylla entered FATAL state, too many start retries too quickly");
                _wanted = failures <= StartRetries && (early || exit != 0);
                if (_wanted)
                    await Task.Delay(TimeSpan.FromSeconds(failures), _ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<int> RunOnceAsync()
    {
        using Process process = Process.Start(program, arguments);
        lock (_lock)
        {
            _process = process;
            if (!_wanted)
                Terminate(process);
        }
        Log($"spawned: 'scylla' with pid {process.Id}");
        await process.WaitForExitAsync();
        lock (_lock)
            _process = null;
        return process.ExitCode;
    }

    private void Set(bool wanted)
    {
        lock (_lock)
        {
            if (wanted == _wanted)
                return;
            _wanted = wanted;
            if (!wanted && _process is { } process)
                Terminate(process);
            else if (wanted)
                _start.Release();
        }
    }

    /// <summary>Answers <see cref="SupervisorControl"/>.</summary>
    private async Task ControlAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, ControlPort);
        listener.Start();
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(_ended.Token);
                using var reader = new StreamReader(client.GetStream());
                await using var writer = new StreamWriter(client.GetStream());
                string? command = await reader.ReadLineAsync(_ended.Token);
                Set(command == "start");
                for (int i = 0; command == "stop" && _process is not null && i < 300; i++)
                    await Task.Delay(50);
                await writer.WriteLineAsync(command == "start" ? "scylla: started" : "scylla: stopped");
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
            }
        }
    }

    private static void Terminate(Process process)
    {
        if (Kill(process.Id, 15) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    private static void Log(string text) => Console.WriteLine($"INFO {text}");
}
