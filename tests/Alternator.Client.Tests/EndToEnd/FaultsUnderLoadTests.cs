using System.Collections.Concurrent;
using System.Diagnostics;
using Alternator.Emulator;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client.Tests;

/// <summary>
/// A client under load while nodes of the emulator fail one after another. Short here; ALTERNATOR_LONG_TESTS=1 goes on for ten minutes.
/// </summary>
public sealed class FaultsUnderLoadTests
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("ALTERNATOR_LONG_TESTS") == "1";

    [Fact]
    public async Task No_fault_of_a_single_node_fails_a_request_and_every_node_serves_again()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 3 });
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        await CreateTableAsync(client);
        (string Name, Func<EmulatorNode, Task> Do)[] faults =
        [
            ("stop", node => node.StopAsync()),
            ("black hole", node => { node.BlackHole(); return Task.CompletedTask; }),
            ("slow", node => { node.SlowDown(TimeSpan.FromMilliseconds(80)); return Task.CompletedTask; }),
            ("errors", node => { node.ReturnErrors(0.5); return Task.CompletedTask; }),
            ("resets", node => { node.ResetConnections(ResetPoint.BeforeAnswer, 0.3); return Task.CompletedTask; }),
            ("pause", node => { node.Pause(); return Task.CompletedTask; }),
            ("hide", node => { node.Hide(); return Task.CompletedTask; }),
        ];
        using var stop = new CancellationTokenSource();
        var load = new Load(client);
        Task running = load.RunAsync(8, stop.Token);
        var time = Stopwatch.StartNew();
        do
        {
            for (int i = 0; i < faults.Length; i++)
            {
                EmulatorNode node = cluster.Nodes[i % 3];
                load.Story.Enqueue($"{time.Elapsed.TotalSeconds:0.0} s: {faults[i].Name} {node.Name}");
                await faults[i].Do(node);
                await load.UntilAsync(load.Done + 300);
                await node.ReviveAsync();
                await load.UntilAsync(load.Done + 150);
            }
        }
        while (Long && time.Elapsed < TimeSpan.FromMinutes(10) && load.Failures.IsEmpty);

        // Every node is used again.
        long[] before = [.. cluster.Nodes.Select(static node => node.RequestCount)];
        for (int i = 0; i < 600 && cluster.Nodes.Where((node, at) => node.RequestCount < before[at] + 20).Any(); i++)
        {
            await Task.Delay(100);
        }
        await stop.CancelAsync();
        await running;
        Assert.True(load.Failures.IsEmpty, $"{string.Join("\n", load.Failures.Take(5))}\n{string.Join("\n", load.Story)}");
        Assert.All(cluster.Nodes.Select((node, at) => node.RequestCount - before[at]), served => Assert.True(served >= 20, $"A node served {served} requests after all were revived."));
    }

    [Fact]
    public async Task A_node_that_refuses_while_the_cluster_still_lists_it_is_soon_down_under_little_load()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 3, NoticeDelay = TimeSpan.FromHours(1) });
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        await CreateTableAsync(client);
        EmulatorNode stopped = cluster.Nodes[1];
        await stopped.StopAsync();
        AlternatorNode dead = client.Nodes.Snapshot.Nodes.Single(node => node.Endpoint.Host == stopped.Address.ToString());
        var time = Stopwatch.StartNew();
        // One request after another. By requests alone, ten of which had to fail there, it took more than a minute.
        while (dead.State != NodeState.Down)
        {
            Assert.True(time.Elapsed < TimeSpan.FromSeconds(20), $"{dead} is {dead.State} with {dead.Health.Failures} failures: {dead.LastError}");
            await client.GetItemAsync("load", Key("1"));
            await Task.Delay(20);
        }
        Assert.Equal(3, client.Nodes.Snapshot.Nodes.Length);
        await stopped.ReviveAsync();
        while (dead.State != NodeState.Active)
        {
            Assert.True(time.Elapsed < TimeSpan.FromSeconds(60), $"{dead} is {dead.State}: {dead.LastError}");
            await client.GetItemAsync("load", Key("1"));
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task By_default_requests_in_sequence_touch_one_node_after_the_other()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 3 });
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        await CreateTableAsync(client);
        for (int i = 0; i < 60; i++)
        {
            await client.GetItemAsync("load", Key("1"));
        }
        // Exact where latencies are alike, which a busy machine doesn't promise.
        Assert.All(cluster.Nodes, static node => Assert.True(node.RequestCount >= 5, $"{node.Name} served {node.RequestCount} of 60 requests"));
    }

    [Fact]
    public async Task When_all_nodes_are_gone_the_error_names_them_and_when_they_are_back_so_is_the_service()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 2 });
        var config = new AlternatorClientConfig(cluster.ConnectionString);
        config.Retry.OverallTimeout = TimeSpan.FromSeconds(3);
        await using var client = new AlternatorDynamoDBClient(config);
        await CreateTableAsync(client);
        foreach (EmulatorNode node in cluster.Nodes)
        {
            await node.StopAsync();
        }
        var error = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => client.GetItemAsync("load", Key("1")));
        Assert.IsAssignableFrom<AmazonDynamoDBException>(error);
        Assert.All(cluster.Nodes, node => Assert.Contains($"http://{node.Address}:{cluster.Port}:", error.Message, StringComparison.Ordinal));
        foreach (EmulatorNode node in cluster.Nodes)
        {
            await node.ReviveAsync();
        }
        for (int i = 0; ; i++)
        {
            try
            {
                await client.GetItemAsync("load", Key("1"));
                break;
            }
            catch (AlternatorUnavailableException) when (i < 20)
            {
                await Task.Delay(200);
            }
        }
    }

    [Fact]
    public async Task Nodes_behind_published_ports_are_told_apart_by_asking_them()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 3, Addressing = NodeAddressing.OneAddress });
        var config = new AlternatorClientConfig(cluster.ConnectionString);
        config.Balancing.Policy = BalancingPolicy.RoundRobin;
        await using var client = new AlternatorDynamoDBClient(config);
        await CreateTableAsync(client);
        Assert.Equal(cluster.Nodes.Select(static node => node.Endpoint.Port).Order(), client.Nodes.Snapshot.Nodes.Select(static node => node.Endpoint.Port).Order());
        Assert.All(client.Nodes.Snapshot.Nodes, static node => Assert.StartsWith("10.0.0.", node.Address, StringComparison.Ordinal));
        Assert.Equal(["rack1", "rack2", "rack3"], client.Nodes.Snapshot.Nodes.Select(static node => node.Rack).Order());
        long[] before = [.. cluster.Nodes.Select(static node => node.RequestCount)];
        for (int i = 0; i < 30; i++)
        {
            await client.GetItemAsync("load", Key("1"));
        }
        Assert.All(cluster.Nodes.Select((node, at) => node.RequestCount - before[at]), static served => Assert.InRange(served, 9, 11));
    }

    [Fact]
    public async Task A_strict_datacenter_is_never_left()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Datacenters = { new EmulatorDatacenter("dc1", 2), new EmulatorDatacenter("dc2", 2) } });
        // In turn: fifty requests one after another are too few for the default policy to come back to a node whose first answer was slow.
        var config = new AlternatorClientConfig(cluster.ConnectionString + ";Datacenter=dc2");
        config.Balancing.Policy = BalancingPolicy.RoundRobin;
        await using var client = new AlternatorDynamoDBClient(config);
        await CreateTableAsync(client);
        // Endpoints outside of the scope are asked once who they are, and then for the list of nodes at most.
        long[] before = [.. cluster.Nodes.Select(static node => node.RequestCount)];
        for (int i = 0; i < 50; i++)
        {
            await client.GetItemAsync("load", Key("1"));
        }
        Assert.All(cluster.Nodes.Select((node, at) => (node.Datacenter, Served: node.RequestCount - before[at])), static node => Assert.Equal(node.Datacenter == "dc2", node.Served > 0));

        await using var nowhere = new AlternatorDynamoDBClient(cluster.ConnectionString + ";Datacenter=dc3");
        var error = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => nowhere.GetItemAsync("load", Key("1")));
        Assert.Contains("datacenter dc3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_affinity_the_writes_of_a_key_go_to_one_node_once_the_tables_key_is_learnt()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 3 });
        var config = new AlternatorClientConfig(cluster.ConnectionString);
        config.Affinity.Mode = AffinityMode.AnyWrite;
        config.Balancing.Policy = BalancingPolicy.RoundRobin;
        await using var client = new AlternatorDynamoDBClient(config);
        await CreateTableAsync(client);
        await client.PutItemAsync("load", Key("x"));
        for (int tries = 0; ; tries++)
        {
            long[] before = [.. cluster.Nodes.Select(static node => node.RequestCount)];
            for (int i = 0; i < 12; i++)
            {
                await client.PutItemAsync("load", Key("x"));
            }
            if (cluster.Nodes.Where((node, at) => node.RequestCount - before[at] == 12).Any())
            {
                return;
            }
            Assert.True(tries < 100, "The writes of one key go to several nodes.");
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task The_nodes_make_the_configuration_of_their_clients()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 3 });
        await using var nodes = new AlternatorNodes("http", cluster.Port, "127.0.0.1");
        await nodes.StartAsync();
        using var client = new AlternatorDynamoDBClient(nodes, nodes.CreateConfig("alternator", "secret_pass"));
        await CreateTableAsync(client);
        Assert.Equal(3, nodes.LiveNodes.Count);
        Assert.Throws<ArgumentException>(() => nodes.CreateConfig("alternator"));
    }

    private static Dictionary<string, AttributeValue> Key(string id) => new() { ["id"] = new AttributeValue(id) };

    private static Task CreateTableAsync(AlternatorDynamoDBClient client) => client.CreateTableAsync(new CreateTableRequest
    {
        TableName = "load",
        BillingMode = BillingMode.PAY_PER_REQUEST,
        KeySchema = [new KeySchemaElement("id", KeyType.HASH)],
        AttributeDefinitions = [new AttributeDefinition("id", ScalarAttributeType.S)],
    });

    private sealed class Load(AlternatorDynamoDBClient client)
    {
        private int _done;

        public int Done => Volatile.Read(ref _done);

        public ConcurrentQueue<string> Failures { get; } = new();

        public ConcurrentQueue<string> Story { get; } = new();

        public Task RunAsync(int concurrency, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, concurrency).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                Dictionary<string, AttributeValue> key = Key($"{worker}-{i % 50}");
                try
                {
                    switch (i % 4)
                    {
                        case 0:
                            await client.PutItemAsync("load", new Dictionary<string, AttributeValue>(key) { ["n"] = new AttributeValue { N = "0" } }, CancellationToken.None);
                            break;
                        case 1:
                            await client.GetItemAsync("load", key, CancellationToken.None);
                            break;
                        case 2:
                            await client.UpdateItemAsync(new UpdateItemRequest { TableName = "load", Key = key, UpdateExpression = "ADD n :one", ExpressionAttributeValues = new() { [":one"] = new AttributeValue { N = "1" } } }, CancellationToken.None);
                            break;
                        default:
                            await client.QueryAsync(new QueryRequest { TableName = "load", KeyConditionExpression = "id = :id", ExpressionAttributeValues = new() { [":id"] = key["id"] } }, CancellationToken.None);
                            break;
                    }
                }
                catch (Exception exception)
                {
                    Failures.Enqueue(exception.ToString());
                }
                Interlocked.Increment(ref _done);
                await Task.Delay(2, CancellationToken.None);
            }
        }, CancellationToken.None)));

        public async Task UntilAsync(int done)
        {
            var patience = Stopwatch.StartNew();
            while (Done < done && Failures.Count < 10)
            {
                Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), $"The load stands still.\n{string.Join("\n", Story)}");
                await Task.Delay(20);
            }
        }
    }
}
