using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Alternator.Aspire.Client.Configuration;

/// <summary>
/// The shipped <c>ConfigurationSchema.json</c>, as the program itself uses it: what an editor marks in <c>appsettings.json</c> is
/// what the client refuses, because both read the same file. It is read when a client is made, never per request.
/// </summary>
internal sealed class SettingsSchema
{
    private static readonly Lazy<SettingsSchema> Shared = new(Load);

    private readonly JsonElement _settings;

    private SettingsSchema(JsonElement settings) => _settings = settings;

    /// <summary>The schema of the settings, loaded once.</summary>
    public static SettingsSchema Instance => Shared.Value;

    /// <summary>The names of the settings at the top of the section.</summary>
    public IEnumerable<string> TopLevelKeys => _settings.GetProperty("properties").EnumerateObject().Select(property => property.Name);

    /// <summary>Whether the top of the section knows this name; case counts nothing, as in all configuration.</summary>
    public bool IsTopLevelKey(string name) => TopLevelKeys.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every key of a section that is unknown, and every value that its key can't have.</summary>
    /// <param name="section">The section; its path is named in the problems.</param>
    /// <param name="isOtherSection">Tells of a key unknown to the schema whether it is the section of a named client.</param>
    /// <param name="otherNames">The names that a mistyped section may have meant.</param>
    public IEnumerable<string> Check(IConfigurationSection section, Func<string, bool> isOtherSection, IEnumerable<string> otherNames) =>
        CheckObject(section, _settings, isOtherSection, otherNames);

    private static IEnumerable<string> CheckObject(
        IConfigurationSection section, JsonElement schema, Func<string, bool> isOtherSection, IEnumerable<string> otherNames)
    {
        var properties = schema.GetProperty("properties");
        foreach (var child in section.GetChildren())
        {
            if (Find(properties, child.Key) is { } known)
            {
                foreach (var problem in CheckValue(child, known))
                {
                    yield return problem;
                }
            }
            else if (ValuesOfDictionary(schema) is { } values)
            {
                foreach (var problem in CheckValue(child, values))
                {
                    yield return problem;
                }
            }
            else if (!(child.GetChildren().Any() && isOtherSection(child.Key)))
            {
                var nearest = NearestName.Of(child.Key, properties.EnumerateObject().Select(property => property.Name).Concat(otherNames));
                yield return nearest is null
                    ? $"{child.Path}: unknown key."
                    : $"{child.Path}: unknown key. Did you mean '{nearest}'?";
            }
        }
    }

    private static IEnumerable<string> CheckValue(IConfigurationSection section, JsonElement schema)
    {
        var type = schema.GetProperty("type").GetString();
        if (type is "object")
        {
            return section.Value is { Length: > 0 }
                ? [$"{section.Path}: is a section of settings, not a value."]
                : CheckObject(section, schema, static _ => false, []);
        }

        if (type is "array")
        {
            return section.Value is { Length: > 0 }
                ? [$"{section.Path}: is a list: write it as [ \"…\" ], in an environment variable as {section.Path.Replace(":", "__", StringComparison.Ordinal)}__0=…"]
                : section.GetChildren().SelectMany(item => CheckValue(item, schema.GetProperty("items")));
        }

        if (section.GetChildren().Any())
        {
            return [$"{section.Path}: is a value, not a section."];
        }

        // No value at all ("key": null) leaves the default.
        return section.Value is not { Length: > 0 } value || Accepts(schema, type, value)
            ? []
            : [$"{section.Path}: '{value}' is not {Expectation(schema, type)}."];
    }

    private static bool Accepts(JsonElement schema, string? type, string value) => type switch
    {
        "boolean" => bool.TryParse(value, out _),
        "integer" => long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        "number" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        _ when schema.TryGetProperty("enum", out var names) =>
            names.EnumerateArray().Any(name => string.Equals(name.GetString(), value, StringComparison.OrdinalIgnoreCase)),
        _ when schema.TryGetProperty("pattern", out var pattern) => Regex.IsMatch(value, pattern.GetString()!, RegexOptions.IgnoreCase),
        _ => true,
    };

    private static string Expectation(JsonElement schema, string? type) => type switch
    {
        "boolean" => "'true' or 'false'",
        "integer" => "a whole number",
        "number" => "a number, such as 0.5",
        _ when schema.TryGetProperty("enum", out var names) =>
            "one of " + string.Join(", ", names.EnumerateArray().Select(name => name.GetString())),
        _ => "of the form " + schema.GetProperty("examples")[0].GetString(),
    };

    // The keys of a dictionary are free. At the top of the section they are not: the free keys there are sections of named clients.
    private static JsonElement? ValuesOfDictionary(JsonElement schema) =>
        schema.TryGetProperty("additionalProperties", out var values) && values.ValueKind is JsonValueKind.Object
            && values.GetProperty("type").GetString() is not "object" ? values : null;

    private static JsonElement? Find(JsonElement properties, string name)
    {
        foreach (var property in properties.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return null;
    }

    private static SettingsSchema Load()
    {
        using var stream = typeof(SettingsSchema).Assembly.GetManifestResourceStream("ConfigurationSchema.json")!;
        using var document = JsonDocument.Parse(stream);
        var settings = document.RootElement;
        foreach (var name in (string[])["Aspire", "Alternator", "Client"])
        {
            settings = settings.GetProperty("properties").GetProperty(name);
        }

        return new SettingsSchema(settings.Clone());
    }
}
