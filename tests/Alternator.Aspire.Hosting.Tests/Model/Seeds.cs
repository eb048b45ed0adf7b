namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Files of seed data.</summary>
internal static class Seeds
{
    public static string File(string content)
    {
        string path = Path.Combine(Path.GetTempPath(), $"seed-{Guid.NewGuid():N}.json");
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
