using System.Collections.Concurrent;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>
/// Looks at a request and says what the executor must know: does it change anything, may it be repeated, does its key choose the node.
/// Items are never serialized for it, and a read is classified by its type alone.
/// </summary>
internal sealed class RequestClassifier(AffinityMode mode, PartitionKeyNames keys)
{
    private static readonly ConcurrentDictionary<Type, string> Names = new();

    private readonly AffinityMode _mode = mode;

    private bool Exact => _mode == AffinityMode.ReadBeforeWrite;

    public RequestTraits Classify(AmazonWebServiceRequest request) => request switch
    {
        GetItemRequest get => Read("GetItem", get.TableName),
        QueryRequest query => Read("Query", query.TableName),
        PutItemRequest put => OfPut(put),
        UpdateItemRequest update => OfUpdate(update),
        DeleteItemRequest delete => OfDelete(delete),
        BatchGetItemRequest => Read("BatchGetItem", null),
        BatchWriteItemRequest batch => OfBatch(batch),
        ScanRequest scan => Read("Scan", scan.TableName),
        _ => Other(request),
    };

    private RequestTraits OfPut(PutItemRequest request)
    {
        bool readsFirst = Affinity.ReadsFirst(request);
        return Write("PutItem", request.TableName, idempotent: !readsFirst, Exact ? ReadBeforeWrite.Of(request) : readsFirst, request.Item);
    }

    private RequestTraits OfDelete(DeleteItemRequest request)
    {
        bool readsFirst = Affinity.ReadsFirst(request);
        return Write("DeleteItem", request.TableName, idempotent: !readsFirst, Exact ? ReadBeforeWrite.Of(request) : readsFirst, request.Key);
    }

    private RequestTraits OfUpdate(UpdateItemRequest request) =>
        Write("UpdateItem", request.TableName, Idempotence.Of(request), Exact ? ReadBeforeWrite.Of(request) : Affinity.ReadsFirst(request), request.Key);

    private RequestTraits OfBatch(BatchWriteItemRequest request) => new()
    {
        Operation = "BatchWriteItem",
        IsIdempotent = true,
        Votes = _mode == AffinityMode.AnyWrite ? Affinity.Votes(request, keys) : null,
    };

    private RequestTraits Write(string operation, string table, bool idempotent, bool readsFirst, Dictionary<string, AttributeValue>? attributes)
    {
        long seed = 0;
        bool hasAffinity = (_mode == AffinityMode.AnyWrite || (_mode != AffinityMode.None && readsFirst))
            && attributes is not null && table is not null && keys.TryGet(table, out string key)
            && attributes.TryGetValue(key, out AttributeValue? value) && value is not null && KeySeed.TryGet(value, out seed);
        return new RequestTraits { Operation = operation, Table = table, IsIdempotent = idempotent, HasAffinity = hasAffinity, AffinitySeed = seed };
    }

    private static RequestTraits Read(string operation, string? table) => new() { Operation = operation, Table = table, IsRead = true, IsIdempotent = true };

    private static RequestTraits Other(AmazonWebServiceRequest request)
    {
        string operation = Names.GetOrAdd(request.GetType(), static type => type.Name.EndsWith("Request", StringComparison.Ordinal) ? type.Name[..^"Request".Length] : type.Name);
        bool reads = operation.StartsWith("Describe", StringComparison.Ordinal) || operation.StartsWith("List", StringComparison.Ordinal);
        return new RequestTraits { Operation = operation, IsRead = reads, IsIdempotent = reads };
    }
}
