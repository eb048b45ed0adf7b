using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Client.Tests.Wire;

public class ClientTests
{
    [Fact]
    public async Task A_client_made_from_a_uri_reads_and_writes_unsigned()
    {
        await using var node = new FakeNode(request => request.Operation == "GetItem" ? FakeNode.Json("""{"Item":{"k":{"S":"v"}}}""") : FakeNode.Json("{}"));
        await using var client = new AlternatorDynamoDBClient(node.Endpoint.AbsoluteUri);
        await client.PutItemAsync("t", new() { ["k"] = new("v") });
        GetItemResponse got = await client.GetItemAsync("t", new() { ["k"] = new("v") });
        Assert.Equal("v", got.Item["k"].S);
        Assert.Equal(["PutItem", "GetItem"], node.Requests.Select(request => request.Operation));
        Assert.All(node.Requests, request => Assert.Null(request.Header("Authorization")));
    }

    [Fact]
    public async Task A_client_with_keys_signs_for_the_node_that_it_contacts()
    {
        await using var node = new FakeNode();
        await using var client = new AlternatorDynamoDBClient($"Endpoints={node.Endpoint};AccessKey=role;SecretKey=secret;Region=eu-north-1");
        await client.DescribeTableAsync("t");
        WireRequest request = Assert.Single(node.Requests);
        Assert.Contains("Credential=role/", request.Header("Authorization"), StringComparison.Ordinal);
        Assert.Contains("/eu-north-1/dynamodb/aws4_request", request.Header("Authorization"), StringComparison.Ordinal);
        Assert.Equal($"{node.Address}:{node.Port}", request.Header("Host"));
    }

    [Fact]
    public async Task A_request_goes_on_to_the_next_node_when_one_refuses()
    {
        await using var good = new FakeNode();
        var gone = new FakeNode();
        await gone.DisposeAsync();
        var config = new AlternatorClientConfig();
        config.Nodes.Endpoints.Add(gone.Endpoint);
        config.Nodes.Endpoints.Add(good.Endpoint);
        config.Nodes.Discovery.Enabled = false;
        await using var client = new AlternatorDynamoDBClient(config);
        for (int i = 0; i < 10; i++)
            await client.PutItemAsync("t", new() { ["k"] = new("v") });
        Assert.Equal(10, good.Requests.Count);
    }

    [Fact]
    public async Task The_timeout_and_the_retries_of_the_SDKs_configuration_are_those_of_attempts()
    {
        await using var node = new FakeNode { Silent = true };
        var config = new AlternatorClientConfig(node.Endpoint.AbsoluteUri) { Timeout = TimeSpan.FromMilliseconds(300), MaxErrorRetry = 1 };
        config.Nodes.Discovery.Enabled = false;
        config.Nodes.Health.SuspicionTimeout = TimeSpan.Zero;
        await using var client = new AlternatorDynamoDBClient(config);
        var error = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => client.GetItemAsync("t", new() { ["k"] = new("v") }));
        Assert.Contains("no answer within 0.3 s (2 times)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_are_those_of_the_SDK()
    {
        await using var node = new FakeNode(_ => FakeNode.Error("ResourceNotFoundException", "no such table"));
        await using var client = new AlternatorDynamoDBClient(node.Endpoint.AbsoluteUri);
        var exception = await Assert.ThrowsAsync<ResourceNotFoundException>(() => client.DescribeTableAsync("t"));
        Assert.Equal("no such table", exception.Message);
        Assert.Equal("ResourceNotFoundException", exception.ErrorCode);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, exception.StatusCode);
        Assert.Single(node.Requests);
    }

    [Fact]
    public async Task The_callers_configuration_is_copied()
    {
        await using var node = new FakeNode();
        var config = new AlternatorClientConfig(node.Endpoint.AbsoluteUri) { DefaultAWSCredentials = new BasicAWSCredentials("a", "b") };
        await using var one = new AlternatorDynamoDBClient(config);
        await using var two = new AlternatorDynamoDBClient(config);
        Assert.NotSame(one.Config, config);
        Assert.NotSame(one.Nodes, two.Nodes);
        Assert.Null(config.HttpClientFactory);
        config.Wire.UserAgent = "changed";
        await one.DescribeTableAsync("t");
        Assert.Equal(WireOptions.DefaultUserAgent, Assert.Single(node.Requests).Header("User-Agent"));
    }
}
