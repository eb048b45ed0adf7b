using System.Buffers;

namespace Aspire.Hosting.Scylla;

/// <summary>
/// Writes an argument so that it reaches the server as it was meant. The image's entry point joins all arguments into one
/// double-quoted shell string and expands it again unquoted: a <c>$</c> survives when a backslash stands before it; blanks,
/// quotes, backticks, backslashes and the characters of file name patterns can't get through at all.
/// </summary>
internal static class ShellArgument
{
    private static readonly SearchValues<char> Impossible = SearchValues.Create(" \t\r\n\"'`\\*?[");

    /// <summary>Escapes <paramref name="argument"/>.</summary>
    /// <exception cref="ArgumentException">It holds a character that can't get through.</exception>
    public static string Escape(string argument)
    {
        ArgumentException.ThrowIfNullOrEmpty(argument);
        int at = argument.AsSpan().IndexOfAny(Impossible);
        if (at >= 0)
            throw new ArgumentException($"The character '{argument[at]}' in '{argument}' can't be passed to ScyllaDB through its container image, which expands arguments in a shell.", nameof(argument));
        return argument.Replace("$", "\\$", StringComparison.Ordinal);
    }
}
