using Alternator.Client;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Tables;

/// <summary>The client that the AppHost itself uses for a cluster: over the addresses that the host's processes reach.</summary>
internal static class TableClients
{
    public static async Task<IAmazonDynamoDB> CreateAsync(IAlternatorResource alternator, CancellationToken cancellationToken)
    {
        var config = new AlternatorClientConfig();
        string accessKey, secretKey;
        if (alternator is AlternatorConnectionResource)
        {
            AlternatorConnectionString connection = AlternatorConnectionString.Parse(await alternator.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new DistributedApplicationException($"ConnectionStrings:{alternator.Name} is missing."));
            config = new AlternatorClientConfig(connection);
            accessKey = connection.AccessKey ?? Scylla.ScyllaSettings.AnyAccessKey;
            secretKey = connection.SecretKey ?? Scylla.ScyllaSettings.AnySecretKey;
        }
        else
        {
            foreach (EndpointReference endpoint in alternator.NodeEndpoints)
                config.Nodes.Endpoints.Add(new Uri(await endpoint.Property(EndpointProperty.Url).GetValueAsync(cancellationToken).ConfigureAwait(false)
                    ?? throw new DistributedApplicationException($"The endpoint of '{endpoint.Resource.Name}' has no address.")));
            // The addresses that the nodes list are those of their own network; the listed endpoints are all there are.
            config.Nodes.Discovery.Enabled = false;
            accessKey = (await alternator.AccessKeyExpression.GetValueAsync(cancellationToken).ConfigureAwait(false))!;
            secretKey = (await alternator.SecretKeyExpression.GetValueAsync(cancellationToken).ConfigureAwait(false))!;
        }
        return new AlternatorDynamoDBClient(new BasicAWSCredentials(accessKey, secretKey), config);
    }
}
