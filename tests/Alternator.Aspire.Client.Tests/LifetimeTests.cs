using Alternator.Client;
using Alternator.Emulator;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.DataModel;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client.Tests;

/// <summary>What the host starts, uses and ends, against the emulator.</summary>
public sealed class LifetimeTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("orders")]
    public async Task A_host_that_stops_ends_the_clients_discovery_and_connections(string? key)
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 2 });
        using var host = Build(cluster, key, ("Aspire:Alternator:Client:Discovery:ActiveInterval", "00:00:00.05"), ("Aspire:Alternator:Client:Discovery:IdleInterval", "00:00:00.05"));
        await host.StartAsync();
        var client = host.Get<IAmazonDynamoDB>(key);
        await client.ListTablesAsync(new ListTablesRequest());
        await Eventually.True(() => cluster.Nodes.Sum(node => node.ActiveConnections) > 0, "the client is connected");

        await host.StopAsync();

        await Eventually.True(() => cluster.Nodes.Sum(node => node.ActiveConnections) == 0, "no connection is left, so nobody discovers");
        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => client.ListTablesAsync(new ListTablesRequest()));
    }

    [Fact]
    public async Task A_hosted_service_can_use_the_client_until_its_own_end()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        var builder = TestHost.Builder(("ConnectionStrings:alternator", cluster.ConnectionString));
        builder.Services.AddSingleton<LastWords>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LastWords>());
        builder.AddAlternatorClient("alternator");
        using var host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        Assert.True(host.Get<LastWords>().Said);
    }

    [Fact]
    public async Task A_client_that_nobody_resolves_is_never_made()
    {
        var made = false;
        var builder = TestHost.Builder(("ConnectionStrings:alternator", TestHost.Nowhere));
        builder.AddAlternatorClient("alternator", configureClient: _ => made = true);
        using var host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        Assert.False(made);
    }

    [Theory]
    [InlineData("WaitForFirst")]
    [InlineData("Require")]
    public async Task The_hosts_start_waits_for_the_nodes_where_the_settings_say_so(string start)
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 2 });
        using var host = Build(cluster, null, ("Aspire:Alternator:Client:Start", start));

        await host.StartAsync();

        Assert.True(host.Get<AlternatorNodes>().Snapshot.FromDiscovery);
    }

    [Fact]
    public async Task The_host_does_not_start_without_the_nodes_that_it_requires()
    {
        var builder = TestHost.Builder(("ConnectionStrings:alternator", "http://127.0.0.1:1"), ("Aspire:Alternator:Client:Start", "Require"));
        builder.AddAlternatorClient("alternator");
        using var host = builder.Build();

        await Assert.ThrowsAsync<AlternatorUnavailableException>(() => host.StartAsync());
    }

    [Fact]
    public async Task A_container_without_a_host_disposes_the_client_too()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        var builder = TestHost.Builder(("ConnectionStrings:alternator", cluster.ConnectionString));
        builder.AddAlternatorClient("alternator");
        IAmazonDynamoDB client;
        await using (var services = builder.Services.BuildServiceProvider())
        {
            client = services.GetRequiredService<IAmazonDynamoDB>();
            await client.ListTablesAsync(new ListTablesRequest());
            Assert.Same(services.GetRequiredService<AlternatorDynamoDBClient>(), client);
        }

        await Eventually.True(() => cluster.Nodes[0].ActiveConnections == 0, "the connections are closed");
    }

    [Fact]
    public void A_container_may_be_disposed_synchronously()
    {
        var builder = TestHost.Builder(("ConnectionStrings:alternator", TestHost.Nowhere));
        builder.AddAlternatorClient("alternator");
        var services = builder.Services.BuildServiceProvider();
        Assert.NotNull(services.GetRequiredService<AlternatorNodes>());

        services.Dispose();

        Assert.Throws<ObjectDisposedException>(() => services.GetRequiredService<AlternatorNodes>());
    }

    [Fact]
    public async Task Two_keyed_clients_work_on_two_clusters_at_once()
    {
        await using var first = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 2 });
        await using var second = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        var builder = TestHost.Builder(("ConnectionStrings:orders", first.ConnectionString), ("ConnectionStrings:carts", second.ConnectionString));
        builder.AddKeyedAlternatorClient("orders");
        builder.AddKeyedAlternatorClient("carts");
        using var host = builder.Build();

        await Task.WhenAll(
            CreateTableAsync(host.Get<IAmazonDynamoDB>("orders"), "Orders"),
            CreateTableAsync(host.Get<IAmazonDynamoDB>("carts"), "Carts"));

        Assert.Equal(["Orders"], (await host.Get<IAmazonDynamoDB>("orders").ListTablesAsync()).TableNames);
        Assert.Equal(["Carts"], (await host.Get<IAmazonDynamoDB>("carts").ListTablesAsync()).TableNames);
        await Eventually.True(() => host.Get<AlternatorNodes>("orders").Snapshot.Nodes.Length == 2, "both nodes of the first cluster are known");
        Assert.Single(host.Get<AlternatorNodes>("carts").Snapshot.Nodes);
    }

    [Fact]
    public async Task A_cluster_may_come_up_after_the_service()
    {
        int port;
        await using (var before = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1, Address = "127.0.0.77" }))
        {
            port = before.Port;
        }

        var builder = TestHost.Builder(("ConnectionStrings:alternator", $"http://127.0.0.77:{port}"), ("Aspire:Alternator:Client:Retry:OverallTimeout", "00:00:02"));
        builder.AddAlternatorClient("alternator");
        using var host = builder.Build();
        await host.StartAsync();
        var client = host.Get<IAmazonDynamoDB>();
        await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => client.ListTablesAsync(new ListTablesRequest()));

        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1, Address = "127.0.0.77", Port = port });

        await Eventually.True(
            async () =>
            {
                try
                {
                    await client.ListTablesAsync(new ListTablesRequest());
                    return true;
                }
                catch (AmazonDynamoDBException)
                {
                    return false;
                }
            },
            "the same client reaches the cluster");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("orders")]
    public async Task The_object_mapper_is_registered_by_an_opt_in_call_and_works_over_the_client(string? key)
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 3 });
        var builder = TestHost.Builder(($"ConnectionStrings:{key ?? "alternator"}", cluster.ConnectionString));
        var client = key is null ? builder.AddAlternatorClient("alternator") : builder.AddKeyedAlternatorClient(key);
        client.AddDynamoDBContext(config => config.TableNamePrefix = "test-");
        using var host = builder.Build();
        await CreateTableAsync(host.Get<IAmazonDynamoDB>(key), "test-Songs");
        var context = host.Get<IDynamoDBContext>(key);

        await context.SaveAsync(new Song { Id = "1", Title = "Call Me Today" });

        Assert.Equal("Call Me Today", (await context.LoadAsync<Song>("1")).Title);
        Assert.Same(context, host.Get<IDynamoDBContext>(key));
    }

    [Fact]
    public void The_object_mapper_is_not_registered_without_the_call()
    {
        var builder = TestHost.Builder(("ConnectionStrings:alternator", TestHost.Nowhere));
        builder.AddAlternatorClient("alternator");
        using var host = builder.Build();

        Assert.Null(host.Services.GetService<IDynamoDBContext>());
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "orders")]
    [InlineData(true, "orders")]
    public async Task The_containers_logger_factory_is_used_also_when_it_is_registered_later(bool registerAfter, string? key)
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        var builder = TestHost.Builder(($"ConnectionStrings:{key ?? "alternator"}", cluster.ConnectionString));
        using var loggers = new RecordingLoggerFactory();
        if (!registerAfter)
        {
            builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(loggers);
        }

        _ = key is null ? builder.AddAlternatorClient("alternator") : builder.AddKeyedAlternatorClient(key);
        if (registerAfter)
        {
            builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(loggers);
        }

        using var host = builder.Build();
        await host.Get<IAmazonDynamoDB>(key).ListTablesAsync(new ListTablesRequest());

        Assert.Contains(LogCategories.Nodes, loggers.Categories.Keys);
        Assert.Empty(loggers.Categories.Keys.Where(name => name.StartsWith("Alternator", StringComparison.Ordinal)).Except(LogCategories.All));
    }

    private static IHost Build(EmulatorCluster cluster, string? key, params (string, string?)[] configuration)
    {
        var builder = TestHost.Builder([($"ConnectionStrings:{key ?? "alternator"}", cluster.ConnectionString), .. configuration]);
        _ = key is null ? builder.AddAlternatorClient("alternator") : builder.AddKeyedAlternatorClient(key);
        return builder.Build();
    }

    private static Task CreateTableAsync(IAmazonDynamoDB client, string name) => client.CreateTableAsync(new CreateTableRequest
    {
        TableName = name,
        BillingMode = BillingMode.PAY_PER_REQUEST,
        KeySchema = [new KeySchemaElement("Id", KeyType.HASH)],
        AttributeDefinitions = [new AttributeDefinition("Id", ScalarAttributeType.S)],
    });

    [DynamoDBTable("Songs")]
    private sealed class Song
    {
        [DynamoDBHashKey]
        public string Id { get; set; } = "";

        public string Title { get; set; } = "";
    }

    private sealed class LastWords(IAmazonDynamoDB client) : IHostedService
    {
        public bool Said { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            await client.ListTablesAsync(new ListTablesRequest(), cancellationToken);
            Said = true;
        }
    }
}
