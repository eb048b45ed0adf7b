using System.Runtime.CompilerServices;

namespace Alternator.Client;

/// <summary>Checks of durations in options.</summary>
internal static class Durations
{
    // What every timer can wait for. A longer wait would end the loop that asks for it.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <exception cref="ArgumentOutOfRangeException">It isn't positive, or longer than 24 days.</exception>
    public static TimeSpan Positive(TimeSpan value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value > TimeSpan.Zero && value <= Longest ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive and at most {Longest.TotalDays:0} days.");

    /// <exception cref="ArgumentOutOfRangeException">It is negative, or longer than 24 days.</exception>
    public static TimeSpan NotNegative(TimeSpan value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= TimeSpan.Zero && value <= Longest ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must not be negative, and at most {Longest.TotalDays:0} days.");
}
