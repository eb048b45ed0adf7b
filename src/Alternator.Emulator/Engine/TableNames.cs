using System.Buffers;

namespace Alternator.Emulator.Engine;

/// <summary>What tables and indexes may be called.</summary>
/// <remarks>Limits: alternator/executor_util.hh; the shorter table names came with 2025.4 (docs/alternator/compatibility.md of each release).</remarks>
internal static class TableNames
{
    /// <summary>The prefix under which system tables are read.</summary>
    public const string SystemPrefix = ".scylla.alternator.";

    /// <summary>The longest name of a table that ScyllaDB makes beside one: a view or a stream's log.</summary>
    public const int LongestAuxiliary = 222;

    /// <summary>What a stream's log table is called after the table.</summary>
    public const string LogSuffix = "_scylla_cdc_log";

    private const int Shortest = 3;

    private static readonly SearchValues<char> LegalCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    /// <summary>Refuses a name that no table can have.</summary>
    public static void Check(string name, EmulatorRelease release)
    {
        var longest = release.LongestTableName;
        if (name.Length < Shortest || name.Length > longest)
        {
            throw AlternatorException.Validation(
                $"TableName must be at least {Shortest} characters long and at most {longest} characters long");
        }

        if (!HasLegalCharacters(name))
        {
            throw AlternatorException.Validation("TableName must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
        }
    }

    /// <summary>Refuses a name that no index of the table can have.</summary>
    public static void CheckIndex(string table, string index, bool isLocal)
    {
        if (index.Length < Shortest)
        {
            throw AlternatorException.Validation($"IndexName must be at least {Shortest} characters long");
        }

        if (!HasLegalCharacters(index))
        {
            throw AlternatorException.Validation($"IndexName '{index}' must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
        }

        var longest = LongestAuxiliary - (isLocal ? 2 : 1);
        if (table.Length + index.Length > longest)
        {
            throw AlternatorException.Validation(
                $"The total length of TableName ('{table}') and IndexName ('{index}') cannot exceed {longest} characters");
        }
    }

    /// <summary>Refuses a stream on a table whose log would have too long a name.</summary>
    public static void CheckStream(string table)
    {
        var longest = LongestAuxiliary - LogSuffix.Length;
        if (table.Length > longest)
        {
            throw AlternatorException.Validation(
                $"Streams cannot be enabled on a table whose name is longer than {longest} characters: {table}");
        }
    }

    private static bool HasLegalCharacters(string name) =>
        !name.AsSpan().ContainsAnyExcept(LegalCharacters);
}
