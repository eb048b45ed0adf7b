using Amazon.DynamoDBv2.Model;
using Amazon.DynamoDBv2.Model.Internal.MarshallTransformations;

namespace Alternator.Client;

/// <summary>The operations on items: nearly all of an application's traffic.</summary>
internal static class ItemOperations
{
    public static ItemOperation<GetItemRequest, GetItemResponse> GetItem { get; } =
        new("GetItem", RequestJson.Write, ResponseJson.ReadGetItem, GetItemResponseUnmarshaller.Instance);

    public static ItemOperation<PutItemRequest, PutItemResponse> PutItem { get; } =
        new("PutItem", RequestJson.Write, ResponseJson.ReadPutItem, PutItemResponseUnmarshaller.Instance);

    public static ItemOperation<UpdateItemRequest, UpdateItemResponse> UpdateItem { get; } =
        new("UpdateItem", RequestJson.Write, ResponseJson.ReadUpdateItem, UpdateItemResponseUnmarshaller.Instance);

    public static ItemOperation<DeleteItemRequest, DeleteItemResponse> DeleteItem { get; } =
        new("DeleteItem", RequestJson.Write, ResponseJson.ReadDeleteItem, DeleteItemResponseUnmarshaller.Instance);

    public static ItemOperation<QueryRequest, QueryResponse> Query { get; } =
        new("Query", RequestJson.Write, ResponseJson.ReadQuery, QueryResponseUnmarshaller.Instance);

    public static ItemOperation<ScanRequest, ScanResponse> Scan { get; } =
        new("Scan", RequestJson.Write, ResponseJson.ReadScan, ScanResponseUnmarshaller.Instance);

    public static ItemOperation<BatchGetItemRequest, BatchGetItemResponse> BatchGetItem { get; } =
        new("BatchGetItem", RequestJson.Write, ResponseJson.ReadBatchGetItem, BatchGetItemResponseUnmarshaller.Instance);

    public static ItemOperation<BatchWriteItemRequest, BatchWriteItemResponse> BatchWriteItem { get; } =
        new("BatchWriteItem", RequestJson.Write, ResponseJson.ReadBatchWriteItem, BatchWriteItemResponseUnmarshaller.Instance);
}
