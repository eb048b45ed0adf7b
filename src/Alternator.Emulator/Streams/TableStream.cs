using System.Globalization;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Streams;

/// <summary>What a stream's records hold beside the keys. The names are those of the API.</summary>
internal enum StreamViewType
{
    KEYS_ONLY,
    NEW_IMAGE,
    OLD_IMAGE,
    NEW_AND_OLD_IMAGES,
}

/// <summary>What happened to an item.</summary>
internal enum StreamEvent
{
    INSERT,
    MODIFY,
    REMOVE,
}

/// <summary>One change of one item.</summary>
internal sealed record StreamRecord(
    UInt128 Sequence, DateTimeOffset Time, StreamEvent Event, Item Keys, Item? OldImage, Item? NewImage, bool IsExpiry);

/// <summary>The stream of one table, from when it was enabled.</summary>
/// <remarks>
/// Changes are dealt to shards by the token of their partition key, so the changes of an item are in one shard and in
/// order. A disabled stream takes no more changes but stays readable; enabling again makes a new one. Its ARN has
/// AWS's form and names the log table that ScyllaDB would keep, since Amazon's client libraries insist on that form.
/// Source: docs/alternator/compatibility.md, "Alternator Streams"; alternator/streams.cc.
/// </remarks>
internal sealed class TableStream
{
    /// <summary>How many shards a stream has. ScyllaDB has many more.</summary>
    public const int ShardCount = 8;

    private readonly Table _table;
    private readonly AlternatorEngine _engine;

    /// <summary>Starts a stream.</summary>
    /// <param name="table">The table whose changes are recorded.</param>
    /// <param name="id">The stream's identity.</param>
    /// <param name="view">What records hold.</param>
    /// <param name="createdAt">The time that the stream's label tells.</param>
    /// <param name="engine">The source of sequence numbers, and the settings.</param>
    public TableStream(Table table, Guid id, StreamViewType view, DateTimeOffset createdAt, AlternatorEngine engine)
    {
        _table = table;
        _engine = engine;
        Id = id;
        View = view;
        CreatedAt = createdAt;
        Label = createdAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture);
        Shards = [.. Enumerable.Range(0, ShardCount).Select(number => new StreamShard(number, ShardCount, createdAt, id))
            .OrderBy(shard => shard.Id, StringComparer.Ordinal)];
    }

    public Guid Id { get; }

    public StreamViewType View { get; set; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>When the stream was disabled; null while it is enabled.</summary>
    public DateTimeOffset? DisabledAt { get; private set; }

    /// <summary>True while changes are recorded.</summary>
    public bool IsEnabled => DisabledAt is null;

    /// <summary>True when descriptions of the table and the list of streams show it.</summary>
    public bool IsShown => IsEnabled || _engine.Options.Release.KeepsDisabledStreams;

    /// <summary>The shards, ordered by their ids.</summary>
    public IReadOnlyList<StreamShard> Shards { get; }

    public string Label { get; }

    /// <summary>The name of the log table that ScyllaDB would keep.</summary>
    public string LogName => _table.Name + TableNames.LogSuffix;

    public string TableName => _table.Name;

    public KeySchema Keys => _table.Keys;

    /// <summary>The stream's name for requests.</summary>
    public string Arn => _engine.Options.Release.HasAwsStreamArns ? AwsArn : $"S{Id:D}";

    private string AwsArn => $"arn:aws:dynamodb:us-east-1:000000000000:table/{_table.Keyspace}@{LogName}/stream/{Label}";

    /// <summary>Ends recording.</summary>
    public void Disable(DateTimeOffset now) => DisabledAt = now;

    /// <summary>Records a change. Called under the table's lock, in the order of the changes.</summary>
    /// <param name="key">The item's key.</param>
    /// <param name="before">The item as it was; null when there was none.</param>
    /// <param name="after">The item as it is; null when there is none.</param>
    /// <param name="isExpiry">True when its time to live has ended.</param>
    public void Record(in ItemKey key, Item? before, Item? after, bool isExpiry)
    {
        if (!IsEnabled)
        {
            return;
        }

        // INSERT is told from MODIFY, and what changes nothing left out, when that is asked for; images need a read, which tells both.
        var precise = _engine.Options.StreamsIncreasedCompatibility || View != StreamViewType.KEYS_ONLY;
        if (precise && (ReferenceEquals(before, after) || (before is not null && after is not null && ValueComparer.AreEqual(before, after))))
        {
            return;
        }

        var what = after is null ? StreamEvent.REMOVE : precise && before is not null ? StreamEvent.MODIFY : StreamEvent.INSERT;
        var keys = key.Range is null
            ? Item.Create((Keys.Hash.Name, key.Hash))
            : Item.Create((Keys.Hash.Name, key.Hash), (Keys.Range!.Name, key.Range));
        var (sequence, time) = _engine.StreamClock.Next();
        var token = key.Token;
        var shard = Shards[0];
        foreach (var candidate in Shards)
        {
            if (candidate.Holds(token))
            {
                shard = candidate;
                break;
            }
        }

        shard.Add(new StreamRecord(
            sequence,
            time,
            what,
            keys,
            View is StreamViewType.OLD_IMAGE or StreamViewType.NEW_AND_OLD_IMAGES ? before : null,
            View is StreamViewType.NEW_IMAGE or StreamViewType.NEW_AND_OLD_IMAGES ? after : null,
            isExpiry));
    }

    /// <summary>The shard of an id, or null.</summary>
    public StreamShard? FindShard(string id)
    {
        foreach (var shard in Shards)
        {
            if (shard.Id == id)
            {
                return shard;
            }
        }

        return null;
    }
}
