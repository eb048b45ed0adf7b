using System.Reflection;
using System.Text.RegularExpressions;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Stands for the whole project where the Aspire hosting packages can't be restored: one skipped test that says why, and how many it stands for.</summary>
public class HostingTests
{
    [LeftOutFact]
    public void The_tests_of_the_hosting_package() => Assert.Fail("always skipped");
}

internal sealed partial class LeftOutFactAttribute : FactAttribute
{
    public LeftOutFactAttribute()
    {
        string folder = Metadata("ProjectFolder");
        int count = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/Absent/", StringComparison.Ordinal))
                .Sum(file => TestMethod().Count(File.ReadAllText(file)))
            : 0;
        Skip = $"{count} test methods are left out: the Aspire hosting packages can't be restored here ({Metadata("AspireHostingAbsentBecause")})";
    }

    private static string Metadata(string key) =>
        typeof(LeftOutFactAttribute).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value ?? "";

    [GeneratedRegex(@"^\s*\[\w*(Fact|Theory)\b", RegexOptions.Multiline)]
    private static partial Regex TestMethod();
}
