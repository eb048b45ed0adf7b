namespace Alternator.Client;

/// <summary>
/// Key route affinity: the partition key of a written item decides which node is tried first, and all clients, in any language, agree
/// on it.
/// </summary>
public sealed class AffinityOptions
{
    /// <summary>Which writes have affinity. Default: <see cref="AffinityMode.None"/>.</summary>
    public AffinityMode Mode { get; set; } = AffinityMode.None;

    /// <summary>
    /// The name of the partition key of each table, where known. Of the tables that are missing here it is learnt once, by DescribeTable
    /// in the background; until then their writes go to any node.
    /// </summary>
    public IDictionary<string, string> PartitionKeys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
