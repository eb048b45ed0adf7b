using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Values;

/// <summary>
/// Takes strings out of a parsed request as UTF-8 without going through UTF-16 unless they hold escapes. Nothing has looked at
/// them before: they may hold bytes that are no UTF-8, and escapes that spell half of a surrogate pair.
/// </summary>
internal static class JsonText
{
    /// <summary>The bytes of a JSON string.</summary>
    /// <exception cref="AlternatorException">Half a surrogate pair, or not UTF-8.</exception>
    public static byte[] Utf8Of(JsonElement element)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        raw = raw[1..^1];
        if (!raw.Contains((byte)'\\'))
        {
            return Utf8.IsValid(raw) ? raw.ToArray() : throw NotText();
        }

        return Encoding.UTF8.GetBytes(Unescape(element));
    }

    /// <summary>The text of a JSON string.</summary>
    public static string StringOf(JsonElement element) => Unescape(element);

    /// <summary>The name of a property, shared with other items that have it.</summary>
    public static string NameOf(in JsonProperty property)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        if (!raw.Contains((byte)'\\'))
        {
            return AttributeNames.Get(raw);
        }

        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw NotText();
        }
    }

    /// <summary>The member of an object, or null when it has none of that name.</summary>
    public static JsonElement? Find(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            // Another member's name, which had to be unescaped to be compared.
            throw NotText();
        }
    }

    private static string Unescape(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw NotText();
        }
    }

    private static AlternatorException NotText() =>
        AlternatorException.Validation("The request holds a string that is not valid Unicode text");
}
