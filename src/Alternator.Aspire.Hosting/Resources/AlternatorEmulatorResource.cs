using Aspire.Hosting.References;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A cluster of emulated Alternator nodes in the AppHost's own process. It follows Alternator's documented behaviour; it is not
/// ScyllaDB, keeps its data in memory, and listens on loopback addresses of this machine only.
/// </summary>
/// <param name="name">The name of the resource.</param>
[AspireExport(ExposeProperties = true)]
public sealed class AlternatorEmulatorResource(string name) : Resource(name), IAlternatorServerResource, IResourceWithWaitSupport, IResourceWithCustomWithReference<AlternatorEmulatorResource>
{
    private readonly List<AlternatorEmulatorNodeResource> _nodes = [];

    /// <summary>The nodes.</summary>
    [AspireExportIgnore(Reason = "An exported property gives the resource and not its builder, so nothing could be said to a node.")]
    public IReadOnlyList<AlternatorEmulatorNodeResource> Nodes => _nodes;

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

    ScyllaSettings IAlternatorServerResource.Settings => Settings;

    IReadOnlyList<IResourceWithEndpoints> IAlternatorServerResource.Nodes => _nodes;

    internal void Add(AlternatorEmulatorNodeResource node) => _nodes.Add(node);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() => ConnectionExpressions.Properties(this);

    static IResourceBuilder<TDestination>? IResourceWithCustomWithReference<AlternatorEmulatorResource>.TryWithReference<TDestination>(
        IResourceBuilder<TDestination> builder, IResourceBuilder<IResource> source, string? connectionName, bool optional, string? name) =>
        ReferenceDispatch.Try(builder, source, connectionName, optional, name);
}

/// <summary>One emulated node.</summary>
/// <param name="name">The name of the resource.</param>
/// <param name="rack">The rack that the node is in.</param>
public sealed class AlternatorEmulatorNodeResource(string name, string rack) : Resource(name), IResourceWithEndpoints
{
    /// <summary>The rack that the node is in.</summary>
    public string Rack { get; } = rack;

    /// <summary>Alternator over plain HTTP.</summary>
    public EndpointReference PrimaryEndpoint => field ??= new EndpointReference(this, AlternatorEndpoints.Http);
}
