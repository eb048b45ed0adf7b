using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>Takes parameters out of JSON objects and refuses those of another type.</summary>
internal static class Parameters
{
    /// <summary>A member of an object, or null when it is not there.</summary>
    public static JsonElement? Find(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object ? JsonText.Find(element, name) : null;

    /// <summary>A string member, or null when it is not there.</summary>
    public static string? FindString(JsonElement element, string name)
    {
        if (Find(element, name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String
            ? JsonText.StringOf(value)
            : throw AlternatorException.Validation($"Expected string value for attribute {name}, got: {ValueReader.Excerpt(value)}");
    }

    /// <summary>An integer member, or null when it is not there.</summary>
    public static int? FindInt(JsonElement element, string name)
    {
        if (Find(element, name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw AlternatorException.Validation($"Expected integer value for attribute {name}, got: {ValueReader.Excerpt(value)}");
    }

    /// <summary>A boolean member, or false when it is not there.</summary>
    public static bool FindBool(JsonElement element, string name)
    {
        if (Find(element, name) is not { } value)
        {
            return false;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.ValueKind == JsonValueKind.True
            : throw AlternatorException.Validation($"Expected boolean value for attribute {name}, got: {ValueReader.Excerpt(value)}");
    }

    /// <summary>A member that must be there and be an object of values by name.</summary>
    public static Item GetItem(JsonElement element, string name, string source)
    {
        var value = Find(element, name) ?? throw AlternatorException.Validation($"{source} requires a {name} parameter");
        return value.ValueKind == JsonValueKind.Object
            ? ValueReader.ReadItem(value, source)
            : throw AlternatorException.Validation($"{name} in {source} must be an object");
    }
}
