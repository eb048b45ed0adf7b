using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Tables;

/// <summary>Writes the items of a seed file in batches of 25, as many times as the server leaves some unprocessed, and says how far it has come.</summary>
internal static partial class SeedData
{
    private const int BatchSize = 25;
    private const int MaxAttempts = 10;

    public static string PathOf(string file, string appHostFolder) => Path.GetFullPath(file, appHostFolder);

    public static async Task<int> WriteAsync(IAmazonDynamoDB client, TableDeclaration declaration, string path, TableProgress progress, ILogger logger, CancellationToken cancellationToken)
    {
        string table = declaration.TableName;
        IReadOnlyList<SeedEntry> entries = SeedFile.Read(path);
        SeedCheck.Check(declaration, entries);
        int written = 0;
        foreach (SeedEntry[] batch in entries.Chunk(BatchSize))
        {
            try
            {
                await WriteBatchAsync(client, table, [.. batch.Select(entry => new WriteRequest(new PutRequest(entry.Item)))], logger, cancellationToken).ConfigureAwait(false);
            }
            catch (AmazonDynamoDBException e)
            {
                throw new DistributedApplicationException($"The seed data '{path}' could not be written to '{table}', items {written + 1} to {written + batch.Length} (from {batch[0].Place} on): {e.Message}", e);
            }
            written += batch.Length;
            progress.Is($"seeding: {written} of {entries.Count} items");
            SeedProgress(logger, table, written, entries.Count);
        }
        return entries.Count;
    }

    private static async Task WriteBatchAsync(IAmazonDynamoDB client, string table, List<WriteRequest> left, ILogger logger, CancellationToken cancellationToken)
    {
        for (int attempt = 1; left.Count > 0; attempt++)
        {
            BatchWriteItemResponse response = await client.BatchWriteItemAsync(new BatchWriteItemRequest { RequestItems = new() { [table] = left } }, cancellationToken).ConfigureAwait(false);
            left = response.UnprocessedItems?.GetValueOrDefault(table) ?? [];
            if (left.Count == 0)
                return;
            if (attempt == MaxAttempts)
                throw new DistributedApplicationException($"Seeding '{table}': {left.Count} items of a batch were left unprocessed {MaxAttempts} times. The cluster is overloaded: run Reseed when it isn't.");
            Unprocessed(logger, table, left.Count, attempt);
            await Task.Delay(TimeSpan.FromMilliseconds(50 << Math.Min(attempt, 5)), cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Seeding {Table}: {Written} of {Count} items")]
    private static partial void SeedProgress(ILogger logger, string table, int written, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Seeding {Table}: {Count} items were left unprocessed, attempt {Attempt}; they are written again")]
    private static partial void Unprocessed(ILogger logger, string table, int count, int attempt);
}
