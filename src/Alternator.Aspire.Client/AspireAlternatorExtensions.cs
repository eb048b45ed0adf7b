using Alternator.Aspire.Client;
using Alternator.Aspire.Client.Configuration;
using Alternator.Aspire.Client.HealthChecks;
using Alternator.Aspire.Client.Lifetime;
using Alternator.Client;
using Amazon.DynamoDBv2;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers clients of ScyllaDB Alternator in an <see cref="IHostApplicationBuilder"/>.</summary>
public static class AspireAlternatorExtensions
{
    /// <summary>
    /// Registers a load-balanced DynamoDB client for a ScyllaDB Alternator cluster as a singleton: <see cref="IAmazonDynamoDB"/>,
    /// <see cref="AmazonDynamoDBClient"/> and <see cref="AlternatorDynamoDBClient"/> are one object, and
    /// <see cref="AlternatorNodes"/> is its view of the cluster. Registers a health check, traces and metrics as well, unless disabled.
    /// </summary>
    /// <param name="builder">The builder to read configuration from and to add services to.</param>
    /// <param name="connectionName">The name of the connection string, and of the configuration section of this client.</param>
    /// <param name="configureSettings">Changes the settings after they have been read from configuration. It runs again whenever they are read again: when the client is made, and when the configuration is reloaded.</param>
    /// <param name="configureClient">Changes the client's configuration last, after the settings have been applied; for what configuration can't express. It runs when the client is made and when the configuration is reloaded.</param>
    /// <returns>A builder for what goes with this client.</returns>
    /// <remarks>
    /// Settings are read from the sections <c>Aspire:Alternator:Client</c> and <c>Aspire:Alternator:Client:{connectionName}</c>, then from
    /// <c>ConnectionStrings:{connectionName}</c>; the later ones win. They are checked when the client is first resolved, never here.
    /// </remarks>
    public static AlternatorClientBuilder AddAlternatorClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<AlternatorClientSettings>? configureSettings = null,
        Action<AlternatorClientConfig>? configureClient = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        return Add(builder, connectionName, serviceKey: null, configureSettings, configureClient);
    }

    /// <summary>
    /// Registers a load-balanced DynamoDB client for a ScyllaDB Alternator cluster as a keyed singleton: <see cref="IAmazonDynamoDB"/>,
    /// <see cref="AmazonDynamoDBClient"/> and <see cref="AlternatorDynamoDBClient"/> are one object, and
    /// <see cref="AlternatorNodes"/> is its view of the cluster. Each name has a client, a cluster view and a health check of its own.
    /// </summary>
    /// <param name="builder">The builder to read configuration from and to add services to.</param>
    /// <param name="name">The service key, which is also the name of the connection string and of the configuration section of this client.</param>
    /// <param name="configureSettings">Changes the settings after they have been read from configuration. It runs again whenever they are read again: when the client is made, and when the configuration is reloaded.</param>
    /// <param name="configureClient">Changes the client's configuration last, after the settings have been applied; for what configuration can't express. It runs when the client is made and when the configuration is reloaded.</param>
    /// <returns>A builder for what goes with this client.</returns>
    /// <remarks>
    /// Settings are read from the sections <c>Aspire:Alternator:Client</c> and <c>Aspire:Alternator:Client:{name}</c>, then from
    /// <c>ConnectionStrings:{name}</c>; the later ones win. They are checked when the client is first resolved, never here.
    /// </remarks>
    public static AlternatorClientBuilder AddKeyedAlternatorClient(
        this IHostApplicationBuilder builder,
        string name,
        Action<AlternatorClientSettings>? configureSettings = null,
        Action<AlternatorClientConfig>? configureClient = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        return Add(builder, name, serviceKey: name, configureSettings, configureClient);
    }

    private static AlternatorClientBuilder Add(
        IHostApplicationBuilder builder,
        string connectionName,
        string? serviceKey,
        Action<AlternatorClientSettings>? configureSettings,
        Action<AlternatorClientConfig>? configureClient)
    {
        var names = RegisteredNames.Of(builder);
        names.Add(connectionName);
        var reader = new SettingsReader(builder.Configuration, connectionName, names, configureSettings);

        // What is wrong with the settings is told when the client is resolved, where a logger and a caller can see it.
        var settings = reader.Read().Settings;

        builder.Services.AddClient(serviceKey, services => new ClientHolder(new ClientFactory(reader, configureClient), services));

        if (!settings.DisableHealthChecks)
        {
            builder.AddHealthCheck(connectionName, serviceKey, settings.HealthCheckTimeout);
        }

        if (!settings.DisableTracing)
        {
            builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddSource(AlternatorTelemetry.ActivitySourceName));
        }

        if (!settings.DisableMetrics)
        {
            builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter(AlternatorTelemetry.MeterName));
        }

        return new AlternatorClientBuilder(builder, connectionName, serviceKey);
    }

    // A null key is the service without a key, so one set of registrations serves both.
    private static void AddClient(this IServiceCollection services, string? key, Func<IServiceProvider, ClientHolder> create)
    {
        services.AddKeyedSingleton(key, (provider, _) => create(provider));
        services.AddKeyedSingleton(key, static (provider, key) => provider.GetRequiredKeyedService<ClientHolder>(key).Client);
        services.AddKeyedSingleton<AmazonDynamoDBClient>(key, static (provider, key) => provider.GetRequiredKeyedService<ClientHolder>(key).Client);
        services.AddKeyedSingleton<IAmazonDynamoDB>(key, static (provider, key) => provider.GetRequiredKeyedService<ClientHolder>(key).Client);
        services.AddKeyedSingleton(key, static (provider, key) => provider.GetRequiredKeyedService<ClientHolder>(key).Client.Nodes);
        services.AddSingleton<IHostedService>(provider => new RunWithHost(provider.GetRequiredKeyedService<ClientHolder>(key)));
    }

    private static void AddHealthCheck(this IHostApplicationBuilder builder, string connectionName, string? serviceKey, TimeSpan? timeout)
    {
        var name = serviceKey is null ? "Alternator.Client" : $"Alternator.Client_{connectionName}";

        // A second registration of a name would make the health check service throw for all checks.
        var mark = $"Alternator.Aspire.Client:health:{name}";
        if (builder.Properties.TryAdd(mark, mark))
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                name,
                services => new AlternatorHealthCheck(() => services.GetRequiredKeyedService<ClientHolder>(serviceKey)),
                failureStatus: null,
                tags: null,
                timeout));
        }
    }
}
