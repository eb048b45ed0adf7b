using Aspire.Hosting.References;
using Aspire.Hosting.Scylla;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>One ScyllaDB node that serves Alternator, in a container.</summary>
/// <param name="name">The name of the resource.</param>
[AspireExport(ExposeProperties = true)]
public sealed class AlternatorResource(string name) : ContainerResource(name), IAlternatorContainerResource, IResourceWithCustomWithReference<AlternatorResource>
{
    /// <summary>Alternator over plain HTTP: used by services, and by the AppHost to probe and to create tables.</summary>
    public EndpointReference PrimaryEndpoint => field ??= new EndpointReference(this, AlternatorEndpoints.Http);

    /// <summary>The HTTP endpoint of the node.</summary>
    public IReadOnlyList<EndpointReference> NodeEndpoints => field ??= [PrimaryEndpoint];

    /// <summary>The host of the node, as whoever reads it reaches it.</summary>
    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    /// <summary>The port of the node, as whoever reads it reaches it.</summary>
    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

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

    IReadOnlyList<IResourceWithEndpoints> IAlternatorServerResource.Nodes => [this];

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() => ConnectionExpressions.Properties(this);

    static IResourceBuilder<TDestination>? IResourceWithCustomWithReference<AlternatorResource>.TryWithReference<TDestination>(
        IResourceBuilder<TDestination> builder, IResourceBuilder<IResource> source, string? connectionName, bool optional, string? name) =>
        ReferenceDispatch.Try(builder, source, connectionName, optional, name);
}
