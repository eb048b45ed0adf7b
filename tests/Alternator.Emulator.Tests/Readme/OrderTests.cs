using Alternator.Emulator;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Orders.Tests;

/// <summary>One cluster for the tests of a class. It starts in milliseconds at a free port, so classes may run in parallel, each with its own.</summary>
public sealed class OrdersCluster : IAsyncLifetime
{
    /// <summary>Of the package Microsoft.Extensions.TimeProvider.Testing: it stands still until a test moves it.</summary>
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    public EmulatorCluster Emulator { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Emulator = await EmulatorCluster.StartAsync(new() { Nodes = 3, TimeProvider = Clock });
        using AmazonDynamoDBClient db = Connect(Emulator.Nodes[0]);
        await db.CreateTableAsync(new CreateTableRequest
        {
            TableName = "orders",
            KeySchema = [new("id", KeyType.HASH)],
            AttributeDefinitions = [new("id", ScalarAttributeType.S)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
        });
        await db.UpdateTimeToLiveAsync(new() { TableName = "orders", TimeToLiveSpecification = new() { AttributeName = "expires", Enabled = true } });
    }

    public async Task DisposeAsync() => await Emulator.DisposeAsync();

    /// <summary>A plain client of one node. Any keys do, unless EnforceAuthorization is set.</summary>
    public static AmazonDynamoDBClient Connect(EmulatorNode node) => new(
        new BasicAWSCredentials("any", "any"),
        new AmazonDynamoDBConfig { ServiceURL = node.Endpoint.ToString(), AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });
}

public sealed class OrderTests(OrdersCluster cluster) : IClassFixture<OrdersCluster>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    // The faults of one test must not reach the next.
    public Task DisposeAsync() => cluster.Emulator.ReviveAllAsync();

    [Fact]
    public async Task An_order_is_still_there_when_the_node_that_took_it_is_gone()
    {
        EmulatorNode[] nodes = [.. cluster.Emulator.Nodes];
        using AmazonDynamoDBClient first = OrdersCluster.Connect(nodes[0]);
        await first.PutItemAsync("orders", new() { ["id"] = new("one") });

        await nodes[0].StopAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => first.GetItemAsync("orders", new() { ["id"] = new("one") }));
        using AmazonDynamoDBClient second = OrdersCluster.Connect(nodes[1]);
        Assert.True((await second.GetItemAsync("orders", new() { ["id"] = new("one") })).IsItemSet);
    }

    [Fact]
    public async Task A_write_that_timed_out_may_have_been_done()
    {
        EmulatorNode node = cluster.Emulator.Nodes[0];
        using AmazonDynamoDBClient db = OrdersCluster.Connect(node);

        node.ReturnErrors(executed: true);
        await Assert.ThrowsAsync<InternalServerErrorException>(() => db.PutItemAsync("orders", new() { ["id"] = new("two") }));

        await node.ReviveAsync();
        Assert.True((await db.GetItemAsync("orders", new() { ["id"] = new("two") })).IsItemSet);
    }

    [Fact]
    public async Task A_client_tries_again_after_an_error()
    {
        EmulatorNode node = cluster.Emulator.Nodes[0];
        using var db = new AmazonDynamoDBClient(
            new BasicAWSCredentials("any", "any"),
            new AmazonDynamoDBConfig { ServiceURL = node.Endpoint.ToString(), AuthenticationRegion = "us-east-1", MaxErrorRetry = 1 });

        node.ReturnErrors(operation: "PutItem", times: 1);
        await db.PutItemAsync("orders", new() { ["id"] = new("four") });

        Assert.Equal(NodeFaults.None, node.Faults);
        Assert.True((await db.GetItemAsync("orders", new() { ["id"] = new("four") })).IsItemSet);
    }

    [Fact]
    public async Task An_order_expires()
    {
        using AmazonDynamoDBClient db = OrdersCluster.Connect(cluster.Emulator.Nodes[0]);
        long inAnHour = cluster.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        await db.PutItemAsync("orders", new() { ["id"] = new("three"), ["expires"] = new() { N = $"{inAnHour}" } });

        cluster.Clock.Advance(TimeSpan.FromHours(2));

        Assert.False((await db.GetItemAsync("orders", new() { ["id"] = new("three") })).IsItemSet);
    }
}
