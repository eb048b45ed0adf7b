using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Operations;

/// <summary>An Amazon resource name as Alternator reads it: its own form for tables, AWS's form for streams.</summary>
/// <remarks>
/// <c>arn:scylla:alternator:KEYSPACE:scylla:table/TABLE</c>, or
/// <c>arn:aws:dynamodb:REGION:ACCOUNT:table/KEYSPACE@TABLE/stream/LABEL</c> (alternator/executor.cc, parse_arn).
/// </remarks>
internal readonly record struct ResourceName(string Keyspace, string Table, string Postfix)
{
    /// <summary>Reads a name.</summary>
    /// <param name="arn">The name.</param>
    /// <param name="field">The parameter that holds it.</param>
    /// <param name="postfix">What must follow the table; nothing must when it is empty.</param>
    public static ResourceName Parse(string arn, string field, string postfix)
    {
        var parts = arn.Split(':', 6);
        if (parts[0] != "arn" || parts.Length < 6)
        {
            throw AlternatorException.AccessDenied(
                $"{field}: Invalid ARN '{arn}' - missing arn:<partition>:<service>:<region>:<account-id> prefix");
        }

        const string Resource = "table/";
        if (!parts[5].StartsWith(Resource, StringComparison.Ordinal))
        {
            throw AlternatorException.Validation($"{field}: Invalid ARN '{arn}' - resource-type is not `{Resource}`");
        }

        var rest = parts[5][Resource.Length..];
        var end = rest.AsSpan().IndexOfAny("/:");
        var table = end < 0 ? rest : rest[..end];
        var keyspace = parts[3];
        if (parts[1] != "scylla")
        {
            var separator = table.IndexOf('@', StringComparison.Ordinal);
            if (separator < 0)
            {
                throw AlternatorException.Validation($"{field}: Invalid ARN '{arn}' - missing separator `@`");
            }

            (keyspace, table) = (table[..separator], table[(separator + 1)..]);
        }

        var actual = end < 0 ? string.Empty : rest[end..];
        return actual.Length == 0 == (postfix.Length == 0) && actual.StartsWith(postfix, StringComparison.Ordinal)
            ? new ResourceName(keyspace, table, actual)
            : throw AlternatorException.Validation($"{field}: Invalid ARN '{arn}' - expected `{postfix}` after table name `{table}`");
    }
}
