using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Aspire.Hosting.Tables;

namespace Aspire.Hosting.Commands;

/// <summary>Every table of a cluster with its keys, indexes, stream and expiry, as Markdown.</summary>
internal static class TableReport
{
    public static async Task<(int Count, string Markdown)> AskAsync(IAmazonDynamoDB client, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        string? from = null;
        do
        {
            ListTablesResponse page = await client.ListTablesAsync(new ListTablesRequest { ExclusiveStartTableName = from }, cancellationToken).ConfigureAwait(false);
            names.AddRange(page.TableNames ?? []);
            from = page.LastEvaluatedTableName;
        }
        while (from is not null);

        var text = new StringBuilder("| Table | Status | Keys and indexes | Stream | Expires by |\n|---|---|---|---|---|\n");
        foreach (string name in names)
        {
            TableDescription table = (await client.DescribeTableAsync(name, cancellationToken).ConfigureAwait(false)).Table;
            TimeToLiveDescription? ttl = (await client.DescribeTimeToLiveAsync(name, cancellationToken).ConfigureAwait(false)).TimeToLiveDescription;
            text.Append($"| {name} | {table.TableStatus?.Value} | {TableShape.Of(table).Keys} | {table.StreamSpecification?.StreamViewType?.Value ?? "-"} | {ttl?.AttributeName ?? "-"} |\n");
        }
        return (names.Count, text.ToString());
    }
}
