using Alternator.Client;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Tables;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>
/// The health of a cluster that exists already: its nodes are found, and one of them answers a signed read. It goes over the same client as the tables, so
/// that what it says about addresses, credentials and certificates is what a service will meet.
/// </summary>
internal sealed class ConnectionHealthCheck(AlternatorConnectionResource connection, AlternatorClients clients) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            IAmazonDynamoDB client = await clients.ForAsync(connection, cancellationToken).ConfigureAwait(false);
            await ReadAsync(client, cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy(client is AlternatorDynamoDBClient { Nodes: { } nodes } ? $"answers; {nodes.LiveNodes.Count} of {nodes.Snapshot.Nodes.Length} nodes are live" : "answers");
        }
        catch (FormatException e)
        {
            return HealthCheckResult.Unhealthy($"ConnectionStrings:{connection.Name}: {e.Message}");
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"{connection.Name} doesn't answer a read: {e.Message}", e);
        }
    }

    private static async Task ReadAsync(IAmazonDynamoDB client, CancellationToken cancellationToken)
    {
        try
        {
            await client.ScanAsync(new ScanRequest { TableName = ".scylla.alternator.system.local", ProjectionExpression = "rpc_address" }, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonServiceException e) when (e.ErrorCode is "AccessDeniedException")
        {
            // Answered: the signature was good, the role just may not read this table.
        }
    }
}
