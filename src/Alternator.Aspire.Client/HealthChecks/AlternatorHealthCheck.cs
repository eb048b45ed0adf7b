using Alternator.Aspire.Client.Lifetime;
using Alternator.Client;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.Aspire.Client.HealthChecks;

/// <summary>
/// Tells whether the registered client can work, in this order:
/// <list type="number">
/// <item>One request through the client, with its balancing, retries and signature: <c>DescribeEndpoints</c>, which any node
/// answers by itself without touching a table, and only to a caller that it knows where it checks signatures. No answer, or a
/// refusal: unhealthy.</item>
/// <item>A look at the client's own view of the cluster, which costs nothing. No node in the routing scope: unhealthy. A node that
/// is down, is coming back or is missed, or a fallback scope in use: degraded. Otherwise healthy.</item>
/// </list>
/// Nothing is created or changed, and no node is asked that the client would not ask for a request.
/// </summary>
internal sealed class AlternatorHealthCheck(Func<ClientHolder> resolve) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        AlternatorDynamoDBClient client;
        SeenNodes seen;
        try
        {
            (client, seen) = resolve().Get();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ObjectDisposedException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception.Message, exception);
        }

        Exception? failure = null;
        try
        {
            await client.DescribeEndpointsAsync(new DescribeEndpointsRequest(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            failure = exception;
        }

        return ClusterHealth.Of(client.Nodes, seen, failure).ToResult(context.Registration.FailureStatus);
    }
}
