using System.Reflection;

namespace Alternator.EndToEnd.Tests;

/// <summary>Where the repository and the programs built from it are.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("Repository");

    public static string Configuration { get; } = Metadata("Configuration");

    public static bool HasAspireHosting { get; } = Metadata("AspireHostingAvailable") == "true";

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The assembly of a program of the playground, built in the configuration of the tests.</summary>
    public static string Playground(string project) => File("playground", project, "bin", Configuration, "net10.0", project + ".dll");

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
