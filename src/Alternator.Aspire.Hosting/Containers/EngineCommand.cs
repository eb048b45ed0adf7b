using System.ComponentModel;
using System.Diagnostics;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Containers;

/// <summary>Runs the client of the container engine (docker or podman).</summary>
internal static class EngineCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Runs the client of the engine that Aspire uses, to its end. Null output when there is no such program, it took too long, or it failed.</summary>
    public static async Task<(string? Output, string Error)> RunAsync(IServiceProvider services, CancellationToken cancellationToken, params string[] arguments)
    {
#pragma warning disable ASPIRECONTAINERRUNTIME001 // The only one who knows which engine Aspire found.
        IContainerRuntime runtime = await services.GetRequiredService<IContainerRuntimeResolver>().ResolveAsync(cancellationToken).ConfigureAwait(false);
#pragma warning restore ASPIRECONTAINERRUNTIME001
        return await RunAsync(runtime.Name.ToLowerInvariant(), Limit, cancellationToken, arguments).ConfigureAwait(false);
    }

    private static async Task<(string? Output, string Error)> RunAsync(string name, TimeSpan timeout, CancellationToken cancellationToken, params string[] arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            try
            {
                Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token), error = process.StandardError.ReadToEndAsync(limit.Token);
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
                return (process.ExitCode == 0 ? await output.ConfigureAwait(false) : null, (await error.ConfigureAwait(false)).Trim());
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                process.Kill();
                return (null, $"{name} did not answer within {timeout.TotalSeconds} s");
            }
        }
        catch (Win32Exception e)
        {
            return (null, $"{name} can't be run: {e.Message}");
        }
    }

    /// <summary>
    /// Why no engine can run containers here; null when one can. Asked while the model is built, when Aspire hasn't looked for an engine yet: it takes the one that is configured, else the one
    /// of both that answers.
    /// </summary>
    public static string? MissingEngine()
    {
        string? configured = Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") ?? Environment.GetEnvironmentVariable("DOTNET_ASPIRE_CONTAINER_RUNTIME");
        string[] names = configured is null ? ["docker", "podman"] : [configured];
        string? why = null;
        foreach (string name in names)
        {
            (string? output, string error) = RunAsync(name, TimeSpan.FromSeconds(10), CancellationToken.None, "ps", "--quiet").GetAwaiter().GetResult();
            if (output is not null)
                return null;
            why ??= error.Length > 0 ? error.Split('\n')[0] : $"{name} ps failed";
        }
        return why;
    }
}
