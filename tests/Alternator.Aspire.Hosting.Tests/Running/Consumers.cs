using System.Net.Http.Json;
using Alternator.StandIn.Tools;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>A service that uses Alternator and knows nothing but what <c>WithReference</c> gives it: the stand-in's <c>consumer</c>, as a process of the host or in a container.</summary>
internal static class Consumers
{
    public static IResourceBuilder<ExecutableResource> AddHostConsumer(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddExecutable(name, "dotnet", AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "standin.dll"), "consumer")
            .WithHttpEndpoint(env: "PORT", name: "http").WithHttpHealthCheck("/");

    public static IResourceBuilder<ContainerResource> AddContainerConsumer(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddContainer(name, AlternatorContainerImageTags.AdminImage, AlternatorContainerImageTags.AdminTag).WithEntrypoint("/app/consumer")
            .WithHttpEndpoint(targetPort: 8080, name: "http").WithHttpHealthCheck("/");

    /// <summary>Has it write and read items until each of these nodes has served, and none else. No request may fail; a node that seems slow to the client is left alone for a while.</summary>
    public static async Task IsServedByAsync(this DistributedApplication application, string consumer, string table, params IEnumerable<string> nodes)
    {
        using HttpClient http = application.CreateHttpClient(consumer, "http");
        using var patience = new CancellationTokenSource(Orchestrator.Patience);
        HashSet<string> served = [], expected = [.. nodes];
        while (!served.SetEquals(expected))
        {
            Round round = (await http.GetFromJsonAsync<Round>(new Uri($"/round?table={table}&count={4 * expected.Count}", UriKind.Relative), patience.Token))!;
            Assert.Empty(round.Errors);
            served.UnionWith(round.ByNode.Keys);
            Assert.Subset(expected, served);
        }
    }

    public static async Task<IReadOnlyDictionary<string, string?>> EnvironmentAsync(this DistributedApplication application, string consumer)
    {
        using HttpClient http = application.CreateHttpClient(consumer, "http");
        return (await http.GetFromJsonAsync<Dictionary<string, string?>>(new Uri("/environment", UriKind.Relative)))!;
    }

    /// <summary>What the plain SDK lists with the AWS variables alone.</summary>
    public static async Task<string> TablesOfSdkAsync(this DistributedApplication application, string consumer)
    {
        using HttpClient http = application.CreateHttpClient(consumer, "http");
        using HttpResponseMessage response = await http.GetAsync(new Uri("/sdk", UriKind.Relative));
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }
}
