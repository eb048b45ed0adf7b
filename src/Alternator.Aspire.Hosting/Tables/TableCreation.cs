using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Scylla;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Tables;

/// <summary>
/// Makes a table be what was declared: creates it, or checks one that is there already (another key or index is an error that shows
/// both; a table of the parent's earlier run is fine), waits until it is active, adds what can be added to one that exists (stream, tags, time to live) and fills it when it
/// is empty. May be run any number of times.
/// </summary>
internal static partial class TableCreation
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task EnsureAsync(IAmazonDynamoDB client, AlternatorTableResource table, string appHostFolder, ILogger logger, CancellationToken cancellationToken)
    {
        await table.Progress.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await EnsureOneAsync(client, table, appHostFolder, logger, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            table.Progress.Failed(e.Message);
            throw;
        }
        finally
        {
            table.Progress.Gate.Release();
        }
    }

    /// <summary>Deletes every item by deleting the table and creating it again, and writes the seed data when <paramref name="reseed"/> says so.</summary>
    public static async Task TruncateAsync(IAmazonDynamoDB client, AlternatorTableResource table, bool reseed, string appHostFolder, ILogger logger, CancellationToken cancellationToken)
    {
        TableDeclaration declaration = table.Declaration;
        await table.Progress.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            table.Progress.Is("is being truncated");
            await DeleteAsync(client, declaration, cancellationToken).ConfigureAwait(false);
            if (reseed)
            {
                await EnsureOneAsync(client, table, appHostFolder, logger, cancellationToken).ConfigureAwait(false);
                return;
            }
            await CreateAsync(client, table, logger, cancellationToken).ConfigureAwait(false);
            await WaitUntilActiveAsync(client, declaration, cancellationToken).ConfigureAwait(false);
            await TimeToLiveAsync(client, declaration, cancellationToken).ConfigureAwait(false);
            table.Progress.Is("active, truncated", done: true);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            table.Progress.Failed(e.Message);
            throw;
        }
        finally
        {
            table.Progress.Gate.Release();
        }
    }

    private static async Task EnsureOneAsync(IAmazonDynamoDB client, AlternatorTableResource table, string appHostFolder, ILogger logger, CancellationToken cancellationToken)
    {
        TableDeclaration declaration = table.Declaration;
        TableProgress progress = table.Progress;
        progress.Is("is being created");
        bool isNew = await CreateAsync(client, table, logger, cancellationToken).ConfigureAwait(false);
        await WaitUntilActiveAsync(client, declaration, cancellationToken).ConfigureAwait(false);
        await TimeToLiveAsync(client, declaration, cancellationToken).ConfigureAwait(false);
        if (declaration.SeedFile is { } file && (isNew || await IsEmptyAsync(client, declaration, cancellationToken).ConfigureAwait(false)))
        {
            int count = await SeedData.WriteAsync(client, declaration, SeedData.PathOf(file, appHostFolder), progress, logger, cancellationToken).ConfigureAwait(false);
            progress.Is($"active, seeded with {count} items", done: true);
        }
        else
            progress.Is("active", done: true);
        TableReady(logger, declaration.TableName, progress.Text);
    }

    private static async Task<bool> CreateAsync(IAmazonDynamoDB client, AlternatorTableResource table, ILogger logger, CancellationToken cancellationToken)
    {
        TableDeclaration declaration = table.Declaration;
        ScyllaRelease? release = declaration.Stream is null ? null : await ServerRelease.AskAsync(client, table.Parent, cancellationToken).ConfigureAwait(false);
        TableDescription? existing = await DescribeAsync(client, declaration, cancellationToken).ConfigureAwait(false);
        if (existing is null)
        {
            try
            {
                await client.CreateTableAsync(declaration.CreateRequest(release), cancellationToken).ConfigureAwait(false);
                TableCreated(logger, declaration.TableName, declaration.Describe());
                return true;
            }
            catch (ResourceInUseException)
            {
                // Somebody else was faster, or an attempt that looked failed wasn't.
                existing = await DescribeAsync(client, declaration, cancellationToken).ConfigureAwait(false)
                    ?? throw new DistributedApplicationException($"The table '{declaration.TableName}' is in use, and isn't there: it is being deleted. Start again when it is gone.");
            }
        }
        await AdaptAsync(client, declaration, existing, logger, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>Refuses a table with another schema; adds a stream and tags to one that lacks just these.</summary>
    private static async Task AdaptAsync(IAmazonDynamoDB client, TableDeclaration declaration, TableDescription existing, ILogger logger, CancellationToken cancellationToken)
    {
        TableShape declared = TableShape.Of(declaration.CreateRequest());
        TableShape found = TableShape.Of(existing);
        if (found.Keys != declared.Keys || (found.Stream is not null && found.Stream != declared.Stream))
            throw new DistributedApplicationException(
                $"The table '{declaration.TableName}' exists with another schema. Declared: {declared.Text}. Existing: {found.Text}. Delete the table (or the data volume; or run Truncate, which creates it anew), or change the declaration.");
        if (found.Stream is null && declaration.Stream is { } view)
        {
            await client.UpdateTableAsync(new UpdateTableRequest
            {
                TableName = declaration.TableName,
                StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = view.Spell() },
            }, cancellationToken).ConfigureAwait(false);
            StreamAdded(logger, declaration.TableName, view);
        }
        if (declaration.Tags.Count == 0 || existing.TableArn is not { } arn)
            return;
        List<Tag> now = (await client.ListTagsOfResourceAsync(new ListTagsOfResourceRequest { ResourceArn = arn }, cancellationToken).ConfigureAwait(false)).Tags ?? [];
        List<Tag> missing = [.. declaration.Tags
            .Where(tag => tag.Key != TableDeclaration.InitialTablets && !now.Any(t => t.Key == tag.Key && t.Value == tag.Value))
            .Select(tag => new Tag { Key = tag.Key, Value = tag.Value })];
        if (missing.Count > 0)
            await client.TagResourceAsync(new TagResourceRequest { ResourceArn = arn, Tags = missing }, cancellationToken).ConfigureAwait(false);
    }

    private static async Task DeleteAsync(IAmazonDynamoDB client, TableDeclaration declaration, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteTableAsync(declaration.TableName, cancellationToken).ConfigureAwait(false);
        }
        catch (ResourceNotFoundException)
        {
            return;
        }
        await UntilAsync("be deleted", declaration, async () => await DescribeAsync(client, declaration, cancellationToken).ConfigureAwait(false) is null, cancellationToken).ConfigureAwait(false);
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

    private static Task WaitUntilActiveAsync(IAmazonDynamoDB client, TableDeclaration declaration, CancellationToken cancellationToken) =>
        UntilAsync("become active with all its indexes", declaration, async () =>
            await DescribeAsync(client, declaration, cancellationToken).ConfigureAwait(false) is { } table
            && table.TableStatus == TableStatus.ACTIVE
            && (table.GlobalSecondaryIndexes ?? []).All(i => i.IndexStatus is null || i.IndexStatus == IndexStatus.ACTIVE), cancellationToken);

    private static async Task UntilAsync(string what, TableDeclaration declaration, Func<Task<bool>> reached, CancellationToken cancellationToken)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!await reached().ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new DistributedApplicationException($"The table '{declaration.TableName}' did not {what} within {Patience.TotalMinutes} min.");
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Table {Table} existed without a stream; it has one now ({View})")]
    private static partial void StreamAdded(ILogger logger, string table, AlternatorStreamView view);

    [LoggerMessage(Level = LogLevel.Information, Message = "Table {Table} is ready: {Progress}")]
    private static partial void TableReady(ILogger logger, string table, string progress);
}
