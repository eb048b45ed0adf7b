using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Playground.AppHost;

/// <summary>Tells a person at the terminal where to look, as soon as there is something to see.</summary>
internal static class Welcome
{
    /// <summary>Prints the dashboard's address when the resources are being made, all the others when the page answers.</summary>
    public static void PrintWhereToLook(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> web, IResourceBuilder<IAlternatorResource> alternator)
    {
        if (!builder.ExecutionContext.IsRunMode)
            return;
        builder.Eventing.Subscribe<AfterResourcesCreatedEvent>((_, _) =>
        {
            Console.WriteLine($"""

                  dashboard  {DashboardAddress(builder.Configuration)}
                             the page follows when the tables are there and the service answers
                """);
            return Task.CompletedTask;
        });
        // One resource, but ready once for each of its replicas.
        int told = 0;
        builder.Eventing.Subscribe<ResourceReadyEvent>(web.Resource, (ready, cancellationToken) =>
            Interlocked.Exchange(ref told, 1) == 0 ? TellAsync(web.Resource, alternator.Resource, ready.Services, cancellationToken) : Task.CompletedTask);
    }

    private static async Task TellAsync(ProjectResource web, IAlternatorResource alternator, IServiceProvider services, CancellationToken cancellationToken)
    {
        string? page = await web.GetEndpoint("http").GetValueAsync(cancellationToken);
        string?[] nodes = await Task.WhenAll(alternator.NodeEndpoints.Select(node => node.GetValueAsync(cancellationToken).AsTask()));
        string? emulator = Emulator(alternator, services.GetRequiredService<ResourceNotificationService>());
        Console.WriteLine($"""

              page       {page}
              nodes      {string.Join("  ", nodes)}
                         {emulator ?? "ScyllaDB in containers"}

            Stop a node{(emulator is null ? "" : ", on the page or")} by its stop button in the dashboard: no request fails. Ctrl-C stops everything.
            """);
    }

    /// <summary>What the dashboard says of the emulator that stands behind the nodes; null where they are containers, which the page can't stop.</summary>
    private static string? Emulator(IAlternatorResource alternator, ResourceNotificationService notifications) =>
        notifications.TryGetCurrentState(alternator.Name, out ResourceEvent? now)
        && now.Snapshot.Properties.FirstOrDefault(property => property.Name == CustomResourceKnownProperties.Source)?.Value is string source
        && source.StartsWith("Emulator", StringComparison.Ordinal)
            ? source
            : null;

    private static string DashboardAddress(IConfiguration configuration)
    {
        string address = configuration["ASPNETCORE_URLS"]?.Split(';')[0] ?? "";
        return configuration["AppHost:BrowserToken"] is { Length: > 0 } token ? $"{address}/login?t={token}" : address;
    }
}
