namespace Alternator.Client;

/// <summary>The questions that discovery and probes ask a node. A seam: simulated clusters implement it without sockets.</summary>
internal interface INodeChannel
{
    /// <summary>Asks a node for the live nodes of a scope.</summary>
    /// <param name="endpoint">The node.</param>
    /// <param name="query">The query string, with its question mark, or empty.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HttpRequestException">There was no answer, or its status isn't 200.</exception>
    /// <exception cref="FormatException">The answer isn't a list of nodes.</exception>
    Task<LocalNodesAnswer> GetLocalNodesAsync(Uri endpoint, string query, CancellationToken cancellationToken);

    /// <summary>Asks a node who it is. Returns null when it doesn't say: the question needs the right to read a system table.</summary>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    Task<NodeIdentity?> GetIdentityAsync(Uri endpoint, CancellationToken cancellationToken) => Task.FromResult<NodeIdentity?>(null);
}
