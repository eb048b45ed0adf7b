using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.DataModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client;

/// <summary>A registered Alternator client, to which more can be added.</summary>
public sealed class AlternatorClientBuilder
{
    internal AlternatorClientBuilder(IHostApplicationBuilder hostBuilder, string connectionName, string? serviceKey)
    {
        HostBuilder = hostBuilder;
        ConnectionName = connectionName;
        ServiceKey = serviceKey;
    }

    /// <summary>The builder in which the client is registered.</summary>
    public IHostApplicationBuilder HostBuilder { get; }

    /// <summary>The name of the connection string and of the client's configuration section.</summary>
    public string ConnectionName { get; }

    /// <summary>The key under which the client is registered, or <see langword="null"/>.</summary>
    public string? ServiceKey { get; }

    /// <summary>
    /// Registers the SDK's object mapper, <see cref="IDynamoDBContext"/>, over this client as a singleton, under the same key.
    /// </summary>
    /// <param name="configure">Changes the context's configuration, for example a prefix of table names.</param>
    /// <returns>This builder.</returns>
    public AlternatorClientBuilder AddDynamoDBContext(Action<DynamoDBContextConfig>? configure = null)
    {
        HostBuilder.Services.AddKeyedSingleton<IDynamoDBContext>(ServiceKey, (services, key) =>
        {
            // Registered clients are disposed by the container: the context is told of one, and owns none.
            var context = new DynamoDBContextBuilder().WithDynamoDBClient(() => services.GetRequiredKeyedService<IAmazonDynamoDB>(key));
            if (configure is not null)
            {
                context.ConfigureContext(configure);
            }

            return context.Build();
        });

        return this;
    }
}
