using System.Globalization;
using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Operations;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Streams;

/// <summary>ListStreams, DescribeStream, GetShardIterator and GetRecords.</summary>
/// <remarks>Source: DynamoDB Streams API reference; ScyllaDB's alternator/streams.cc.</remarks>
internal static class StreamOperations
{
    private const int MostListed = 100;
    private const int MostRecords = 1000;

    /// <summary>ListStreams: all streams, or those of a table, by the names of their logs.</summary>
    public static void List(Call call)
    {
        var limit = ReadLimit(call, MostListed);
        var start = call.FindString("ExclusiveStartStreamArn") is { } arn ? ParseArn(arn, "ExclusiveStartStreamArn") : default(ResourceName?);
        var tables = call.Find("TableName") is null ? call.Engine.Tables.All : [call.Table()];
        var streams = tables.Select(table => table.Stream).OfType<TableStream>().Where(stream => stream.IsShown)
            .OrderBy(stream => stream.LogName, StringComparer.Ordinal)
            .Where(stream => start is null || string.CompareOrdinal(stream.LogName, start.Value.Table) > 0)
            .Take(limit).ToArray();
        var writer = call.Writer;
        writer.WriteStartObject();
        writer.WriteStartArray("Streams");
        foreach (var stream in streams)
        {
            writer.WriteStartObject();
            writer.WriteString("StreamArn", stream.Arn);
            writer.WriteString("StreamLabel", stream.Label);
            writer.WriteString("TableName", stream.TableName);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (streams.Length == limit)
        {
            writer.WriteString("LastEvaluatedStreamArn", streams[^1].Arn);
        }

        writer.WriteEndObject();
    }

    /// <summary>DescribeStream. Label and creation time are missing in Alternator, and so here.</summary>
    public static void Describe(Call call)
    {
        var limit = ReadLimit(call, MostListed);
        var stream = Find(call);
        var shards = stream.IsShown ? SelectShards(call, stream) : [];
        var page = shards.Take(limit).ToArray();
        var writer = call.Writer;
        writer.WriteStartObject();
        writer.WriteStartObject("StreamDescription");
        writer.WriteString("StreamStatus", stream.IsEnabled ? "ENABLED" : "DISABLED");
        writer.WriteString("StreamArn", stream.Arn);
        writer.WriteString("StreamViewType", stream.View.ToString());
        writer.WriteString("TableName", stream.TableName);
        TableDescription.WriteKeySchema(writer, stream.Keys);
        if (page.Length == limit)
        {
            writer.WriteString("LastEvaluatedShardId", page[^1].Id);
        }

        // Before disabled streams were kept, their description ended here.
        if (!stream.IsShown)
        {
            writer.WriteEndObject();
            writer.WriteEndObject();
            return;
        }

        writer.WriteStartArray("Shards");
        foreach (var shard in page)
        {
            writer.WriteStartObject();
            writer.WriteString("ShardId", shard.Id);
            writer.WriteStartObject("SequenceNumberRange");
            writer.WriteString("StartingSequenceNumber", Text(shard.Start));
            if (stream.DisabledAt is { } end)
            {
                writer.WriteString("EndingSequenceNumber", Text(StreamClock.At(end)));
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>GetShardIterator.</summary>
    public static void GetShardIterator(Call call)
    {
        var stream = Find(call);
        var shard = call.FindString("ShardId") is { } id ? stream.FindShard(id) : null;

        // A wrong type of iterator is reported before a wrong shard.
        var iterator = ShardIterator.Create(call, stream, shard?.Id ?? string.Empty);
        if (shard is null)
        {
            throw AlternatorException.ResourceNotFound("Invalid ShardId");
        }

        call.Writer.WriteStartObject();
        call.Writer.WriteString("ShardIterator", iterator.ToString());
        call.Writer.WriteEndObject();
    }

    /// <summary>GetRecords.</summary>
    public static void GetRecords(Call call)
    {
        var text = call.FindString("ShardIterator") ?? throw AlternatorException.Validation("Missing required parameter ShardIterator");
        var iterator = ShardIterator.Parse(text) ?? throw AlternatorException.Validation($"Invalid ShardIterator {text}");
        var limit = ReadLimit(call, MostRecords);
        if (limit > MostRecords)
        {
            throw AlternatorException.Validation($"Limit must be less than or equal to {MostRecords}");
        }

        var stream = call.Engine.Tables.All.Select(table => table.Stream).FirstOrDefault(candidate => candidate?.Id == iterator.Stream)
            ?? throw AlternatorException.ResourceNotFound("The stream of this ShardIterator is gone");
        var shard = stream.FindShard(iterator.Shard) ?? throw AlternatorException.ResourceNotFound("Invalid ShardId");
        call.Authorize(Permission.Select, stream.LogName);
        var options = call.Engine.Options;
        var records = shard.Read(iterator.From, iterator.Inclusive, options.TimeProvider.GetUtcNow() - options.StreamsTimeWindow, limit);
        var writer = call.Writer;
        writer.WriteStartObject();
        writer.WriteStartArray("Records");
        foreach (var record in records)
        {
            Write(call, record, stream, shard);
        }

        writer.WriteEndArray();
        if (records.Count > 0)
        {
            writer.WriteString("NextShardIterator", new ShardIterator(stream.Id, shard.Id, records[^1].Sequence, false).ToString());
        }
        else if (stream.IsEnabled)
        {
            writer.WriteString("NextShardIterator", text);
        }

        writer.WriteEndObject();
    }

    private static void Write(Call call, StreamRecord record, TableStream stream, StreamShard shard)
    {
        var writer = call.Writer;
        writer.WriteStartObject();
        writer.WriteString("eventID", $"E{shard.Id[^32..]}:{Text(record.Sequence)}:0");
        writer.WriteString("eventName", record.Event.ToString());
        writer.WriteString("eventSource", "scylladb:alternator");
        if (call.Engine.Options.Release.StreamEventVersion is { } version)
        {
            writer.WriteString("eventVersion", version);
            writer.WriteString("awsRegion", call.Context.Datacenter);
        }

        if (record.IsExpiry && call.Engine.Options.Release.MarksExpiryInStreams)
        {
            writer.WriteStartObject("userIdentity");
            writer.WriteString("Type", "Service");
            writer.WriteString("PrincipalId", "dynamodb.amazonaws.com");
            writer.WriteEndObject();
        }

        writer.WriteStartObject("dynamodb");
        writer.WriteNumber("ApproximateCreationDateTime", record.Time.ToUnixTimeSeconds());
        writer.WritePropertyName("Keys");
        ValueWriter.Write(writer, record.Keys);
        WriteImage(writer, "NewImage", record.NewImage);
        WriteImage(writer, "OldImage", record.OldImage);
        writer.WriteString("SequenceNumber", Text(record.Sequence));
        writer.WriteString("StreamViewType", stream.View.ToString());
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteImage(Utf8JsonWriter writer, string name, Item? image)
    {
        if (image is not null)
        {
            writer.WritePropertyName(name);
            ValueWriter.Write(writer, image);
        }
    }

    private static string Text(UInt128 sequence) => sequence.ToString(CultureInfo.InvariantCulture);

    private static int ReadLimit(Call call, int standard)
    {
        var limit = Parameters.FindInt(call.Request, "Limit") ?? standard;
        return limit >= 1 ? limit : throw AlternatorException.Validation("Limit must be 1 or more");
    }

    private static IEnumerable<StreamShard> SelectShards(Call call, TableStream stream)
    {
        if (call.Engine.Options.Release.FiltersShards && call.Find("ShardFilter") is { } filter)
        {
            if (Parameters.Find(filter, "Type") is not { ValueKind: JsonValueKind.String } type || JsonText.StringOf(type) != "CHILD_SHARDS")
            {
                throw AlternatorException.Validation("Invalid ShardFilter.Type value - must be string `CHILD_SHARDS`");
            }

            // Shards are never split or merged here: none has children.
            return Parameters.FindString(filter, "ShardId") is { } parent && stream.FindShard(parent) is not null
                ? []
                : throw AlternatorException.Validation("Invalid ShardFilter.ShardId value - not a shard of this stream");
        }

        if (call.Find("ExclusiveStartShardId") is not { } start)
        {
            return stream.Shards;
        }

        var id = start.ValueKind == JsonValueKind.String ? JsonText.StringOf(start) : string.Empty;
        return stream.FindShard(id) is null ? [] : stream.Shards.Where(shard => string.CompareOrdinal(shard.Id, id) > 0);
    }

    private static TableStream Find(Call call)
    {
        var arn = call.FindString("StreamArn") ?? throw AlternatorException.Validation("Missing required parameter StreamArn");
        if (call.Engine.Options.Release.HasAwsStreamArns)
        {
            ParseArn(arn, "StreamArn");
        }

        return call.Engine.Tables.All.Select(table => table.Stream).FirstOrDefault(stream => stream?.Arn == arn)
            ?? throw AlternatorException.ResourceNotFound($"Invalid StreamArn: {arn} - there is no such stream");
    }

    private static ResourceName ParseArn(string arn, string field)
    {
        try
        {
            return ResourceName.Parse(arn, field, "/stream/");
        }
        catch (AlternatorException exception) when (exception.Type == "AccessDeniedException")
        {
            throw AlternatorException.Validation(exception.Message);
        }
    }
}
