using Alternator.Client;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>The health of a cluster that exists already: healthy when one of the listed endpoints serves, since the others may be reachable only from elsewhere.</summary>
internal sealed class ConnectionHealthCheck(AlternatorConnectionResource connection) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            AlternatorConnectionString parsed = AlternatorConnectionString.Parse(await connection.ConnectionStringExpression.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? "");
            NodeAnswer[] answers = await Task.WhenAll(parsed.Endpoints.Select(endpoint => LocalNodes.AskAsync(endpoint.ToString(), endpoint, cancellationToken))).ConfigureAwait(false);
            return answers.Any(answer => answer.Serves)
                ? HealthCheckResult.Healthy($"{answers.Count(a => a.Serves)} of {answers.Length} endpoints serve")
                : HealthCheckResult.Unhealthy(string.Join("; ", answers.Select(a => $"{a.Node} {a.Error ?? "lists no node"}")));
        }
        catch (FormatException e)
        {
            return HealthCheckResult.Unhealthy($"ConnectionStrings:{connection.Name}: {e.Message}");
        }
    }
}
