using System.Collections.Frozen;

namespace Alternator.Emulator.Protocol;

/// <summary>The names of the API's operations, so that the usual ones need no new string per request.</summary>
internal static class OperationNames
{
    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
    [
        "CreateTable", "DescribeTable", "DeleteTable", "UpdateTable", "ListTables", "PutItem", "GetItem", "UpdateItem",
        "DeleteItem", "BatchWriteItem", "BatchGetItem", "Query", "Scan", "TagResource", "UntagResource",
        "ListTagsOfResource", "UpdateTimeToLive", "DescribeTimeToLive", "DescribeEndpoints", "DescribeContinuousBackups",
        "ListStreams", "DescribeStream", "GetShardIterator", "GetRecords",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> BySpan = Known.GetAlternateLookup<ReadOnlySpan<char>>();

    public static string Intern(ReadOnlySpan<char> name) => BySpan.TryGetValue(name, out string? known) ? known : name.ToString();
}
