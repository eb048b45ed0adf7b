using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

// Reads all streams to their ends with the AWS SDK for .NET, page by page, and writes one line for each record.
if (args is not [var endpoint, var accessKey, var secretKey])
{
    Console.Error.WriteLine("usage: Alternator.StreamsReader ENDPOINT ACCESS-KEY SECRET-KEY");
    return 2;
}

using var streams = new AmazonDynamoDBStreamsClient(
    new BasicAWSCredentials(accessKey, secretKey),
    new AmazonDynamoDBStreamsConfig { ServiceURL = endpoint, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });

string? lastStream = null;
do
{
    ListStreamsResponse page = await streams.ListStreamsAsync(new ListStreamsRequest { Limit = 2, ExclusiveStartStreamArn = lastStream });
    foreach (StreamSummary stream in page.Streams)
        await ReadStreamAsync(stream);
    lastStream = page.LastEvaluatedStreamArn;
}
while (lastStream is not null);
return 0;

async Task ReadStreamAsync(StreamSummary stream)
{
    string? lastShard = null;
    do
    {
        StreamDescription described = (await streams.DescribeStreamAsync(
            new DescribeStreamRequest { StreamArn = stream.StreamArn, ExclusiveStartShardId = lastShard, Limit = 3 })).StreamDescription;
        foreach (Shard shard in described.Shards)
        {
            List<Record> records = await ReadShardAsync(stream, shard, ShardIteratorType.TRIM_HORIZON);
            foreach (Record record in records)
                Console.WriteLine(Line(stream, described, record));
            await CheckIteratorsAsync(stream, shard, records);
        }

        lastShard = described.LastEvaluatedShardId;
    }
    while (lastShard is not null);
}

async Task<List<Record>> ReadShardAsync(StreamSummary stream, Shard shard, ShardIteratorType from, string? sequenceNumber = null)
{
    string? iterator = (await streams.GetShardIteratorAsync(new GetShardIteratorRequest
    {
        StreamArn = stream.StreamArn,
        ShardId = shard.ShardId,
        ShardIteratorType = from,
        SequenceNumber = sequenceNumber,
    })).ShardIterator;
    var records = new List<Record>();
    while (iterator is not null)
    {
        GetRecordsResponse page = await streams.GetRecordsAsync(new GetRecordsRequest { ShardIterator = iterator, Limit = 2 });
        if (page.Records.Count == 0)
            break;
        records.AddRange(page.Records);
        iterator = page.NextShardIterator;
    }

    return records;
}

// From every record on, the same records must come again; after the latest one, none.
async Task CheckIteratorsAsync(StreamSummary stream, Shard shard, List<Record> records)
{
    for (int i = 0; i < records.Count; i++)
    {
        string number = records[i].Dynamodb.SequenceNumber;
        Check(await ReadShardAsync(stream, shard, ShardIteratorType.AT_SEQUENCE_NUMBER, number), records[i..]);
        Check(await ReadShardAsync(stream, shard, ShardIteratorType.AFTER_SEQUENCE_NUMBER, number), records[(i + 1)..]);
    }

    Check(await ReadShardAsync(stream, shard, ShardIteratorType.LATEST), []);

    void Check(List<Record> read, List<Record> expected)
    {
        if (!read.Select(record => record.EventID).SequenceEqual(expected.Select(record => record.EventID)))
            throw new InvalidOperationException($"{stream.TableName} {shard.ShardId}: {read.Count} records in place of {expected.Count}, or others");
    }
}

static string Line(StreamSummary stream, StreamDescription described, Record record) =>
    $"{stream.TableName} {described.StreamViewType} {described.StreamStatus} {record.EventName} keys={Text(record.Dynamodb.Keys)} "
    + $"old={Text(record.Dynamodb.OldImage)} new={Text(record.Dynamodb.NewImage)} "
    + $"by={(record.UserIdentity is { } identity ? $"{identity.Type}:{identity.PrincipalId}" : "-")}";

static string Text(Dictionary<string, AttributeValue> item) =>
    item.Count == 0 ? "-" : string.Join(',', item.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}:{pair.Value.S ?? pair.Value.N}"));
