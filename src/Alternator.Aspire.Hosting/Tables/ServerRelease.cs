using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting.Tables;

/// <summary>
/// The release of ScyllaDB behind a resource. The server says it itself, in its table of versions (what <c>system.local</c> calls release is
/// the version of Cassandra that it is compatible with); a role that may not read it leaves the release that the image is.
/// </summary>
internal static class ServerRelease
{
    public const string Table = ".scylla.alternator.system.versions";

    public static async Task<ScyllaRelease?> AskAsync(IAmazonDynamoDB client, IAlternatorResource alternator, CancellationToken cancellationToken) =>
        ScyllaRelease.TryParse(await VersionAsync(client, cancellationToken).ConfigureAwait(false))
        ?? (alternator is IAlternatorServerResource { Nodes: [ContainerResource first, ..] } server
            ? ScyllaRelease.TryParse(server.Settings.Release ?? (first.TryGetLastAnnotation<ContainerImageAnnotation>(out ContainerImageAnnotation? image) ? image.Tag : null))
            : null);

    /// <summary>The version as the server writes it; null when it doesn't tell.</summary>
    public static async Task<string?> VersionAsync(IAmazonDynamoDB client, CancellationToken cancellationToken)
    {
        try
        {
            ScanResponse response = await client.ScanAsync(new ScanRequest { TableName = Table }, cancellationToken).ConfigureAwait(false);
            return response.Items?.FirstOrDefault()?.GetValueOrDefault("version")?.S;
        }
        catch (AmazonServiceException)
        {
            return null;
        }
    }
}
