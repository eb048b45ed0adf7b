using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Playground.Local;

/// <summary>
/// Playground.Web as a process of its own, as a service is. It is told to stop by closing its standard input,
/// which also happens when this process is killed: so it never outlives it.
/// </summary>
internal sealed class WebService : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private WebService(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Starts it on <paramref name="port"/>, or on another port when none was asked for and the usual one is taken.</summary>
    public static WebService Start(int? port, string connectionString, Uri? controlEndpoint)
    {
        var program = ProgramPath();
        var address = new Uri($"http://127.0.0.1:{FreePort(port)}");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
            ArgumentList = { program, "--urls", address.GetLeftPart(UriPartial.Authority) },
            Environment =
            {
                ["ConnectionStrings__alternator"] = connectionString,
                ["EMULATOR_CONTROL_URL"] = controlEndpoint?.ToString(),
                ["PLAYGROUND_STOPS_WITH_PARENT"] = "true",
            },
        };
        // Only what matters is printed beside our own lines, unless the caller's environment says otherwise.
        start.Environment.TryAdd("Logging__LogLevel__Default", "Warning");
        return new(Process.Start(start)!, address);
    }

    /// <summary>Waits until it answers.</summary>
    /// <exception cref="PlaygroundException">It ended, or did not answer in time.</exception>
    public async Task UntilItAnswersAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < StartLimit)
        {
            if (_process.HasExited)
                throw new PlaygroundException($"the web service ended with exit code {_process.ExitCode} before it answered; its own message is above");
            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "/alive"), cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
            }
            await Task.Delay(50, cancellationToken);
        }
        throw new PlaygroundException($"the web service did not answer at {Address} within {StartLimit.TotalSeconds} s");
    }

    /// <summary>Completes when the process ends, whatever the reason.</summary>
    public Task EndedAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopLimit);
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"run: the web service did not stop within {StopLimit.TotalSeconds} s and is ended");
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
    }

    private static int FreePort(int? wanted)
    {
        if (wanted == 0)
            return Bind(0)!.Value;
        return Bind(wanted ?? Options.UsualWebPort)
            ?? (wanted is null ? Bind(0)!.Value : throw new PlaygroundException(
                $"port {wanted} of 127.0.0.1 is taken: give --web-port another one, or leave it out to let a free one be chosen"));
    }

    private static int? Bind(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>The two projects are built into folders of the same shape beside each other.</summary>
    private static string ProgramPath()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var playground = here.Parent!.Parent!.Parent!.Parent!;
        var program = Path.Combine(playground.FullName, "Playground.Web", "bin", here.Parent.Name, here.Name, "Playground.Web.dll");
        return File.Exists(program) ? program : throw new PlaygroundException($"{program} is missing: build playground/Playground.Local, which builds it too");
    }
}
