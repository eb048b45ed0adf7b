using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Alternator.Aspire.Client.Tests.Schema;

/// <summary>The summaries of the compiled documentation files, as plain sentences.</summary>
internal static partial class XmlDocumentation
{
    private static readonly Dictionary<string, XElement> Members = Directory
        .EnumerateFiles(AppContext.BaseDirectory, "Alternator.*.xml")
        .SelectMany(file => XDocument.Load(file).Descendants("member"))
        .GroupBy(member => member.Attribute("name")!.Value)
        .ToDictionary(group => group.Key, group => group.First());

    public static string SummaryOf(PropertyInfo property) => SummaryOf($"P:{property.DeclaringType!.FullName}.{property.Name}");

    public static string SummaryOf(Type type) => SummaryOf($"T:{type.FullName}");

    private static string SummaryOf(string member) =>
        Members.TryGetValue(member, out var element) && element.Element("summary") is { } summary
            ? Spaces().Replace(Text(summary), " ").Trim()
            : throw new InvalidOperationException($"{member} has no summary: the schema has no description for it.");

    private static string Text(XElement element) => string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "paramref" } reference => Reference(reference),
        XElement other => Text(other),
        _ => "",
    }));

    private static string Reference(XElement reference) =>
        reference.Attribute("langword")?.Value
        ?? reference.Attribute("name")?.Value
        ?? reference.Attribute("cref")!.Value.Split('(')[0].Split('.')[^1];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
