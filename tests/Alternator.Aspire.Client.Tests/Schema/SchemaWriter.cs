using System.Collections;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Alternator.Client;

namespace Alternator.Aspire.Client.Tests.Schema;

/// <summary>
/// Writes the JSON schema of the settings from the settings themselves: names and types by reflection, defaults from a new
/// instance, descriptions from the documentation. The shipped file must equal what this writes.
/// </summary>
internal static class SchemaWriter
{
    /// <summary>Hours and minutes at least: a bare number, which the binder takes for days, is always a mistake here.</summary>
    private const string TimeSpanPattern = @"^-?(\d{1,7}\.)?([01]?\d|2[0-3]):[0-5]?\d(:[0-5]?\d(\.\d{1,7})?)?$";

    /// <summary>A validator that doesn't check formats finds the mistake too.</summary>
    private const string EndpointPattern = @"^[Hh][Tt][Tt][Pp][Ss]?://[^/\s]+/?$";

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Default)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(IEnumerable<string> logCategories) => Document(logCategories).ToJsonString(Indented) + "\n";

    private static JsonObject Document(IEnumerable<string> logCategories)
    {
        var client = ObjectSchema(typeof(AlternatorClientSettings), new AlternatorClientSettings());
        // A named client has a section of its own below the common one, with the same settings.
        var named = ObjectSchema(typeof(AlternatorClientSettings), new AlternatorClientSettings());
        named["description"] = "The settings of the client that is registered under this name; they win over the common ones.";
        named["additionalProperties"] = false;
        client["additionalProperties"] = named;

        var categories = new JsonObject();
        foreach (var category in logCategories.Order(StringComparer.Ordinal))
        {
            categories[category] = new JsonObject { ["$ref"] = "#/definitions/logLevelThreshold" };
        }

        return new JsonObject
        {
            ["definitions"] = new JsonObject { ["logLevel"] = new JsonObject { ["properties"] = categories } },
            ["type"] = "object",
            ["properties"] = Nested("Aspire", Nested("Alternator", Nested("Client", client, leaf: true))),
        };
    }

    private static JsonObject Nested(string name, JsonObject inner, bool leaf = false) => new()
    {
        [name] = leaf ? inner : new JsonObject { ["type"] = "object", ["properties"] = inner },
    };

    private static JsonObject ObjectSchema(Type type, object defaults)
    {
        var properties = new JsonObject();
        foreach (var property in SettingsProperties.BoundOf(type))
        {
            properties[property.Name] = PropertySchema(property, property.GetValue(defaults));
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["description"] = XmlDocumentation.SummaryOf(type),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject PropertySchema(PropertyInfo property, object? value)
    {
        var schema = ValueSchema(property.PropertyType, value);
        schema.Remove("description");
        schema["description"] = XmlDocumentation.SummaryOf(property);
        // A default that holds the version would make the schema change with every release.
        if (property.Name != nameof(WireOptions.UserAgent) && Default(value) is { } constant)
        {
            schema["default"] = constant;
        }

        if (schema.Remove("additionalProperties", out var additional))
        {
            schema["additionalProperties"] = additional;
        }

        return schema;
    }

    private static JsonObject ValueSchema(Type type, object? value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(bool))
        {
            return new JsonObject { ["type"] = "boolean" };
        }

        if (type == typeof(int) || type == typeof(long))
        {
            return new JsonObject { ["type"] = "integer" };
        }

        if (type == typeof(double))
        {
            return new JsonObject { ["type"] = "number" };
        }

        if (type == typeof(TimeSpan))
        {
            return new JsonObject { ["type"] = "string", ["pattern"] = TimeSpanPattern, ["examples"] = new JsonArray("00:00:00.5") };
        }

        if (type == typeof(Uri))
        {
            return new JsonObject { ["type"] = "string", ["format"] = "uri", ["pattern"] = EndpointPattern, ["examples"] = new JsonArray("http://node1:8000") };
        }

        if (type.IsEnum && type.IsDefined(typeof(FlagsAttribute)))
        {
            var name = $"({string.Join('|', Enum.GetNames(type))})";
            return new JsonObject
            {
                ["type"] = "string",
                ["pattern"] = $@"^{name}(,\s*{name})*$",
                ["examples"] = new JsonArray(string.Join(", ", Enum.GetNames(type).Skip(1))),
            };
        }

        if (type.IsEnum)
        {
            return new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => (JsonNode)name)]) };
        }

        if (type == typeof(string))
        {
            return new JsonObject { ["type"] = "string" };
        }

        if (ItemType(type, typeof(IDictionary<,>), 1) is { } entry)
        {
            return new JsonObject { ["type"] = "object", ["properties"] = new JsonObject(), ["additionalProperties"] = ValueSchema(entry, null) };
        }

        if (ItemType(type, typeof(ICollection<>), 0) is { } item)
        {
            return new JsonObject { ["type"] = "array", ["items"] = ValueSchema(item, null) };
        }

        return ObjectSchema(type, value ?? throw new InvalidOperationException($"{type} is nested and null: the binder could fill it, but an editor would not know its defaults."));
    }

    private static Type? ItemType(Type type, Type definition, int argument) =>
        type.GetInterfaces().Append(type)
            .FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == definition)
            ?.GetGenericArguments()[argument];

    private static JsonNode? Default(object? value) => value switch
    {
        null or string { Length: 0 } => null,
        bool truth => truth,
        int number => number,
        long number => number,
        double number => number,
        TimeSpan span => span.ToString("c"),
        Enum name => name.ToString(),
        Uri uri => uri.OriginalString,
        string text => text,
        IEnumerable => null,
        _ => null,
    };
}
