using System.Text.RegularExpressions;

namespace Alternator.EndToEnd.Tests.Documents;

/// <summary>What the documents point to is there.</summary>
public sealed partial class LinkTests
{
    private static readonly string[] Names =
    [
        "README.md", "CHANGELOG.md",
        .. new[] { "docs", "src" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.File(folder), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Documents => new(Names);

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_file_that_a_document_links_to_exists(string document)
    {
        var folder = Path.GetDirectoryName(Repository.File(document))!;
        var missing = Link().Matches(File.ReadAllText(Repository.File(document)))
            .Select(link => link.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Select(target => target.Split('#')[0])
            .Where(target => target.Length > 0 && !Path.Exists(Path.Combine(folder, target)));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_picture_of_the_documents_is_shown_somewhere_and_is_light_enough_for_a_page()
    {
        var shown = string.Concat(Names.Select(document => File.ReadAllText(Repository.File(document))));
        foreach (var picture in Directory.EnumerateFiles(Repository.File("docs", "images")))
        {
            Assert.Contains($"images/{Path.GetFileName(picture)}", shown);
            Assert.InRange(new FileInfo(picture).Length, 1, 250_000);
        }
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
