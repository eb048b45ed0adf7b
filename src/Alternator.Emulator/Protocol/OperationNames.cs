using System.Collections.Frozen;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Protocol;

/// <summary>The names of the API's operations, so that the usual ones need no new string per request.</summary>
internal static class OperationNames
{
    private static readonly FrozenSet<string> Known = AlternatorEngine.OperationNames.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> BySpan = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True when the operation is answered.</summary>
    public static bool Knows(string name) => Known.Contains(name);

    public static string Intern(ReadOnlySpan<char> name) => BySpan.TryGetValue(name, out string? known) ? known : name.ToString();
}
