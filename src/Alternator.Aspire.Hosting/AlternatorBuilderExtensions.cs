using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.Health;
using Aspire.Hosting.References;
using Aspire.Hosting.Scylla;
using Aspire.Hosting.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>ScyllaDB Alternator in containers.</summary>
public static partial class AlternatorBuilderExtensions
{
    /// <summary>
    /// Adds one ScyllaDB node that serves Alternator, in a container. It is healthy when Alternator lists the node and answers a read; that takes
    /// much longer than the start of its container.
    /// </summary>
    /// <remarks>
    /// This version of the package defaults to the <inheritdoc cref="AlternatorContainerImageTags.Tag"/> tag of the
    /// <inheritdoc cref="AlternatorContainerImageTags.Image"/> container image. The node is started for a developer's machine: one shard, 1 GB, developer mode.
    /// </remarks>
    /// <ats-remarks>The node is started for a developer's machine: one shard, 1 GB, developer mode.</ats-remarks>
    /// <param name="builder">The application.</param>
    /// <param name="name">The name of the resource.</param>
    /// <param name="port">The port on the host; a free one when null.</param>
    /// <returns>A builder of the node.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorResource> AddAlternator(this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ThrowIfNoPort(port);
        var resource = new AlternatorResource(name);
        return NodeContainer.Configure(builder.AddResource(resource), resource.Settings, port, arguments => arguments)
            .WithIconName("DatabaseMultiple")
            .WithNodeHealth(resource, resource)
            .WithNodeCommands()
            .WithClusterCommands()
            .WithPreflight(resource)
            .RefuseToPublishWithoutFiles();
    }

    /// <summary>
    /// Adds a cluster of ScyllaDB nodes that serve Alternator, each in a container with a volume of its own, dealt over at most three racks. The nodes join one after another; the
    /// cluster is ready when each of them lists all, because a table's replication is fixed from the nodes that are known when it is created.
    /// </summary>
    /// <remarks>
    /// This version of the package defaults to the <inheritdoc cref="AlternatorContainerImageTags.Tag"/> tag of the
    /// <inheritdoc cref="AlternatorContainerImageTags.Image"/> container image. Three nodes survive the loss of one; two don't. A node that is stopped and started again finds its data and its place; the
    /// data goes when the AppHost ends, unless <c>WithDataVolume</c> or <c>WithDataBindMount</c> keeps it.
    /// </remarks>
    /// <ats-remarks>
    /// Three nodes survive the loss of one; two don't. A node that is stopped and started again finds its data and its place; the data goes when the AppHost ends, unless
    /// <c>withDataVolume</c> or <c>withDataBindMount</c> keeps it.
    /// </ats-remarks>
    /// <param name="builder">The application.</param>
    /// <param name="name">The name of the resource, and of the cluster.</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <returns>A builder of the cluster.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorClusterResource> AddAlternatorCluster(this IDistributedApplicationBuilder builder, [ResourceName] string name, int nodes = 3)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        var cluster = new AlternatorClusterResource(name);
        cluster.Settings.Nodes = nodes;
        IResourceBuilder<AlternatorClusterResource> result = builder.AddResource(cluster);
        IResourceBuilder<AlternatorNodeResource>? previous = null;
        for (int i = 0; i < nodes; i++)
        {
            // More racks than replicas make indexes on tablets impossible, so never more than three.
            var node = new AlternatorNodeResource($"{name}-{i + 1}", cluster, $"rack{i % 3 + 1}");
            string[] seeds = i == 0 ? [] : [$"{name}-1"];
            cluster.Add(node);
            IResourceBuilder<AlternatorNodeResource> nodeBuilder = NodeContainer.Configure(builder.AddResource(node), cluster.Settings, port: null, arguments => arguments with
            {
                ClusterName = name,
                Seeds = seeds,
                Datacenter = arguments.Datacenter ?? "datacenter1",
                Rack = arguments.Rack ?? node.Rack,
            })
                .WithIconName("Server")
                .WithRunVolume()
                .WithParentRelationship(result)
                .WithNodeHealth(node, cluster)
                .WithNodeCommands()
                .WithPreflight(cluster, onlyIf: i == 0);
            if (previous is not null)
                nodeBuilder.WaitFor(previous);
            if (builder.ExecutionContext.IsPublishMode)
                nodeBuilder.ExcludeFromManifest();
            previous = nodeBuilder;
        }
        string key = $"{name}_check";
        builder.Services.AddPatientHealthCheck(key, _ => new ClusterHealthCheck(cluster, LocalNodes.AskAsync));
        return result
            .WithIconName("DatabaseMultiple")
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "AlternatorCluster",
                State = KnownResourceStates.NotStarted,
                CreationTimeStamp = DateTime.UtcNow,
                Properties = [new(CustomResourceKnownProperties.Source, $"{nodes} nodes")],
            })
            .WithClusterLifecycle()
            .WithHealthCheck(key)
            .WithClusterCommands()
            .RefuseToPublish(
                "cluster", "its nodes join one after another, which the AppHost sees to, and there is no AppHost in a deployment.",
                $"use AddAlternator(\"{name}\") for a single node");
    }

    /// <summary>
    /// Adds an Alternator cluster that exists already. Its connection string is the AppHost's <c>ConnectionStrings:{name}</c>, e.g.
    /// <c>Endpoints=http://node1:8000,http://node2:8000</c>; tables and references work as with one that the AppHost starts.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The name of the resource and of the connection string.</param>
    /// <returns>A builder of the connection.</returns>
    [AspireExport]
    public static IResourceBuilder<AlternatorConnectionResource> AddAlternatorConnection(this IDistributedApplicationBuilder builder, [ResourceName] string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        IResourceBuilder<ParameterResource> parameter = builder.AddParameter(
            $"{name}-connection-string",
            () => builder.Configuration[$"ConnectionStrings:{name}"] ?? throw new MissingParameterValueException($"ConnectionStrings:{name} is missing: set it to the connection string of the Alternator cluster, e.g. Endpoints=http://node1:8000,http://node2:8000."),
            secret: true);
        var connection = new AlternatorConnectionResource(name, ReferenceExpression.Create($"{parameter.Resource}")) { IsPublished = builder.ExecutionContext.IsPublishMode };
        string key = $"{name}_check";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(key, services => new ConnectionHealthCheck(connection, services.GetRequiredService<AlternatorClients>()), default, default));
        builder.Services.TryAddSingleton<AlternatorClients>();
        return builder.AddResource(connection)
            .WithIconName("DatabasePlugConnected")
            .WithInitialState(new CustomResourceSnapshot { ResourceType = "AlternatorConnection", State = KnownResourceStates.NotStarted, Properties = [] })
            .WithConnectionLifecycle()
            .WithHealthCheck(key);
    }

    internal static void ThrowIfNoPort(int? port)
    {
        if (port is < 1 or > 65535)
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port is a number from 1 to 65535.");
    }
}
