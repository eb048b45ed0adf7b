using Aspire.Hosting.References;
using Aspire.Hosting.Tables;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A table of Alternator. It is created when its parent is ready, filled with its seed data if it was empty, and healthy when both
/// are done, so that <c>WaitFor(table)</c> means what it says.
/// </summary>
/// <param name="name">The name of the resource.</param>
/// <param name="tableName">The name of the table.</param>
/// <param name="parent">Where the table is.</param>
[AspireExport(ExposeProperties = true)]
public sealed class AlternatorTableResource(string name, string tableName, IAlternatorResource parent)
    : Resource(name), IAlternatorResource, IResourceWithParent<IAlternatorResource>, IResourceWithCustomWithReference<AlternatorTableResource>
{
    /// <inheritdoc/>
    public IAlternatorResource Parent { get; } = parent;

    /// <summary>The name of the table.</summary>
    public string TableName { get; } = tableName;

    /// <summary>The HTTP endpoint of each node, in the order of the nodes.</summary>
    public IReadOnlyList<EndpointReference> NodeEndpoints => Parent.NodeEndpoints;

    /// <summary>The connection string of the parent: a table is reached through its cluster.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Parent}");

    /// <summary>The address of the first node, as whoever reads it reaches it.</summary>
    public ReferenceExpression UriExpression => Parent.UriExpression;

    /// <summary>The access key: the name of the role that requests are signed as.</summary>
    public ReferenceExpression AccessKeyExpression => Parent.AccessKeyExpression;

    /// <summary>The secret key of that role.</summary>
    public ReferenceExpression SecretKeyExpression => Parent.SecretKeyExpression;

    internal TableDeclaration Declaration { get; } = new() { TableName = tableName };

    internal TableProgress Progress { get; } = new();

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        Parent.CombineProperties([new("TableName", ReferenceExpression.Create($"{TableName}"))]);

    static IResourceBuilder<TDestination>? IResourceWithCustomWithReference<AlternatorTableResource>.TryWithReference<TDestination>(
        IResourceBuilder<TDestination> builder, IResourceBuilder<IResource> source, string? connectionName, bool optional, string? name) =>
        ReferenceDispatch.Try(builder, source, connectionName, optional, name);
}
