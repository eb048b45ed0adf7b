using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

/// <summary>
/// Which requests have affinity. The rule for read-modify-write is wider than the server's own, on purpose: it is the one that the
/// clients of all languages follow, and only a common rule gives a common coordinator.
/// </summary>
internal static class Affinity
{
    public static bool ReadsFirst(PutItemRequest request) =>
        !string.IsNullOrEmpty(request.ConditionExpression) || request.Expected is { Count: > 0 } || Returns(request.ReturnValues);

    public static bool ReadsFirst(DeleteItemRequest request) =>
        !string.IsNullOrEmpty(request.ConditionExpression) || request.Expected is { Count: > 0 } || Returns(request.ReturnValues);

    public static bool ReadsFirst(UpdateItemRequest request)
    {
        if (!string.IsNullOrEmpty(request.UpdateExpression) || !string.IsNullOrEmpty(request.ConditionExpression) || request.Expected is { Count: > 0 })
        {
            return true;
        }
        if (request.ReturnValues?.Value is "ALL_OLD" or "UPDATED_OLD" or "ALL_NEW")
        {
            return true;
        }
        foreach ((_, AttributeValueUpdate update) in request.AttributeUpdates ?? [])
        {
            if (update?.Action == AttributeAction.ADD || (update?.Action == AttributeAction.DELETE && update.Value is not null))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The seeds of the items of a batch whose table and key are known, or null when there is none.</summary>
    public static long[]? Votes(BatchWriteItemRequest request, PartitionKeyNames keys)
    {
        List<long>? seeds = null;
        foreach ((string table, List<WriteRequest> writes) in request.RequestItems ?? [])
        {
            if (!keys.TryGet(table, out string key))
            {
                continue;
            }
            foreach (WriteRequest write in writes ?? [])
            {
                Dictionary<string, AttributeValue>? attributes = (write.PutRequest?.Item, write.DeleteRequest?.Key) switch
                {
                    ({ Count: > 0 } item, null) => item,
                    (null, { Count: > 0 } deleted) => deleted,
                    _ => null,
                };
                if (attributes is not null && attributes.TryGetValue(key, out AttributeValue? value) && value is not null && KeySeed.TryGet(value, out long seed))
                {
                    (seeds ??= []).Add(seed);
                }
            }
        }
        return seeds?.ToArray();
    }

    private static bool Returns(ReturnValue? value) => value is not null && value.Value is not (null or "" or "NONE");
}
