using System.Net.Http.Headers;
using Alternator.Client;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Benchmarks;

/// <summary>The clients that are compared, each signed with the same keys except the raw one.</summary>
internal sealed class Variants : IDisposable
{
    private static readonly MediaTypeHeaderValue ContentType = new("application/x-amz-json-1.0");

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
    private readonly byte[] _body = """{"TableName":"users","Key":{"id":{"S":"user#0000000000000042"},"sort":{"S":"profile#2026-11-22T00:00:00Z"}}}"""u8.ToArray();
    private readonly Uri _uri;
    private readonly AmazonDynamoDBClient _plain;
    private readonly AmazonDynamoDBClient _region;
    private readonly AlternatorDynamoDBClient _one;
    private readonly AlternatorDynamoDBClient _three;
    private readonly AlternatorDynamoDBClient _chain;

    public Variants(int port)
    {
        var keys = new BasicAWSCredentials("alternator", "secret");
        string url = $"http://127.0.0.1:{port}";
        _uri = new Uri(url + "/");
        _plain = new AmazonDynamoDBClient(keys, new AmazonDynamoDBConfig { ServiceURL = url });
        _region = new AmazonDynamoDBClient(keys, new AmazonDynamoDBConfig { ServiceURL = url, AuthenticationRegion = "us-east-1" });
        var config = new AlternatorClientConfig(url);
        config.Nodes.Discovery.Enabled = false;
        _one = new AlternatorDynamoDBClient(keys, config);
        _three = new AlternatorDynamoDBClient(keys, new AlternatorClientConfig(url));
        _chain = new AlternatorDynamoDBClient(keys, new AlternatorClientConfig(url));
        _chain.AfterResponseEvent += static (_, _) => { };
    }

    public (string Name, Func<Task> Operation)[] GetItem =>
    [
        ("raw HttpClient", RawAsync),
        ("plain", () => CheckAsync(_plain.GetItemAsync(Canned.Get()))),
        ("plain+region", () => CheckAsync(_region.GetItemAsync(Canned.Get()))),
        ("ours, 1 node", () => CheckAsync(_one.GetItemAsync(Canned.Get()))),
        ("ours, 3 nodes", () => CheckAsync(_three.GetItemAsync(Canned.Get()))),
    ];

    public (string Name, Func<Task> Operation)[] PutItem =>
    [
        ("plain", () => _plain.PutItemAsync(Canned.Put())),
        ("plain+region", () => _region.PutItemAsync(Canned.Put())),
        ("ours, 3 nodes", () => _three.PutItemAsync(Canned.Put())),
    ];

    public (string Name, Func<Task> Operation)[] Query =>
    [
        ("plain", () => CheckAsync(_plain.QueryAsync(Canned.Query()))),
        ("plain+region", () => CheckAsync(_region.QueryAsync(Canned.Query()))),
        ("ours, 3 nodes", () => CheckAsync(_three.QueryAsync(Canned.Query()))),
    ];

    /// <summary>An operation that the SDK's marshallers write and read: once past its chain of handlers and once through it.</summary>
    public (string Name, Func<Task> Operation)[] DescribeTable =>
    [
        ("plain", () => _plain.DescribeTableAsync("users")),
        ("plain+region", () => _region.DescribeTableAsync("users")),
        ("ours, 3 nodes", () => _three.DescribeTableAsync("users")),
        ("ours, SDK's chain", () => _chain.DescribeTableAsync("users")),
    ];

    public void Dispose()
    {
        _http.Dispose();
        _plain.Dispose();
        _region.Dispose();
        _one.Dispose();
        _three.Dispose();
        _chain.Dispose();
    }

    private async Task RawAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _uri) { Content = new ByteArrayContent(_body) };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "DynamoDB_20120810.GetItem");
        request.Content.Headers.ContentType = ContentType;
        using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead).ConfigureAwait(false);
        if (response.Content.Headers.ContentLength != 9 + Canned.Item.Length)
            throw new InvalidOperationException("wrong answer");
    }

    private static async Task CheckAsync(Task<GetItemResponse> getting)
    {
        if ((await getting.ConfigureAwait(false)).Item.Count != 8)
            throw new InvalidOperationException("wrong answer");
    }

    private static async Task CheckAsync(Task<QueryResponse> querying)
    {
        if ((await querying.ConfigureAwait(false)).Items.Count != 10)
            throw new InvalidOperationException("wrong answer");
    }
}
