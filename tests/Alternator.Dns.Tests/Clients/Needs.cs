using System.Diagnostics;
using Alternator.Dns.Tests.Support;

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
    /// <param name="needs">What the test runs, parted by blanks; <c>boto3</c> stands for a python3 that has it, <c>ipv6</c> for the address ::1.</param>
    public SystemResolverFactAttribute(string needs) =>
        Skip = needs.Split(' ').Select(Missing).FirstOrDefault(reason => reason is not null) ?? SystemResolver.Unavailable;

    private static string? Missing(string need) => need switch
    {
        "boto3" => Commands.PythonWithBoto3 is null ? "python3 with boto3 is not installed" : null,
        "ipv6" => Loopback.HasV6 ? null : "this machine has no address ::1",
        _ => Commands.Exists(need) ? null : $"{need} is not installed",
    };
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
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
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
