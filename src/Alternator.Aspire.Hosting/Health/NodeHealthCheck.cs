using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>The health of one node: it lists itself at <c>/localnodes</c>, and it answers a signed read. Nothing is changed or created.</summary>
internal sealed class NodeHealthCheck(
    EndpointReference endpoint, NodeVerdict verdict,
    Func<string, Uri?, CancellationToken, Task<NodeAnswer>> ask, Func<Uri, CancellationToken, Task<string?>> read) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Uri? address = HostAddress.Of(endpoint);
        NodeAnswer answer = await ask(endpoint.Resource.Name, address, cancellationToken).ConfigureAwait(false);
        if (answer.Serves)
        {
            try
            {
                answer = answer.Of(await read(address!, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception e) when (e is AmazonClientException or AmazonServiceException or HttpRequestException or TimeoutException)
            {
                answer = answer with { Listed = null, Error = $"does not answer a read: {e.Message}" };
            }
        }
        return verdict.Of(answer);
    }

    /// <summary>
    /// A read of the node's own row, as the role that services sign as: the address that the node has for others. A role without the right to read it
    /// has been answered too, and gets null.
    /// </summary>
    public static async Task<string?> ReadAsync(IAlternatorResource alternator, Uri address, CancellationToken cancellationToken)
    {
        string accessKey = (await alternator.AccessKeyExpression.GetValueAsync(cancellationToken).ConfigureAwait(false))!;
        string secretKey = (await alternator.SecretKeyExpression.GetValueAsync(cancellationToken).ConfigureAwait(false))!;
        using var client = new AmazonDynamoDBClient(new BasicAWSCredentials(accessKey, secretKey), new AmazonDynamoDBConfig
        {
            ServiceURL = address.ToString(),
            AuthenticationRegion = alternator.Region,
            MaxErrorRetry = 0,
            Timeout = TimeSpan.FromSeconds(5),
        });
        try
        {
            ScanResponse response = await client.ScanAsync(new ScanRequest { TableName = ".scylla.alternator.system.local", ProjectionExpression = "rpc_address" }, cancellationToken).ConfigureAwait(false);
            return response.Items?.FirstOrDefault()?.GetValueOrDefault("rpc_address")?.S;
        }
        catch (AmazonDynamoDBException e) when (e.ErrorCode == "AccessDeniedException")
        {
            return null;
        }
    }
}
