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
            catch (AmazonServiceException e) when (e.ErrorCode == "UnrecognizedClientException")
            {
                answer = answer with { Listed = null, IsFinal = true, Error = $"does not answer a read: {e.Message}. A node with data of an earlier run has the secret of its first boot: give WithAuthorization that one, or remove the data" };
            }
            catch (Exception e) when (e is AmazonClientException or AmazonServiceException or HttpRequestException or TimeoutException)
            {
                answer = answer with { Listed = null, Error = $"does not answer a read: {e.Message}" };
            }
        }
        return verdict.Of(answer);
    }
}
