using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>What tags may be, and those that mean something to Alternator.</summary>
/// <remarks>Source: DynamoDB API reference, Tag; ScyllaDB's alternator/executor.cc, update_tags_map.</remarks>
internal static class TableTags
{
    /// <summary>The tag that chooses a table's write isolation.</summary>
    public const string WriteIsolation = "system:write_isolation";

    private const string SystemInitialTablets = "system:initial_tablets";
    private const string ReservedPrefix = "system:";
    private const int LongestKey = 128;
    private const int LongestValue = 256;
    private const int MostTags = 50;

    /// <summary>No tags.</summary>
    public static readonly ImmutableSortedDictionary<string, string> None =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private static readonly string[] IsolationNames =
    [
        "a", "always", "always_use_lwt", "f", "forbid", "forbid_rmw",
        "o", "only_rmw_uses_lwt", "u", "unsafe", "unsafe_rmw",
    ];

    /// <summary>The tag that chooses between tablets and vnodes.</summary>
    public static string InitialTablets(EmulatorRelease release) =>
        release.UsesTabletsByDefault ? SystemInitialTablets : "experimental:initial_tablets";

    /// <summary>True when ScyllaDB would keep the table on tablets: by default from 2025.4 on, else by the tag's number.</summary>
    /// <remarks>docs/alternator/new-apis.md of each release, "Tablets".</remarks>
    public static bool UsesTablets(ImmutableSortedDictionary<string, string> tags, EmulatorRelease release)
    {
        return tags.TryGetValue(InitialTablets(release), out var number) ? long.TryParse(number, out _) : release.UsesTabletsByDefault;
    }

    /// <summary>Adds or replaces tags.</summary>
    public static ImmutableSortedDictionary<string, string> Add(ImmutableSortedDictionary<string, string> tags, JsonElement list)
    {
        foreach (var element in list.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw AlternatorException.Validation("invalid tag object");
            }

            if (Parameters.Find(element, "Key") is not { ValueKind: JsonValueKind.String } key ||
                Parameters.Find(element, "Value") is not { ValueKind: JsonValueKind.String } value)
            {
                throw AlternatorException.Validation("string Key and Value required");
            }

            var (name, text) = (JsonText.StringOf(key), JsonText.StringOf(value));
            if (name.Length == 0)
            {
                throw AlternatorException.Validation("A tag Key cannot be empty");
            }

            Check(name, "Key", LongestKey);
            CheckNotReserved(name);
            Check(text, "Value", LongestValue);
            tags = tags.SetItem(name, text);
        }

        return CheckAll(tags);
    }

    /// <summary>Removes tags; those that are not there are not missed.</summary>
    public static ImmutableSortedDictionary<string, string> Remove(ImmutableSortedDictionary<string, string> tags, JsonElement list)
    {
        foreach (var element in list.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String)
            {
                throw AlternatorException.Validation("TagKeys must hold strings");
            }

            var name = JsonText.StringOf(element);
            CheckNotReserved(name);
            tags = tags.Remove(name);
        }

        return CheckAll(tags);
    }

    private static ImmutableSortedDictionary<string, string> CheckAll(ImmutableSortedDictionary<string, string> tags)
    {
        if (tags.Count > MostTags)
        {
            throw AlternatorException.Validation("Number of Tags exceed the current limit for the provided ResourceArn");
        }

        return tags.TryGetValue(WriteIsolation, out var isolation) && !IsolationNames.Contains(isolation)
            ? throw AlternatorException.Validation(
                $"Incorrect write isolation tag {isolation}. Allowed values: {string.Join(", ", IsolationNames)}")
            : tags;
    }

    private static void Check(string text, string part, int longest)
    {
        if (Encoding.UTF8.GetByteCount(text) > longest)
        {
            throw AlternatorException.Validation($"A tag {part} is limited to {longest} characters");
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !(c is >= '\t' and <= '\r') && !" +-=._:/".Contains(c, StringComparison.Ordinal))
            {
                throw AlternatorException.Validation($"A tag {part} can only contain letters, spaces, and [+-=._:/]");
            }
        }
    }

    private static void CheckNotReserved(string name)
    {
        if (name.StartsWith(ReservedPrefix, StringComparison.Ordinal) && name is not (WriteIsolation or SystemInitialTablets))
        {
            throw AlternatorException.Validation($"Tag key '{name}' is reserved for internal use");
        }
    }
}
