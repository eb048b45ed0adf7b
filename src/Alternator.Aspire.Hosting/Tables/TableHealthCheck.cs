using Amazon.DynamoDBv2;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Tables;

/// <summary>A table is healthy when it was created and seeded, and the cluster says that it is active. The cluster's own health counts too, by inheritance.</summary>
internal sealed class TableHealthCheck(AlternatorTableResource table, AlternatorClients clients) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!table.Progress.Done)
            return table.Progress.HasFailed ? HealthCheckResult.Unhealthy(table.Progress.Text) : Soon.Unhealthy(table.Progress.Text);
        try
        {
            IAmazonDynamoDB client = await clients.ForAsync(table.Parent, cancellationToken).ConfigureAwait(false);
            TableStatus status = (await client.DescribeTableAsync(table.TableName, cancellationToken).ConfigureAwait(false)).Table.TableStatus;
            return status == TableStatus.ACTIVE ? HealthCheckResult.Healthy(table.Progress.Text) : HealthCheckResult.Unhealthy($"The table is {status}.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy(e.Message, e);
        }
    }
}
