using Aspire.Hosting.References;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// One node of a cluster. It hangs under its cluster in the dashboard by a relation only: as a child in the sense of
/// <see cref="IResourceWithParent"/> it would inherit the cluster's health check, and the first node could never become healthy
/// before the last one runs, which waits for the first.
/// </summary>
/// <param name="name">The name of the resource; the other nodes find it by this name.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="rack">The rack that the node is in.</param>
public sealed class AlternatorNodeResource(string name, AlternatorClusterResource cluster, string rack) : ContainerResource(name)
{
    /// <summary>The cluster that the node belongs to.</summary>
    public AlternatorClusterResource Cluster { get; } = cluster;

    /// <summary>The rack that the node is in.</summary>
    public string Rack { get; } = rack;

    /// <summary>The volume that the node has as long as no other place is chosen for its data.</summary>
    internal ContainerMountAnnotation? DefaultVolume { get; set; }

    /// <summary>Alternator over plain HTTP.</summary>
    public EndpointReference PrimaryEndpoint => field ??= new EndpointReference(this, AlternatorEndpoints.Http);
}
