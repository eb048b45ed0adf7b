using System.Runtime.CompilerServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Applications that are built and asked, but never started.</summary>
internal static class Model
{
    public static IDistributedApplicationBuilder Run() => DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true, Args = [], AssemblyName = typeof(Model).Assembly.GetName().Name });

    public static IDistributedApplicationBuilder Publish() => DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        DisableDashboard = true,
        Args = ["--operation", "publish", "--step", "publish-manifest", "--output-path", Path.GetTempPath()],
        AssemblyName = typeof(Model).Assembly.GetName().Name,
    });

    private static readonly ConditionalWeakTable<IDistributedApplicationBuilder, DistributedApplication> Built = [];

    /// <summary>Arguments and environment of a resource. In publish mode references stay placeholders, so nothing has to be running.</summary>
    public static async Task<(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)> ConfigurationAsync(this IDistributedApplicationBuilder builder, IResource resource)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Built.GetValue(builder, b => b.Build());
        IExecutionConfigurationResult result = await ExecutionConfigurationBuilder.Create(resource).WithArgumentsConfig().WithEnvironmentVariablesConfig().BuildAsync(builder.ExecutionContext, cancellationToken: limit.Token);
        return ([.. result.Arguments.Select(a => a.Value)], result.EnvironmentVariables.ToDictionary());
    }

    /// <summary>Gives an endpoint its addresses: for processes of the host, and for containers.</summary>
    public static void Allocate(IResource resource, string name, int port)
    {
        EndpointAnnotation endpoint = resource.Annotations.OfType<EndpointAnnotation>().Single(e => e.Name == name);
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port);
        NetworkIdentifier containers = KnownNetworkIdentifiers.DefaultAspireContainerNetwork;
        endpoint.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(containers, new AllocatedEndpoint(endpoint, $"{resource.Name}.dev.internal", endpoint.TargetPort!.Value, EndpointBindingMode.SingleAddress, networkId: containers));
    }
}
