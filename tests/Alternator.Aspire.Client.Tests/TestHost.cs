using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client.Tests;

/// <summary>Host builders that know only the configuration that a test gives them: no environment, no files.</summary>
internal static class TestHost
{
    /// <summary>Reserved for documentation, routed nowhere, so nothing ever answers; no test connects to it.</summary>
    public const string Nowhere = "http://192.0.2.1:8000";

    public static HostApplicationBuilder Builder(params (string Key, string? Value)[] configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(configuration.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
        return builder;
    }

    public static T Get<T>(this IHost host, string? key = null) where T : notnull => key is null
        ? host.Services.GetRequiredService<T>()
        : host.Services.GetRequiredKeyedService<T>(key);
}
