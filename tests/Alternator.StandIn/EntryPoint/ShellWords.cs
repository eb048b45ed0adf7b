using System.Text;

namespace Alternator.StandIn.EntryPoint;

/// <summary>
/// What a shell makes of the text: it stands between double quotes in a file that the shell sources, and the variable is then expanded without quotes. So a <c>$</c> is an
/// expansion unless a backslash stands before it, and blanks part words. What would run a command or break the file is refused here.
/// </summary>
internal static class ShellWords
{
    /// <exception cref="InvalidOperationException">The text would end its quotes, or run a command.</exception>
    public static IReadOnlyList<string> Of(string text, Func<string, string?> variable) =>
        Expand(text, variable).Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static string Expand(string text, Func<string, string?> variable)
    {
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            char next = i + 1 < text.Length ? text[i + 1] : '\0';
            if (c == '\\' && next is ('$' or '`' or '"' or '\\'))
                result.Append(text[++i]);
            else if (c is '"' or '`' || (c == '$' && next is ('(' or '[')))
                throw new InvalidOperationException($"the shell would take '{c}{(c == '$' ? next : "")}' of '{text}' for its own");
            else if (c == '$' && next == '{' && text.IndexOf('}', i) is var end and > 0)
            {
                result.Append(variable(text[(i + 2)..end]));
                i = end;
            }
            else if (c == '$' && (char.IsAsciiLetter(next) || next == '_'))
            {
                int last = i + 1;
                while (last + 1 < text.Length && (char.IsAsciiLetterOrDigit(text[last + 1]) || text[last + 1] == '_'))
                    last++;
                result.Append(variable(text[(i + 1)..(last + 1)]));
                i = last;
            }
            else if (c == '$' && char.IsAsciiDigit(next))
                i++; // A positional parameter: the script has none, and no digit behind the first belongs to it.
            else
                result.Append(c);
        }
        return result.ToString();
    }
}
