using System.Diagnostics;

namespace Alternator.Dns.Tests.Clients;

/// <summary>A test that asks with dig.</summary>
public sealed class DigFactAttribute : FactAttribute
{
    public DigFactAttribute() => Skip = Commands.Exists("dig") ? null : "dig is not installed (Debian: apt-get install dnsutils)";
}

/// <summary>
/// A test in which programs ask through the system's own resolver. It only knows port 53 and /etc/resolv.conf, so the programs run in a mount namespace
/// where that file is another one; the machine's own stays as it is.
/// </summary>
public sealed class SystemResolverFactAttribute : FactAttribute
{
    /// <param name="programs">What the test runs, parted by blanks; <c>boto3</c> stands for a python3 that has it.</param>
    public SystemResolverFactAttribute(string programs)
    {
        string? missing = programs.Split(' ').FirstOrDefault(program => program == "boto3" ? Commands.PythonWithBoto3 is null : !Commands.Exists(program));
        Skip = missing is not null ? $"{missing} is not installed" : SystemResolver.Unavailable;
    }
}

internal static class Commands
{
    public static string? PythonWithBoto3 { get; } = new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(python => Succeeds(python, "-c", "import boto3"));

    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    public static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            return RunAsync(program, arguments).GetAwaiter().GetResult().Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>What a program wrote and how it ended.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end");
        }

        return (process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
    }
}
