using System.ComponentModel;
using System.Diagnostics;

namespace Aspire.Hosting.Containers;

/// <summary>Runs the client of the container engine (docker or podman, as Aspire chose it).</summary>
internal static class EngineCommand
{
    public static string Name => Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") ?? Environment.GetEnvironmentVariable("DOTNET_ASPIRE_CONTAINER_RUNTIME") ?? "docker";

    /// <summary>Runs it to its end. Null output when there is no such program, it took too long, or it failed.</summary>
    public static async Task<(string? Output, string Error)> RunAsync(TimeSpan timeout, CancellationToken cancellationToken, params string[] arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            try
            {
                Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token), error = process.StandardError.ReadToEndAsync(limit.Token);
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
                return (process.ExitCode == 0 ? await output.ConfigureAwait(false) : null, (await error.ConfigureAwait(false)).Trim());
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                process.Kill();
                return (null, $"{Name} did not answer within {timeout.TotalSeconds} s");
            }
        }
        catch (Win32Exception e)
        {
            return (null, $"{Name} can't be run: {e.Message}");
        }
    }

    /// <summary>Why no engine can run containers here; null when one can.</summary>
    public static string? MissingEngine()
    {
        (string? output, string error) = RunAsync(TimeSpan.FromSeconds(10), CancellationToken.None, "version", "--format", "{{.Server.Version}}").GetAwaiter().GetResult();
        return string.IsNullOrWhiteSpace(output) ? (error.Length > 0 ? error.Split('\n')[0] : $"{Name} has no server") : null;
    }
}
