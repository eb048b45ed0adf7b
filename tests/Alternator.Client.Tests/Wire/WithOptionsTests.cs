using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Client.Tests.Wire;

/// <summary>A client that is another one with something different.</summary>
public class WithOptionsTests
{
    [Fact]
    public async Task It_has_the_nodes_connections_and_credentials_of_the_other()
    {
        await using var node = new FakeNode();
        await using var client = new AlternatorDynamoDBClient($"Endpoints={node.Endpoint};AccessKey=a;SecretKey=b");
        await client.PutItemAsync("t", Item);
        int connections = node.Accepted;
        await using (AlternatorDynamoDBClient once = client.With(new() { MaxAttempts = 1 }))
        {
            Assert.Same(client.Nodes, once.Nodes);
            await once.PutItemAsync("t", Item);
            await once.DescribeTableAsync("t");
        }
        // Disposing it leaves the other as it is.
        await client.PutItemAsync("t", Item);
        await client.DescribeTableAsync("t");
        Assert.Equal(connections, node.Accepted);
        Assert.All(node.Requests, request => Assert.Null(ServerSignature.Fault(request, "a", "b")));
        Assert.All(node.Requests, request => Assert.Null(request.Header("x-amz-content-sha256")));
        await client.DisposeAsync();
        AlternatorDynamoDBClient late = client;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => late.PutItemAsync("t", Item));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Options_hold_on_the_fast_path_and_in_the_chain(bool fast)
    {
        await using var node = new FakeNode(_ => FakeNode.Error("InternalServerError", "no", 500));
        await using AlternatorDynamoDBClient client = Client(node, config => config.Retry.MaxAttempts = 3);
        await using AlternatorDynamoDBClient once = client.With(new() { MaxAttempts = 1 });
        if (!fast)
            once.AfterResponseEvent += (_, _) => { };
        await Assert.ThrowsAsync<InternalServerErrorException>(() => once.PutItemAsync("t", Item));
        Assert.Single(node.Requests);
        await Assert.ThrowsAsync<InternalServerErrorException>(() => once.DescribeTableAsync("t"));
        Assert.Equal(2, node.Requests.Count);
        await Assert.ThrowsAsync<InternalServerErrorException>(() => client.PutItemAsync("t", Item));
        Assert.Equal(5, node.Requests.Count);
    }

    [Fact]
    public async Task What_it_leaves_open_follows_the_other_when_that_is_reconfigured()
    {
        await using var node = new FakeNode(_ => FakeNode.Error("InternalServerError", "no", 500));
        await using AlternatorDynamoDBClient client = Client(node, config => config.Retry.MaxAttempts = 4);
        await using AlternatorDynamoDBClient patient = client.With(new() { OverallTimeout = TimeSpan.FromMinutes(1) });
        await using AlternatorDynamoDBClient once = patient.With(new() { MaxAttempts = 1 });
        var config = new AlternatorClientConfig(node.Endpoint.AbsoluteUri) { Compression = { CompressRequests = true, RequestThreshold = 0 } };
        config.Retry.MaxAttempts = 2;
        client.Reconfigure(config);
        await Assert.ThrowsAsync<InternalServerErrorException>(() => patient.PutItemAsync("t", Item));
        Assert.Equal(2, node.Requests.Count);
        Assert.All(node.Requests, request => Assert.Equal("gzip", request.Header("Content-Encoding")));
        await Assert.ThrowsAsync<InternalServerErrorException>(() => once.PutItemAsync("t", Item));
        Assert.Equal(3, node.Requests.Count);
        Assert.Contains("With", Assert.Throws<InvalidOperationException>(() => once.Reconfigure(config)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Affinity_can_be_switched_off_and_on()
    {
        await using var one = new FakeNode(Describe);
        await using var two = new FakeNode(Describe);
        await using var three = new FakeNode(Describe);
        FakeNode[] nodes = [one, two, three];
        await using AlternatorDynamoDBClient client = Client(nodes, config =>
        {
            config.Balancing.Policy = BalancingPolicy.RoundRobin;
            config.Affinity.Mode = AffinityMode.AnyWrite;
            config.Affinity.PartitionKeys["t"] = "k";
        });
        await using AlternatorDynamoDBClient free = client.With(new() { Affinity = AffinityMode.None });
        Assert.Equal(1, await NodesOfNineAsync(client));
        Assert.Equal(3, await NodesOfNineAsync(free));

        await using AlternatorDynamoDBClient plain = Client(nodes, config => config.Balancing.Policy = BalancingPolicy.RoundRobin);
        await using AlternatorDynamoDBClient bound = plain.With(new() { Affinity = AffinityMode.AnyWrite });
        Assert.Equal(3, await NodesOfNineAsync(plain));
        // The key's name is learnt in the background, after the first write that would use it.
        for (int i = 0; await NodesOfNineAsync(bound) > 1; i++)
            Assert.True(i < 200, "The partition key was never learnt.");

        async Task<int> NodesOfNineAsync(AlternatorDynamoDBClient client)
        {
            foreach (FakeNode node in nodes)
                node.Requests.Clear();
            for (int i = 0; i < 9; i++)
                await client.PutItemAsync("t", Item);
            return nodes.Count(node => node.Requests.Any(request => request.Operation == "PutItem"));
        }

        static byte[] Describe(WireRequest request) =>
            FakeNode.Json(request.Operation == "DescribeTable" ? """{"Table":{"KeySchema":[{"AttributeName":"k","KeyType":"HASH"}]}}""" : "{}");
    }

    private static Dictionary<string, AttributeValue> Item => new() { ["k"] = new("v") };

    private static AlternatorDynamoDBClient Client(FakeNode node, Action<AlternatorClientConfig> set) => Client([node], set);

    private static AlternatorDynamoDBClient Client(FakeNode[] nodes, Action<AlternatorClientConfig> set)
    {
        var config = new AlternatorClientConfig();
        foreach (FakeNode node in nodes)
            config.Nodes.Endpoints.Add(node.Endpoint);
        config.Nodes.Discovery.Enabled = false;
        config.Nodes.Health.Enabled = false;
        set(config);
        return new AlternatorDynamoDBClient(config);
    }
}
