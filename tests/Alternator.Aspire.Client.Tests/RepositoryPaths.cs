using System.Runtime.CompilerServices;

namespace Alternator.Aspire.Client.Tests;

/// <summary>Files of the repository that tests look at.</summary>
internal static class RepositoryPaths
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    public static string Project { get; } = Path.Combine(Root, "src", "Alternator.Aspire.Client");

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
