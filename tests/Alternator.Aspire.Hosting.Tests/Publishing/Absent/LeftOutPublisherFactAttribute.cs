using System.Reflection;
using System.Text.RegularExpressions;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Stands for the tests of a publisher whose package can't be restored: skipped, with the reason and their number.</summary>
internal sealed partial class LeftOutPublisherFactAttribute : FactAttribute
{
    public LeftOutPublisherFactAttribute(string publisher, string tests)
    {
        string file = Path.Combine(Metadata("ProjectFolder"), "Publishing", tests);
        int count = File.Exists(file) ? TestMethod().Count(File.ReadAllText(file)) : 0;
        Skip = $"{count} test methods are left out: Aspire.Hosting.{publisher} can't be restored here ({Metadata($"Aspire{publisher}AbsentBecause")})";
    }

    private static string Metadata(string key) =>
        typeof(LeftOutPublisherFactAttribute).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value ?? "";

    [GeneratedRegex(@"^\s*\[(Fact|Theory)\b", RegexOptions.Multiline)]
    private static partial Regex TestMethod();
}
