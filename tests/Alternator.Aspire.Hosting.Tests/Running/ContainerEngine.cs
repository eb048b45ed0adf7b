using System.Diagnostics;
using Aspire.Hosting;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>A test that needs the orchestrator, a container engine and the stand-in image; skipped where one of them isn't.</summary>
public sealed class EngineFactAttribute : FactAttribute
{
    public EngineFactAttribute() => Skip = ContainerEngine.Missing;
}

/// <summary>Such a test that also needs what only the stand-in has (a slow boot, the admin page, the consumer): skipped against a live ScyllaDB.</summary>
public sealed class StandInFactAttribute : FactAttribute
{
    public StandInFactAttribute() => Skip = ContainerEngine.Missing ?? (ContainerEngine.IsLive ? "Needs the stand-in, and a live ScyllaDB is being tested." : null);
}

internal static class ContainerEngine
{
    /// <summary>Set by tests/live/run: the release of ScyllaDB to test instead of the stand-in.</summary>
    public static string? LiveTag => Environment.GetEnvironmentVariable("ALTERNATOR_LIVE_TAG") is { Length: > 0 } tag ? tag : null;

    public static bool IsLive => LiveTag is not null;

    public static string Tag => LiveTag ?? AlternatorContainerImageTags.Tag;

    /// <summary>The client of the engine that Aspire is told to use.</summary>
    private static readonly string Client = Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") is { Length: > 0 } runtime ? runtime : "docker";

    private static readonly Lazy<string?> Answer = new(() =>
    {
        // Set by ./test, which tries to start one.
        if (Environment.GetEnvironmentVariable("ALTERNATOR_NO_ENGINE") is { Length: > 0 } reason)
            return $"No container engine: {reason}";
        if (Run("version", "--format", "{{.Server.Version}}") is null)
            return "No container engine runs on this machine.";
        if (IsLive)
            return null;
        string image = $"{AlternatorContainerImageTags.Image}:{AlternatorContainerImageTags.Tag}";
        return Run("image", "inspect", image, "--format", "{{index .Config.Labels \"alternator.standin\"}}")?.Trim() is { Length: > 0 }
            ? null
            : $"The stand-in for {image} isn't built: run tests/Alternator.StandIn/build-image.";
    });

    public static string? Missing => Orchestrator.Missing ?? Answer.Value;

    /// <summary>Runs the engine's client; null when it isn't there or fails.</summary>
    public static string? Run(params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Client, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string output = process.StandardOutput.ReadToEnd();
            return process.WaitForExit(30_000) && process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
