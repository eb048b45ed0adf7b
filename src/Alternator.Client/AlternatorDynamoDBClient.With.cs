namespace Alternator.Client;

public sealed partial class AlternatorDynamoDBClient
{
    /// <summary>
    /// This client with something different for some requests: <c>client.With(new() { Hedging = true }).GetItemAsync(…)</c>. It has
    /// the nodes, connections, credentials, retry budget and learnt partition keys of this one, so nothing about it needs to warm up; make one
    /// for each kind of request and keep it. Subscribers to this client's events aren't its subscribers.
    /// <para>It ends with this client. Disposing it leaves this client as it is.</para>
    /// </summary>
    /// <param name="options">What is different.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or can't have an effect; the message says why.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public AlternatorDynamoDBClient With(RequestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (options.Scope is { DatacenterName: not null } scope && !Nodes.Options.IdentifyNodes)
        {
            throw new ArgumentException($"The scope '{scope}' for some requests needs AlternatorNodesOptions.IdentifyNodes, so that the client knows which node is where.", nameof(options));
        }
        if (options.PreferredNode is { } node && !ReferenceEquals(Nodes.Registry.GetOrAdd(node.Endpoint), node))
        {
            throw new ArgumentException($"The preferred node {node.CanonicalEndpoint} is none of this client's: take it from client.Nodes.Snapshot.", nameof(options));
        }
        return new AlternatorDynamoDBClient(this, options);
    }
}
