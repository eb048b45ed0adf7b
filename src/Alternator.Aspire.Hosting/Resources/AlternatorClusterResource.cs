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
    public IReadOnlyList<AlternatorNodeResource> Nodes => _nodes;

    /// <inheritdoc/>
    public IReadOnlyList<EndpointReference> NodeEndpoints => [.. _nodes.Select(node => node.PrimaryEndpoint)];

    /// <inheritdoc/>
    public ReferenceExpression ConnectionStringExpression => ReferenceDispatch.RedirectedOr(this, () => ConnectionExpressions.ConnectionString(this));

    /// <inheritdoc/>
    public ReferenceExpression UriExpression => ConnectionExpressions.Uri(this);

    /// <inheritdoc/>
    public ReferenceExpression AccessKeyExpression => Settings.AccessKey;

    /// <inheritdoc/>
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
