namespace Alternator.Client.Tests.Wire;

/// <summary>Needs a C compiler for linking and NuGet's packages of the native compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeToolchainFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(Look);

    public NativeToolchainFactAttribute() => Skip = Missing.Value;

    internal static string Artifacts { get; } = Path.Combine(Path.GetTempPath(), "alternator-aot-" + Environment.ProcessId);

    internal static string[] Options { get; } = ["-r", "linux-" + (System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x64"), "-p:PublishAot=true", "--artifacts-path", Artifacts, "-v", "q", "-nologo"];

    private static string? Look()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!OperatingSystem.IsLinux())
            return "Publishing ahead of time is tried on Linux only.";
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc"))))
            return "No clang and no gcc on the PATH: a native program can't be linked.";
        (int exitCode, string output) = SampleProgram.ExecuteAsync("dotnet", ["restore", SampleProgram.Project, .. Options]).GetAwaiter().GetResult();
        if (exitCode == 0)
            return null;
        string? cause = output.Split('\n').FirstOrDefault(line => line.Contains("error NU", StringComparison.Ordinal));
        return "The packages of the native compiler can't be restored: " + (cause is null ? output : cause[cause.IndexOf("NU", StringComparison.Ordinal)..].Split('[')[0].Trim());
    }
}

public class AheadOfTimeTests
{
    [NativeToolchainFact]
    public async Task A_natively_compiled_program_reads_and_writes()
    {
        try
        {
            (int exitCode, string output) = await SampleProgram.ExecuteAsync("dotnet", ["publish", SampleProgram.Project, "-c", "Release", .. NativeToolchainFactAttribute.Options]);
            Assert.True(exitCode == 0, output);
            string program = Directory.EnumerateFiles(Path.Combine(NativeToolchainFactAttribute.Artifacts, "publish"), "Alternator.Client.AotSample", SearchOption.AllDirectories).Single();
            await using var node = new FakeNode(EnvironmentTests.Answer);
            (exitCode, output) = await SampleProgram.ExecuteAsync(program, [$"Endpoints={node.Endpoint};AccessKey=role;SecretKey=secret", "t", "key"]);
            Assert.True(exitCode == 0, output);
            Assert.Equal("key ACTIVE", output.Trim());
            Assert.All(node.Requests, request => Assert.Null(ServerSignature.Fault(request, "role", "secret")));
        }
        finally
        {
            Directory.Delete(NativeToolchainFactAttribute.Artifacts, recursive: true);
        }
    }
}
