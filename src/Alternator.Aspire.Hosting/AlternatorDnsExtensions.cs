using Alternator.Dns;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Companions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>A DNS server beside Alternator, for every client that only knows a host name.</summary>
public static class AlternatorDnsExtensions
{
    /// <summary>
    /// Adds a DNS server that runs in the AppHost's process, on 127.0.0.1, and answers with the live nodes as processes of the host reach them.
    /// DNS gives addresses and no ports, so it helps where all nodes have one port, as emulated ones do. It is never part of a deployment.
    /// </summary>
    /// <typeparam name="T">The kind of resource.</typeparam>
    /// <param name="builder">Alternator.</param>
    /// <param name="port">The port for UDP and TCP; a free one when null.</param>
    /// <param name="zone">The name that is answered.</param>
    /// <returns>The same resource builder.</returns>
    [AspireExport]
    public static IResourceBuilder<T> WithDnsServer<T>(this IResourceBuilder<T> builder, int? port = null, string zone = "alternator.local")
        where T : IAlternatorResource => builder.WithDnsServer(configureOptions: null, port, zone);

    /// <inheritdoc cref="WithDnsServer{T}(IResourceBuilder{T}, int?, string)"/>
    /// <param name="builder">Alternator.</param>
    /// <param name="configureOptions">Changes the options of the server, e.g. its answers or time to live, when its nodes are known.</param>
    /// <param name="port">The port for UDP and TCP; a free one when null.</param>
    /// <param name="zone">The name that is answered.</param>
    [AspireExportIgnore(Reason = "The options of the DNS server are types of .NET; the other overload is exported.")]
    public static IResourceBuilder<T> WithDnsServer<T>(this IResourceBuilder<T> builder, Action<AlternatorDnsOptions>? configureOptions, int? port = null, string zone = "alternator.local")
        where T : IAlternatorResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(zone);
        AlternatorBuilderExtensions.ThrowIfNoPort(port);
        IDistributedApplicationBuilder application = builder.ApplicationBuilder;
        string name = $"{builder.Resource.Name}-dns";
        if (application.ExecutionContext.IsPublishMode || application.Resources.Any(other => other.Name == name))
            return builder;

        var server = new AlternatorDnsServerResource(name, builder.Resource, zone);
        // A singleton of its own, so that the server is stopped when the application's services are disposed.
        application.Services.AddKeyedSingleton(name, (_, _) => new DnsServerRun(server, port, configureOptions));
        string key = $"{name}_check";
        application.Services.AddHealthChecks().Add(new HealthCheckRegistration(key, services => services.GetRequiredKeyedService<DnsServerRun>(name), default, default));
        application.AddResource(server)
            .WithIconName("Globe")
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "AlternatorDnsServer",
                State = KnownResourceStates.NotStarted,
                CreationTimeStamp = DateTime.UtcNow,
                Properties = [new(CustomResourceKnownProperties.Source, $"DNS server for {zone} in the AppHost's process")],
            })
            .OnInitializeResource((_, initialize, cancellationToken) => initialize.Services.GetRequiredKeyedService<DnsServerRun>(name).StartAsync(initialize, cancellationToken))
            .WithHealthCheck(key)
            .WithParentRelationship(builder.Resource)
            .ExcludeFromManifest();
        return builder;
    }
}
