using System.Diagnostics;

namespace Alternator.Client.Tests.Wire;

/// <summary>The sample client as a process of its own, with an environment of its own.</summary>
internal static class SampleProgram
{
    private const string Name = "Alternator.AotSample";

    public static string Project { get; } = Path.Combine(Up(AppContext.BaseDirectory, 4), Name);

    private static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory.Replace("Alternator.Client.Tests", Name, StringComparison.Ordinal), Name + ".dll");

    public static Task<(int ExitCode, string Output)> RunAsync(string connectionString, params (string Name, string Value)[] environment) =>
        ExecuteAsync("dotnet", [Assembly, connectionString, "t", "key"], environment);

    public static async Task<(int ExitCode, string Output)> ExecuteAsync(string file, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    private static string Up(string folder, int levels)
    {
        for (int i = 0; i < levels; i++)
            folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))!;
        return folder;
    }
}
