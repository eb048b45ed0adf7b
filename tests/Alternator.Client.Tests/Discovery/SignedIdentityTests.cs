using Alternator.Emulator;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client.Tests;

/// <summary>Where authorization is enforced, endpoints are asked who they are with the client's keys.</summary>
public class SignedIdentityTests
{
    private static readonly EmulatorGrant[] Data = [new("ALL", "things"), new("CREATE")];

    [Fact]
    public async Task A_role_that_may_read_the_system_table_finds_every_node_behind_its_endpoint()
    {
        await using EmulatorCluster cluster = await StartAsync([.. Data, new("SELECT", ".scylla.alternator.system.local")]);
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        await UseAsync(client);
        AlternatorNode[] nodes = [.. client.Nodes.Snapshot.Nodes];
        Assert.Equal(cluster.Nodes.Select(node => node.Endpoint.Port).Order(), nodes.Select(node => node.Endpoint.Port).Order());
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3"], nodes.Select(node => node.Address).Order());
        Assert.All(nodes, node => Assert.Equal("dc1", node.Datacenter));
    }

    [Fact]
    public async Task For_a_role_that_may_not_the_endpoints_are_the_nodes()
    {
        await using EmulatorCluster cluster = await StartAsync(Data);
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        await UseAsync(client);
        Assert.Equal(cluster.Nodes.Select(node => node.Endpoint.Port).Order(), client.Nodes.Snapshot.Nodes.Select(node => node.Endpoint.Port).Order());
        Assert.All(client.Nodes.Snapshot.Nodes, node => Assert.Null(node.Datacenter));
    }

    [Fact]
    public async Task Unsigned_requests_and_wrong_secrets_are_refused_with_the_SDKs_exception()
    {
        await using EmulatorCluster cluster = await StartAsync([new("ALL")]);
        string endpoints = cluster.ConnectionString.Split(';')[0];
        foreach (string keys in (string[])["", ";AccessKey=app;SecretKey=wrong", ";AccessKey=nobody;SecretKey=secret"])
        {
            await using var client = new AlternatorDynamoDBClient(endpoints + keys);
            var exception = await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => client.GetItemAsync("things", new() { ["k"] = new("v") }));
            Assert.IsNotType<AlternatorUnavailableException>(exception);
            Assert.Equal(keys.Length == 0 ? "MissingAuthenticationTokenException" : "UnrecognizedClientException", exception.ErrorCode);
        }
    }

    private static async Task UseAsync(AlternatorDynamoDBClient client)
    {
        await client.Nodes.RefreshAsync();
        await client.CreateTableAsync(new CreateTableRequest("things", [new("k", KeyType.HASH)], [new("k", ScalarAttributeType.S)], null) { BillingMode = BillingMode.PAY_PER_REQUEST });
        for (int i = 0; i < 10; i++)
            await client.PutItemAsync("things", new() { ["k"] = new("v") });
    }

    // Nodes of one address each list addresses that nobody reaches, as containers behind published ports do.
    private static Task<EmulatorCluster> StartAsync(EmulatorGrant[] grants) => EmulatorCluster.StartAsync(new EmulatorOptions
    {
        Nodes = 3,
        Addressing = NodeAddressing.OneAddress,
        EnforceAuthorization = true,
        Roles = [new EmulatorRole("app", "secret") { Grants = grants }],
    });
}
