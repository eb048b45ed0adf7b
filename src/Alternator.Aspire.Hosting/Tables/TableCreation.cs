using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Tables;

/// <summary>
/// Makes a table be what was declared: creates it, or checks one that is there already (another key or index is an error that shows
/// both; a table of the parent's earlier run is fine), waits until it is active, switches its time to live on and fills it when it is empty.
/// May be run any number of times.
/// </summary>
internal static partial class TableCreation
{
    public static async Task EnsureAsync(IAmazonDynamoDB client, AlternatorTableResource table, string appHostFolder, ILogger logger, CancellationToken cancellationToken)
    {
        TableDeclaration declaration = table.Declaration;
        TableProgress progress = table.Progress;
        try
        {
            progress.Is("is being created");
            bool isNew = await CreateAsync(client, declaration, logger, cancellationToken).ConfigureAwait(false);
            await WaitUntilActiveAsync(client, declaration, cancellationToken).ConfigureAwait(false);
            await TimeToLiveAsync(client, declaration, cancellationToken).ConfigureAwait(false);
            if (declaration.SeedFile is { } file && (isNew || await IsEmptyAsync(client, declaration, cancellationToken).ConfigureAwait(false)))
            {
                int count = await SeedData.WriteAsync(client, declaration.TableName, SeedData.PathOf(file, appHostFolder), progress, logger, cancellationToken).ConfigureAwait(false);
                progress.Is($"active, seeded with {count} items", done: true);
            }
            else
                progress.Is("active", done: true);
            TableReady(logger, declaration.TableName, progress.Text);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            progress.Is(e.Message);
            throw;
        }
    }

    /// <summary>Deletes every item by deleting the table and creating it again.</summary>
    public static async Task TruncateAsync(IAmazonDynamoDB client, AlternatorTableResource table, ILogger logger, CancellationToken cancellationToken)
    {
        TableDeclaration declaration = table.Declaration;
        table.Progress.Is("is being truncated");
        await client.DeleteTableAsync(declaration.TableName, cancellationToken).ConfigureAwait(false);
        for (int attempt = 0; attempt < 300 && await DescribeAsync(client, declaration, cancellationToken).ConfigureAwait(false) is not null; attempt++)
            await Task.Delay(100, cancellationToken).ConfigureAwait(false);
        await CreateAsync(client, declaration, logger, cancellationToken).ConfigureAwait(false);
        await WaitUntilActiveAsync(client, declaration, cancellationToken).ConfigureAwait(false);
        await TimeToLiveAsync(client, declaration, cancellationToken).ConfigureAwait(false);
        table.Progress.Is("active, truncated", done: true);
    }

    private static async Task<bool> CreateAsync(IAmazonDynamoDB client, TableDeclaration declaration, ILogger logger, CancellationToken cancellationToken)
    {
        TableDescription? existing = await DescribeAsync(client, declaration, cancellationToken).ConfigureAwait(false);
        if (existing is null)
        {
            try
            {
                await client.CreateTableAsync(declaration.CreateRequest(), cancellationToken).ConfigureAwait(false);
                TableCreated(logger, declaration.TableName, declaration.Describe());
                return true;
            }
            catch (ResourceInUseException)
            {
                // Somebody else was faster, or an attempt that looked failed wasn't.
                existing = await DescribeAsync(client, declaration, cancellationToken).ConfigureAwait(false);
            }
        }
        TableShape declared = TableShape.Of(declaration.CreateRequest());
        if (existing is not null && TableShape.Of(existing) is var found && found != declared)
            throw new DistributedApplicationException(
                $"The table '{declaration.TableName}' exists with another schema. Declared: {declared}. Existing: {found}. Delete the table (or the data volume), or change the declaration.");
        return false;
    }

    private static async Task<TableDescription?> DescribeAsync(IAmazonDynamoDB client, TableDeclaration declaration, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.DescribeTableAsync(declaration.TableName, cancellationToken).ConfigureAwait(false)).Table;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    private static async Task WaitUntilActiveAsync(IAmazonDynamoDB client, TableDeclaration declaration, CancellationToken cancellationToken)
    {
        while (true)
        {
            TableDescription? table = await DescribeAsync(client, declaration, cancellationToken).ConfigureAwait(false);
            if (table?.TableStatus == TableStatus.ACTIVE && (table.GlobalSecondaryIndexes ?? []).All(i => i.IndexStatus is null || i.IndexStatus == IndexStatus.ACTIVE))
                return;
            await Task.Delay(100, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task TimeToLiveAsync(IAmazonDynamoDB client, TableDeclaration declaration, CancellationToken cancellationToken)
    {
        if (declaration.TimeToLive is not { } attribute)
            return;
        TimeToLiveDescription? now = (await client.DescribeTimeToLiveAsync(declaration.TableName, cancellationToken).ConfigureAwait(false)).TimeToLiveDescription;
        if (now?.TimeToLiveStatus == TimeToLiveStatus.ENABLED && now.AttributeName == attribute)
            return;
        if (now?.TimeToLiveStatus == TimeToLiveStatus.ENABLED)
            throw new DistributedApplicationException($"The table '{declaration.TableName}' expires its items by the attribute '{now.AttributeName}', but '{attribute}' is declared. Switch its time to live off first, or change the declaration.");
        await client.UpdateTimeToLiveAsync(new UpdateTimeToLiveRequest
        {
            TableName = declaration.TableName,
            TimeToLiveSpecification = new TimeToLiveSpecification { AttributeName = attribute, Enabled = true },
        }, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> IsEmptyAsync(IAmazonDynamoDB client, TableDeclaration declaration, CancellationToken cancellationToken) =>
        (await client.ScanAsync(new ScanRequest { TableName = declaration.TableName, Limit = 1, ConsistentRead = true }, cancellationToken).ConfigureAwait(false)).Items is null or { Count: 0 };

    [LoggerMessage(Level = LogLevel.Information, Message = "Created table {Table}: {Shape}")]
    private static partial void TableCreated(ILogger logger, string table, string shape);

    [LoggerMessage(Level = LogLevel.Information, Message = "Table {Table} is ready: {Progress}")]
    private static partial void TableReady(ILogger logger, string table, string progress);
}
