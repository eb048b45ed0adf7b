using Amazon.DynamoDBv2.Model;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting.Tables;

/// <summary>What the AppHost declares about a table, and the request that creates it.</summary>
internal sealed class TableDeclaration
{
    public required string TableName { get; init; }
    public TableKey PartitionKey { get; set; } = new("id", AlternatorKeyType.String);
    public TableKey? SortKey { get; set; }
    public List<TableIndex> GlobalIndexes { get; } = [];
    public List<TableIndex> LocalIndexes { get; } = [];
    public (long Read, long Write)? Throughput { get; set; }
    public string? TimeToLive { get; set; }
    public AlternatorStreamView? Stream { get; set; }
    public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);
    public string? SeedFile { get; set; }

    /// <summary>The attributes of the table's key.</summary>
    public IEnumerable<TableKey> KeyAttributes => SortKey is null ? [PartitionKey] : [PartitionKey, SortKey];

    /// <summary>The attributes of the keys of its indexes.</summary>
    public IEnumerable<TableKey> IndexAttributes =>
        GlobalIndexes.SelectMany(i => new[] { i.PartitionKey, i.SortKey }).Concat(LocalIndexes.Select(i => i.SortKey)).OfType<TableKey>();

    /// <summary>
    /// The tags of the table on a cluster of a given release. A stream needs one of its own where it doesn't work on tablets, which are the default
    /// there; whoever sets that tag himself is left alone.
    /// </summary>
    /// <param name="release">The release of the cluster; null when it is unknown.</param>
    public IReadOnlyDictionary<string, string> TagsFor(ScyllaRelease? release) =>
        Stream is not null && release is { KeepsStreamsOffTablets: true } && !Tags.ContainsKey(InitialTablets)
            ? new Dictionary<string, string>(Tags, StringComparer.Ordinal) { [InitialTablets] = "none" }
            : Tags;

    /// <summary>The tag that decides whether a table is kept on tablets. It has an effect only when the table is created.</summary>
    public const string InitialTablets = "system:initial_tablets";

    public CreateTableRequest CreateRequest(ScyllaRelease? release = null) => new()
    {
        TableName = TableName,
        KeySchema = Schema(PartitionKey, SortKey),
        AttributeDefinitions = [.. KeyAttributes.Concat(IndexAttributes).DistinctBy(key => key.Name, StringComparer.Ordinal).Select(key => new AttributeDefinition(key.Name, key.Letter))],
        BillingMode = Throughput is null ? "PAY_PER_REQUEST" : "PROVISIONED",
        ProvisionedThroughput = Capacity(),
        GlobalSecondaryIndexes = GlobalIndexes.Count == 0 ? null : [.. GlobalIndexes.Select(index => new GlobalSecondaryIndex
        {
            IndexName = index.Name,
            KeySchema = Schema(index.PartitionKey, index.SortKey),
            Projection = new Projection { ProjectionType = "ALL" },
            ProvisionedThroughput = Capacity(),
        })],
        LocalSecondaryIndexes = LocalIndexes.Count == 0 ? null : [.. LocalIndexes.Select(index => new LocalSecondaryIndex
        {
            IndexName = index.Name,
            KeySchema = Schema(PartitionKey, index.SortKey),
            Projection = new Projection { ProjectionType = "ALL" },
        })],
        StreamSpecification = Stream is { } view ? new StreamSpecification { StreamEnabled = true, StreamViewType = view.Spell() } : null,
        Tags = TagsFor(release) is { Count: > 0 } tags ? [.. tags.Select(tag => new Tag { Key = tag.Key, Value = tag.Value })] : null,
    };

    /// <summary>The keys of the table and its indexes, in words; null for what this table doesn't have.</summary>
    public string Describe() => TableShape.Of(CreateRequest()).Text;

    /// <summary>Refuses a second index of a name.</summary>
    public void ThrowIfIndexed(string indexName, string parameter)
    {
        if (GlobalIndexes.Concat(LocalIndexes).Any(index => index.Name == indexName))
            throw new ArgumentException($"The table '{TableName}' has an index '{indexName}' already.", parameter);
    }

    /// <summary>The key, unless its attribute is declared with another type somewhere else in the table: an attribute has one type.</summary>
    public TableKey Agreeing(TableKey key, string parameter)
    {
        if (KeyAttributes.Concat(IndexAttributes).FirstOrDefault(other => other.Name == key.Name && other.Type != key.Type) is { } other)
            throw new ArgumentException($"The attribute '{key.Name}' of the table '{TableName}' is declared as {other.Type}, so it can't be {key.Type} here.", parameter);
        return key;
    }

    private ProvisionedThroughput? Capacity() => Throughput is { } t ? new ProvisionedThroughput(t.Read, t.Write) : null;

    private static List<KeySchemaElement> Schema(TableKey partition, TableKey? sort) =>
        sort is null ? [new(partition.Name, "HASH")] : [new(partition.Name, "HASH"), new(sort.Name, "RANGE")];
}

/// <summary>A key attribute.</summary>
internal sealed record TableKey(string Name, AlternatorKeyType Type)
{
    public static TableKey Of(string name, AlternatorKeyType type) =>
        Enum.IsDefined(type) ? new TableKey(name, type) : throw new ArgumentOutOfRangeException(nameof(type), type, "No type of a key.");

    public string Letter => Type switch { AlternatorKeyType.Number => "N", AlternatorKeyType.Binary => "B", _ => "S" };
}

/// <summary>A secondary index.</summary>
internal sealed record TableIndex(string Name, TableKey PartitionKey, TableKey? SortKey);

/// <summary>How far a table has come, and the gate that lets only one change it at a time: the parent's ready handler, Truncate or Reseed.</summary>
internal sealed class TableProgress
{
    public SemaphoreSlim Gate { get; } = new(1, 1);

    private volatile State _state = new("waits for its cluster to be ready", false, false);

    /// <summary>In words, for the health report.</summary>
    public string Text => _state.Text;

    /// <summary>Whether the table exists and holds its seed data.</summary>
    public bool Done => _state.Done;

    /// <summary>Whether nobody goes on with it by himself.</summary>
    public bool HasFailed => _state.Failed;

    public void Is(string text, bool done = false) => _state = new State(text, done, false);

    public void Failed(string why) => _state = new State(why, false, true);

    private sealed record State(string Text, bool Done, bool Failed);
}
