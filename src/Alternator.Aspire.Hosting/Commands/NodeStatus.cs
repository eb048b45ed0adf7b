using System.Text;
using Amazon.Runtime;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;

namespace Aspire.Hosting.Commands;

/// <summary>What one node says about itself.</summary>
internal sealed record NodeReport(string Resource, bool Up, string? Address, string? Datacenter, string? Rack, string? Release, string? HostId, string? Error);

/// <summary>The state of every node, as <c>nodetool status</c> shows it, read from Alternator's own system tables: it needs neither an engine nor a tool in the container.</summary>
internal static class NodeStatus
{
    public static async Task<IReadOnlyList<NodeReport>> AskAsync(IAlternatorServerResource server, NodeReads reads, CancellationToken cancellationToken) =>
        await Task.WhenAll(server.NodeEndpoints.Select(endpoint => AskAsync(server, endpoint, reads, cancellationToken))).ConfigureAwait(false);

    public static string Markdown(IReadOnlyList<NodeReport> nodes)
    {
        var text = new StringBuilder("| | Node | Address | Datacenter | Rack | Release | Host ID |\n|---|---|---|---|---|---|---|\n");
        foreach (NodeReport node in nodes)
            text.Append($"| {(node.Up ? "UN" : "DN")} | {node.Resource} | {node.Address ?? node.Error ?? "?"} | {node.Datacenter} | {node.Rack} | {node.Release} | {node.HostId} |\n");
        return text.ToString();
    }

    private static async Task<NodeReport> AskAsync(IAlternatorServerResource server, EndpointReference endpoint, NodeReads reads, CancellationToken cancellationToken)
    {
        string name = endpoint.Resource.Name;
        Uri? address = HostAddress.Of(endpoint);
        NodeAnswer answer = await LocalNodes.AskAsync(name, address, cancellationToken).ConfigureAwait(false);
        if (!answer.Serves)
            return new NodeReport(name, false, null, null, null, null, null, answer.Error ?? "lists no node");
        try
        {
            NodeRow? row = await reads.RowAsync(server, address!, cancellationToken).ConfigureAwait(false);
            return row is null
                ? new NodeReport(name, true, null, null, null, null, null, $"the role may not read {NodeReads.Table}")
                : new NodeReport(name, true, row.Address, row.Datacenter, row.Rack, await reads.ReleaseAsync(server, address!, cancellationToken).ConfigureAwait(false), row.HostId, null);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new NodeReport(name, true, null, null, null, null, null, e.Message);
        }
    }
}
