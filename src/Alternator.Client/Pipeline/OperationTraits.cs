using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>What a request is to the executor: its name, whether it only reads, whether it may be repeated without harm.</summary>
internal static class OperationTraits
{
    private const string Suffix = "Request";

    public static RequestTraits Of(AmazonWebServiceRequest request) => request switch
    {
        GetItemRequest get => Read("GetItem", get.TableName),
        QueryRequest query => Read("Query", query.TableName),
        ScanRequest scan => Read("Scan", scan.TableName),
        BatchGetItemRequest => Read("BatchGetItem", null),
        PutItemRequest put => new() { Operation = "PutItem", Table = put.TableName, IsIdempotent = Repeatable.IsRepeatable(put) },
        DeleteItemRequest delete => new() { Operation = "DeleteItem", Table = delete.TableName, IsIdempotent = Repeatable.IsRepeatable(delete) },
        UpdateItemRequest update => new() { Operation = "UpdateItem", Table = update.TableName, IsIdempotent = Repeatable.IsRepeatable(update) },
        BatchWriteItemRequest => new() { Operation = "BatchWriteItem", IsIdempotent = true },
        _ => ByName(request.GetType().Name),
    };

    private static RequestTraits Read(string operation, string? table) => new() { Operation = operation, Table = table, IsRead = true, IsIdempotent = true };

    private static RequestTraits ByName(string type)
    {
        string operation = type.EndsWith(Suffix, StringComparison.Ordinal) ? type[..^Suffix.Length] : type;
        bool reads = operation.StartsWith("Describe", StringComparison.Ordinal) || operation.StartsWith("List", StringComparison.Ordinal)
            || operation is "GetRecords" or "GetShardIterator" or "TransactGetItems";
        return new() { Operation = operation, IsRead = reads, IsIdempotent = reads };
    }
}
