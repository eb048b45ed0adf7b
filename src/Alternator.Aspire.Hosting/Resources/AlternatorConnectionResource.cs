using System.Globalization;
using Aspire.Hosting.References;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// An Alternator cluster that exists already, known by its connection string: a parameter of the AppHost
/// (<c>ConnectionStrings:{name}</c>), with the same tables and references as one that the AppHost starts.
/// </summary>
/// <param name="name">The name of the resource.</param>
/// <param name="connectionString">Where the connection string comes from.</param>
[AspireExport(ExposeProperties = true)]
public sealed class AlternatorConnectionResource(string name, ReferenceExpression connectionString) : Resource(name), IAlternatorResource, IResourceWithWaitSupport, IResourceWithCustomWithReference<AlternatorConnectionResource>
{
    /// <summary>Empty: the nodes are known from the connection string alone.</summary>
    public IReadOnlyList<EndpointReference> NodeEndpoints => [];

    /// <summary>The connection string, as the parameter has it.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceDispatch.RedirectedOr(this, () => connectionString);

    /// <summary>The address of the first node, as whoever reads it reaches it.</summary>
    public ReferenceExpression UriExpression => Part(c => c.Endpoints[0].ToString().TrimEnd('/'));

    /// <summary>The access key: the name of the role that requests are signed as.</summary>
    public ReferenceExpression AccessKeyExpression => Part(c => c.AccessKey ?? Scylla.ScyllaSettings.AnyAccessKey);

    /// <summary>The secret key of that role.</summary>
    public ReferenceExpression SecretKeyExpression => Part(c => c.SecretKey ?? Scylla.ScyllaSettings.AnySecretKey);

    /// <summary>The region of the connection string.</summary>
    internal ReferenceExpression RegionExpression => Part(c => c.Region ?? ((IAlternatorResource)this).Region);

    /// <summary>Whether the AppHost is being published: the connection string is then a parameter of the deployment, and can't be taken apart.</summary>
    internal bool IsPublished { get; init; }

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() => IsPublished ? [] :
    [
        new("Host", Part(c => c.Endpoints[0].Host)),
        new("Port", Part(c => c.Endpoints[0].Port.ToString(CultureInfo.InvariantCulture))),
        new("Uri", UriExpression),
        new("Endpoints", Part(c => string.Join(',', c.Endpoints.Select(endpoint => endpoint.ToString().TrimEnd('/'))))),
        new("AccessKey", AccessKeyExpression),
        new("SecretKey", SecretKeyExpression),
        new("Region", RegionExpression),
    ];

    private ReferenceExpression Part(Func<global::Alternator.Client.AlternatorConnectionString, string> read) =>
        ReferenceExpression.Create($"{new ConnectionStringPart(ConnectionStringExpression, Name, read)}");

    static IResourceBuilder<TDestination>? IResourceWithCustomWithReference<AlternatorConnectionResource>.TryWithReference<TDestination>(
        IResourceBuilder<TDestination> builder, IResourceBuilder<IResource> source, string? connectionName, bool optional, string? name) =>
        ReferenceDispatch.Try(builder, source, connectionName, optional, name);
}
