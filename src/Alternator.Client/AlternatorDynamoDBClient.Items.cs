using Amazon.DynamoDBv2.Model;

namespace Alternator.Client;

// The operations that the fast path serves. The overloads that take a table name and a key build a request and call these.
public sealed partial class AlternatorDynamoDBClient
{
    /// <inheritdoc/>
    public override Task<GetItemResponse> GetItemAsync(GetItemRequest request, CancellationToken cancellationToken = default) =>
        FastFor(request) is { } fast ? fast.InvokeAsync(ItemOperations.GetItem, request, cancellationToken) : base.GetItemAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<PutItemResponse> PutItemAsync(PutItemRequest request, CancellationToken cancellationToken = default) =>
        FastFor(request) is { } fast ? fast.InvokeAsync(ItemOperations.PutItem, request, cancellationToken) : base.PutItemAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<UpdateItemResponse> UpdateItemAsync(UpdateItemRequest request, CancellationToken cancellationToken = default) =>
        FastFor(request) is { } fast ? fast.InvokeAsync(ItemOperations.UpdateItem, request, cancellationToken) : base.UpdateItemAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<DeleteItemResponse> DeleteItemAsync(DeleteItemRequest request, CancellationToken cancellationToken = default) =>
        FastFor(request) is { } fast ? fast.InvokeAsync(ItemOperations.DeleteItem, request, cancellationToken) : base.DeleteItemAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default) =>
        FastFor(request) is { } fast ? fast.InvokeAsync(ItemOperations.Query, request, cancellationToken) : base.QueryAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<ScanResponse> ScanAsync(ScanRequest request, CancellationToken cancellationToken = default) =>
        FastFor(request) is { } fast ? fast.InvokeAsync(ItemOperations.Scan, request, cancellationToken) : base.ScanAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<BatchGetItemResponse> BatchGetItemAsync(BatchGetItemRequest request, CancellationToken cancellationToken = default) =>
        FastFor(request) is { } fast ? fast.InvokeAsync(ItemOperations.BatchGetItem, request, cancellationToken) : base.BatchGetItemAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<BatchWriteItemResponse> BatchWriteItemAsync(BatchWriteItemRequest request, CancellationToken cancellationToken = default) =>
        FastFor(request) is { } fast ? fast.InvokeAsync(ItemOperations.BatchWriteItem, request, cancellationToken) : base.BatchWriteItemAsync(request, cancellationToken);
}
