using Amazon.DynamoDBv2.Model;

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

    public CreateTableRequest CreateRequest() => new()
    {
        TableName = TableName,
        KeySchema = Schema(PartitionKey, SortKey),
        AttributeDefinitions = [.. Keys().DistinctBy(key => key.Name, StringComparer.Ordinal).Select(key => new AttributeDefinition(key.Name, key.Letter))],
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
        Tags = Tags.Count == 0 ? null : [.. Tags.Select(tag => new Tag { Key = tag.Key, Value = tag.Value })],
    };

    /// <summary>The keys of the table and its indexes, in words; null for what this table doesn't have.</summary>
    public string Describe() => TableShape.Of(CreateRequest()).ToString();

    private IEnumerable<TableKey> Keys()
    {
        yield return PartitionKey;
        foreach (TableKey? key in GlobalIndexes.SelectMany(i => new[] { i.PartitionKey, i.SortKey }).Concat(LocalIndexes.Select(i => i.SortKey)).Prepend(SortKey))
        {
            if (key is not null)
                yield return key;
        }
    }

    private ProvisionedThroughput? Capacity() => Throughput is { } t ? new ProvisionedThroughput(t.Read, t.Write) : null;

    private static List<KeySchemaElement> Schema(TableKey partition, TableKey? sort) =>
        sort is null ? [new(partition.Name, "HASH")] : [new(partition.Name, "HASH"), new(sort.Name, "RANGE")];
}

/// <summary>A key attribute.</summary>
internal sealed record TableKey(string Name, AlternatorKeyType Type)
{
    public string Letter => Type switch { AlternatorKeyType.Number => "N", AlternatorKeyType.Binary => "B", _ => "S" };
}

/// <summary>A secondary index.</summary>
internal sealed record TableIndex(string Name, TableKey PartitionKey, TableKey? SortKey);

/// <summary>How far a table has come.</summary>
internal sealed class TableProgress
{
    private volatile string _text = "waits for its cluster to be ready";
    private volatile bool _done;

    /// <summary>In words, for the health report.</summary>
    public string Text => _text;

    /// <summary>Whether the table exists and holds its seed data.</summary>
    public bool Done => _done;

    public void Is(string text, bool done = false)
    {
        _text = text;
        _done = done;
    }
}
