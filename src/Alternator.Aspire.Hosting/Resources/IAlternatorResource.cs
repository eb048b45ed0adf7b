using Aspire.Hosting.Scylla;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Alternator, whatever stands behind it: one container (<see cref="AlternatorResource"/>), a cluster of them
/// (<see cref="AlternatorClusterResource"/>), the emulator in the AppHost's process (<see cref="AlternatorEmulatorResource"/>) or a
/// cluster that exists already (<see cref="AlternatorConnectionResource"/>). Tables, references and the AWS environment are
/// written once, against this.
/// </summary>
public interface IAlternatorResource : IResourceWithConnectionString
{
    /// <summary>The HTTP endpoint of each node, in the order of the nodes. Empty for a cluster that exists already.</summary>
    IReadOnlyList<EndpointReference> NodeEndpoints { get; }

    /// <summary>The address of the first node, as whoever reads it reaches it.</summary>
    ReferenceExpression UriExpression { get; }

    /// <summary>The access key: the name of the role that requests are signed as.</summary>
    ReferenceExpression AccessKeyExpression { get; }

    /// <summary>The secret key of that role.</summary>
    ReferenceExpression SecretKeyExpression { get; }

    /// <summary>The region to sign for. The server takes any.</summary>
    string Region => "us-east-1";
}

/// <summary>Alternator that this AppHost starts, with the settings of its nodes.</summary>
public interface IAlternatorServerResource : IAlternatorResource
{
    internal ScyllaSettings Settings { get; }

    /// <summary>The resources that are the nodes, one per entry of <see cref="IAlternatorResource.NodeEndpoints"/>. A single node is its own.</summary>
    internal IReadOnlyList<IResourceWithEndpoints> Nodes { get; }
}

/// <summary>Alternator in <c>scylladb/scylla</c> containers.</summary>
public interface IAlternatorContainerResource : IAlternatorServerResource;
