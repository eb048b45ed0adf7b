using System.Runtime.InteropServices;
using Alternator.Emulator;

namespace Alternator.Client.Tests.Wire;

/// <summary>Needs a C compiler for linking and NuGet's packages of the native compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeToolchainFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(Look);

    public NativeToolchainFactAttribute() => Skip = Missing.Value;

    internal static string Artifacts { get; } = Path.Combine(Path.GetTempPath(), "alternator-aot-" + Environment.ProcessId);

    internal static string[] Options { get; } =
        ["-r", "linux-" + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64"), "-p:PublishAot=true", "--artifacts-path", Artifacts, "-v", "q", "-nologo"];

    private static string? Look()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!OperatingSystem.IsLinux())
            return "Publishing ahead of time is tried on Linux only.";
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc"))))
            return "No clang and no gcc on the PATH: a native program can't be linked.";
        // Made before it is known whether the test runs at all.
        AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
        {
            if (Directory.Exists(Artifacts))
                Directory.Delete(Artifacts, recursive: true);
        };
        (int exitCode, string output) = SampleProgram.ExecuteAsync("dotnet", ["restore", SampleProgram.Project, .. Options]).GetAwaiter().GetResult();
        if (exitCode == 0)
            return null;
        string? cause = output.Split('\n').FirstOrDefault(line => line.Contains("error NU", StringComparison.Ordinal));
        return "The packages of the native compiler can't be restored: " + (cause is null ? output : cause[cause.IndexOf("NU", StringComparison.Ordinal)..].Split('[')[0].Trim());
    }
}

/// <summary>Publishing takes both cores for a minute: nothing else runs meanwhile.</summary>
[CollectionDefinition("native", DisableParallelization = true)]
public sealed class NativeCollection;

[Collection("native")]
public class AheadOfTimeTests
{
    [NativeToolchainFact]
    public async Task A_natively_compiled_program_uses_all_of_both_packages()
    {
        try
        {
            // Warnings of the trimmer and of the native compiler are errors, as all are.
            (int exitCode, string output) = await SampleProgram.ExecuteAsync("dotnet", ["publish", SampleProgram.Project, "-c", "Release", "--no-restore", .. NativeToolchainFactAttribute.Options]);
            Assert.True(exitCode == 0 && !output.Contains("warning", StringComparison.OrdinalIgnoreCase), output);
            string folder = Path.Combine(NativeToolchainFactAttribute.Artifacts, "publish");
            string program = Directory.EnumerateFiles(folder, "Alternator.AotSample", SearchOption.AllDirectories).Single();
            Assert.Empty(Directory.EnumerateFiles(folder, "*.dll", SearchOption.AllDirectories));

            await using (var node = new FakeNode(EnvironmentTests.Answer))
            {
                (exitCode, output) = await SampleProgram.ExecuteAsync(program, [$"Endpoints={node.Endpoint};AccessKey=role;SecretKey=secret", "t", "key"]);
                Assert.True(exitCode == 0, output);
                Assert.Equal("key ACTIVE", output.Trim());
                Assert.All(node.Requests, request => Assert.Null(ServerSignature.Fault(request, "role", "secret")));
            }

            await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 3, EnforceAuthorization = true });
            (exitCode, output) = await SampleProgram.ExecuteAsync(program, [cluster.ConnectionString]);
            Assert.True(exitCode == 0, output);
            Assert.Equal(
                [
                    "items: changed, 2 tags, 6 queried, 6 paged, 2 of a batch",
                    "a failed condition brings page 0",
                    "tables: ACTIVE, Expires, ahead of time",
                    "mapper: mapped, x y, 1 found",
                    "chain: page 1, aot",
                    "host: 4 attempts, RoundRobin, key Id, aot, page 2, mapped, Healthy Alternator.Client Alternator.Client_aot",
                ],
                output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            if (Directory.Exists(NativeToolchainFactAttribute.Artifacts))
                Directory.Delete(NativeToolchainFactAttribute.Artifacts, recursive: true);
        }
    }
}
