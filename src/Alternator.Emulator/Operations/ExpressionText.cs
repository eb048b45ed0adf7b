using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>The text of an expression parameter.</summary>
internal static class ExpressionText
{
    /// <summary>The text, which must be a string and not empty.</summary>
    public static string Of(JsonElement expression, string parameter)
    {
        if (expression.ValueKind != JsonValueKind.String)
        {
            throw AlternatorException.Validation($"{parameter} must be a string");
        }

        var text = JsonText.StringOf(expression);
        return text.Length > 0 ? text : throw AlternatorException.Validation($"{parameter} must not be empty");
    }
}
