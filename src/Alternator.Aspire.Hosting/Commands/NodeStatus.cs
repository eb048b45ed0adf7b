using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Aspire.Hosting.Tables;

namespace Aspire.Hosting.Commands;

/// <summary>What one node says about itself.</summary>
internal sealed record NodeReport(string Resource, bool Up, string? Address, string? Datacenter, string? Rack, string? Release, string? HostId, string? Error);

/// <summary>The state of every node, as <c>nodetool status</c> shows it, read from Alternator's own system tables: it needs neither an engine nor a tool in the container.</summary>
internal static class NodeStatus
{
    public static async Task<IReadOnlyList<NodeReport>> AskAsync(IAlternatorServerResource server, CancellationToken cancellationToken) =>
        await Task.WhenAll(server.NodeEndpoints.Select(endpoint => AskAsync(server, endpoint, cancellationToken))).ConfigureAwait(false);

    public static string Markdown(IReadOnlyList<NodeReport> nodes)
    {
        var text = new StringBuilder("| | Node | Address | Datacenter | Rack | Release | Host ID |\n|---|---|---|---|---|---|---|\n");
        foreach (NodeReport node in nodes)
            text.Append($"| {(node.Up ? "UN" : "DN")} | {node.Resource} | {node.Address ?? node.Error ?? "?"} | {node.Datacenter} | {node.Rack} | {node.Release} | {node.HostId} |\n");
        return text.ToString();
    }

    private static async Task<NodeReport> AskAsync(IAlternatorServerResource server, EndpointReference endpoint, CancellationToken cancellationToken)
    {
        string name = endpoint.Resource.Name;
        Uri? address = HostAddress.Of(endpoint);
        NodeAnswer answer = await LocalNodes.AskAsync(name, address, cancellationToken).ConfigureAwait(false);
        if (!answer.Serves)
            return new NodeReport(name, false, null, null, null, null, null, answer.Error ?? "lists no node");
        using var client = new AmazonDynamoDBClient(
            new BasicAWSCredentials(
                (await server.AccessKeyExpression.GetValueAsync(cancellationToken).ConfigureAwait(false))!,
                (await server.SecretKeyExpression.GetValueAsync(cancellationToken).ConfigureAwait(false))!),
            new AmazonDynamoDBConfig { ServiceURL = address!.ToString(), AuthenticationRegion = server.Region, MaxErrorRetry = 0, Timeout = TimeSpan.FromSeconds(5) });
        try
        {
            ScanResponse response = await client.ScanAsync(new ScanRequest
            {
                TableName = ".scylla.alternator.system.local",
                ProjectionExpression = "rpc_address, data_center, rack, host_id",
            }, cancellationToken).ConfigureAwait(false);
            Dictionary<string, AttributeValue> row = response.Items.FirstOrDefault() ?? [];
            string? Value(string attribute) => row.GetValueOrDefault(attribute)?.S;
            return new NodeReport(name, true, Value("rpc_address"), Value("data_center"), Value("rack"), await ServerRelease.VersionAsync(client, cancellationToken).ConfigureAwait(false), Value("host_id"), null);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new NodeReport(name, true, null, null, null, null, null, e.Message);
        }
    }
}
