using System.Globalization;

namespace Alternator.Emulator.Control;

/// <summary>Durations as people write them: 300ms, 2s, 1.5m, and a bare number of milliseconds.</summary>
internal static class Duration
{
    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        (string number, double milliseconds) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 1d),
            _ when text.EndsWith('s') => (text[..^1], 1000d),
            _ when text.EndsWith('m') => (text[..^1], 60_000d),
            _ => (text, 1d),
        };
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)) return false;
        if (value * milliseconds > TimeSpan.FromDays(1).TotalMilliseconds) return false;
        time = TimeSpan.FromMilliseconds(value * milliseconds);
        return true;
    }
}
