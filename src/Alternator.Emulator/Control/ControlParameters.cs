using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Alternator.Emulator.Control;

/// <summary>The query parameters of a control request.</summary>
internal sealed class ControlParameters(Dictionary<string, StringValues> values)
{
    public string? Text(string name) => values.TryGetValue(name, out StringValues value) ? value.ToString() : null;

    public string Required(string name) => Text(name) ?? throw new ArgumentException($"The parameter '{name}' is missing.");

    public bool Flag(string name, bool otherwise = false) => Text(name) switch
    {
        null => otherwise,
        "" or "true" or "1" => true,
        "false" or "0" => false,
        var text => throw new FormatException($"{name}={text} is neither true nor false."),
    };

    public double Share() => Text("share") is not { } text ? 1
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is >= 0 and <= 1 ? share
        : throw new FormatException($"share={text} is not a number from 0 to 1.");

    public int? Count(string name) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 ? count
        : throw new FormatException($"{name}={text} is not a whole number from 1 on.");

    public TimeSpan Time(string name, TimeSpan otherwise = default) =>
        Text(name) is not { } text ? otherwise
        : Duration.TryParse(text, out TimeSpan time) ? time
        : throw new FormatException($"{name}={text} is no duration; write 300ms, 2s or 1m.");

    public T Choice<T>(string name, T otherwise, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (Text(name) is not { } text) return otherwise;
        foreach ((string choice, T value) in choices)
        {
            if (choice == text) return value;
        }

        string[] names = new string[choices.Length];
        for (int i = 0; i < names.Length; i++) names[i] = choices[i].Name;
        throw new FormatException($"{name}={text} is not one of {string.Join(", ", names)}.");
    }
}
