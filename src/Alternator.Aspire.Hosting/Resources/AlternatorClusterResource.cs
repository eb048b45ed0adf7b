using Aspire.Hosting.References;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A cluster of ScyllaDB nodes that serve Alternator: a resource without a process of its own over equal
/// <see cref="AlternatorNodeResource"/> containers. It is ready when every node lists every other.
/// </summary>
/// <param name="name">The name of the resource, and of the cluster.</param>
[AspireExport(ExposeProperties = true)]
public sealed class AlternatorClusterResource(string name) : Resource(name), IAlternatorContainerResource, IResourceWithWaitSupport, IResourceWithCustomWithReference<AlternatorClusterResource>
{
    private readonly List<AlternatorNodeResource> _nodes = [];

    /// <summary>The nodes, in the order in which they join.</summary>
    [AspireExportIgnore(Reason = "An exported property gives the resource and not its builder, so nothing could be said to a node.")]
    public IReadOnlyList<AlternatorNodeResource> Nodes => _nodes;

    /// <summary>The HTTP endpoint of each node, in the order of the nodes.</summary>
    public IReadOnlyList<EndpointReference> NodeEndpoints => [.. _nodes.Select(node => node.PrimaryEndpoint)];

    /// <summary>The connection string, which lists every node as whoever reads it reaches it.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceDispatch.RedirectedOr(this, () => ConnectionExpressions.ConnectionString(this));

    /// <summary>The address of the first node, as whoever reads it reaches it.</summary>
    public ReferenceExpression UriExpression => ConnectionExpressions.Uri(this);

    /// <summary>The access key: the name of the role that requests are signed as.</summary>
    public ReferenceExpression AccessKeyExpression => Settings.AccessKey;

    /// <summary>The secret key of that role.</summary>
    public ReferenceExpression SecretKeyExpression => Settings.SecretKey;

    internal ScyllaSettings Settings { get; } = new();

    /// <summary>What tells this run of the AppHost from others.</summary>
    internal string Run { get; } = Guid.NewGuid().ToString("N")[..12];

    ScyllaSettings IAlternatorServerResource.Settings => Settings;

    IReadOnlyList<IResourceWithEndpoints> IAlternatorServerResource.Nodes => _nodes;

    internal void Add(AlternatorNodeResource node) => _nodes.Add(node);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() => ConnectionExpressions.Properties(this);

    static IResourceBuilder<TDestination>? IResourceWithCustomWithReference<AlternatorClusterResource>.TryWithReference<TDestination>(
        IResourceBuilder<TDestination> builder, IResourceBuilder<IResource> source, string? connectionName, bool optional, string? name) =>
        ReferenceDispatch.Try(builder, source, connectionName, optional, name);
}
