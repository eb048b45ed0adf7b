using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>One AppHost with containers for all tests of a class, because starting one takes seconds. Where containers can't run there is none, and the tests are skipped.</summary>
public abstract class RunningAppHost : IAsyncLifetime
{
    public DistributedApplication Application { get; private set; } = null!;

    protected abstract void Describe(IDistributedApplicationBuilder builder);

    /// <summary>Waits until what the tests use is there.</summary>
    protected abstract Task ReadyAsync();

    public async Task InitializeAsync()
    {
        if (ContainerEngine.Missing is not null)
            return;
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        Describe(builder);
        Application = await builder.StartAsync();
        await ReadyAsync();
    }

    public async Task DisposeAsync()
    {
        if (Application is not null)
            await Application.DisposeAsync();
    }

    /// <summary>What a node's health check says now. Aspire itself asks a healthy resource only every 30 s.</summary>
    public async Task<HealthReportEntry> HealthAsync(string resource)
    {
        HealthReport report = await Application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == $"{resource}_check");
        return report.Entries.Single().Value;
    }

    public async Task<string> ContainerAsync(string resource) =>
        (string)(await Application.UntilAsync(resource, s => s.State?.Text == KnownResourceStates.Running)).Snapshot.Properties.Single(p => p.Name == "container.id").Value!;

    /// <summary>The address of an endpoint for processes of the host.</summary>
    public static Uri AddressOf(IResourceWithEndpoints resource, string endpoint) =>
        new(resource.Annotations.OfType<EndpointAnnotation>().Single(e => e.Name == endpoint).AllocatedEndpoint!.UriString);
}
