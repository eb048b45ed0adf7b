using System.Net;

namespace Alternator.Client.Tests;

/// <summary>A cluster of nodes that exist only as answers to <c>/localnodes</c>.</summary>
internal sealed class FakeCluster : INodeChannel
{
    /// <summary>What each node answers; a node that isn't here refuses connections.</summary>
    public Dictionary<string, Func<string, CancellationToken, Task<LocalNodesAnswer>>> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>Every question, as node and query.</summary>
    public List<(string Node, string Query)> Asked { get; } = [];

    /// <summary>Who each endpoint says it is.</summary>
    public Dictionary<string, NodeIdentity?> Identities { get; } = new(StringComparer.Ordinal);

    public int IdentitiesAsked { get; private set; }

    public Task<NodeIdentity?> GetIdentityAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        IdentitiesAsked++;
        return Task.FromResult(Identities.GetValueOrDefault(endpoint.Host));
    }

    /// <summary>A node that lists the same addresses whatever is asked.</summary>
    public void Lists(string node, params string[] addresses) =>
        Nodes[node] = (_, _) => Task.FromResult(Answer(addresses));

    public static LocalNodesAnswer Answer(params string[] addresses) =>
        LocalNodesAnswer.Parse(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(addresses));

    public Task<LocalNodesAnswer> GetLocalNodesAsync(Uri endpoint, string query, CancellationToken cancellationToken)
    {
        lock (Asked)
        {
            Asked.Add((endpoint.Host, query));
        }
        return Nodes.TryGetValue(endpoint.Host, out Func<string, CancellationToken, Task<LocalNodesAnswer>>? node)
            ? node(query, cancellationToken)
            : Task.FromException<LocalNodesAnswer>(new HttpRequestException(HttpRequestError.ConnectionError, $"Connection refused ({endpoint.Authority})"));
    }
}
