using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Tables;

/// <summary>
/// Reads a JSON file of items (an array) and writes them in batches of 25, as many times as the server leaves some unprocessed.
/// An item is either plain JSON (<c>{"Artist": "Nina Simone", "Year": 1965}</c>) or DynamoDB's own form
/// (<c>{"Artist": {"S": "Nina Simone"}, "Year": {"N": "1965"}}</c>), told apart item by item.
/// </summary>
internal static partial class SeedData
{
    private const int BatchSize = 25;
    private const int MaxAttempts = 10;

    public static string PathOf(string file, string appHostFolder) => Path.GetFullPath(file, appHostFolder);

    public static async Task<int> WriteAsync(IAmazonDynamoDB client, string table, string path, TableProgress progress, ILogger logger, CancellationToken cancellationToken)
    {
        List<Dictionary<string, AttributeValue>> items = Read(path);
        int written = 0;
        foreach (Dictionary<string, AttributeValue>[] batch in items.Chunk(BatchSize))
        {
            List<WriteRequest> left = [.. batch.Select(item => new WriteRequest(new PutRequest(item)))];
            for (int attempt = 1; left.Count > 0; attempt++)
            {
                BatchWriteItemResponse response = await client.BatchWriteItemAsync(new BatchWriteItemRequest { RequestItems = new() { [table] = left } }, cancellationToken).ConfigureAwait(false);
                left = response.UnprocessedItems?.GetValueOrDefault(table) ?? [];
                if (left.Count > 0 && attempt == MaxAttempts)
                    throw new DistributedApplicationException($"Seeding '{table}' from '{path}': {left.Count} items of a batch were left unprocessed {MaxAttempts} times. The cluster is overloaded; try Reseed.");
                if (left.Count > 0)
                    await Task.Delay(TimeSpan.FromMilliseconds(50 << Math.Min(attempt, 5)), cancellationToken).ConfigureAwait(false);
            }
            written += batch.Length;
            progress.Is($"seeding: {written} of {items.Count} items");
            SeedProgress(logger, table, written, items.Count);
        }
        return items.Count;
    }

    public static List<Dictionary<string, AttributeValue>> Read(string path)
    {
        if (!File.Exists(path))
            throw new DistributedApplicationException($"The seed data '{path}' doesn't exist. A relative path starts at the AppHost's folder.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                throw new DistributedApplicationException($"The seed data '{path}' must be a JSON array of items, not {document.RootElement.ValueKind}.");
            return [.. document.RootElement.EnumerateArray().Select((item, i) => SeedItem.Read(item, $"{path}, item {i + 1}"))];
        }
        catch (JsonException e)
        {
            throw new DistributedApplicationException($"The seed data '{path}' is no JSON: {e.Message}");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Seeding {Table}: {Written} of {Count} items")]
    private static partial void SeedProgress(ILogger logger, string table, int written, int count);
}
