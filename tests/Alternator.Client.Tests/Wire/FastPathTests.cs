using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Client.Tests.Wire;

/// <summary>The fast path and the SDK's chain are given the same requests and the same answers.</summary>
public sealed class FastPathTests : IAsyncLifetime
{
    private static readonly string[] Operations = ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"];

    private readonly FakeNode _node = new();
    private AlternatorDynamoDBClient _fast = null!;
    private AlternatorDynamoDBClient _chain = null!;

    public Task InitializeAsync()
    {
        AlternatorClientConfig config = new($"Endpoints={_node.Endpoint};AccessKey=a;SecretKey=b") { MaxErrorRetry = 0 };
        _fast = new AlternatorDynamoDBClient(config);
        _chain = new AlternatorDynamoDBClient(config);
        _chain.AfterResponseEvent += (_, _) => { };
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _fast.DisposeAsync();
        await _chain.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Random_requests_are_the_same_on_the_wire()
    {
        int seed = Environment.TickCount;
        for (int i = 0; i < 400; i++)
        {
            string operation = Operations[i % Operations.Length];
            await SendAsync(_fast, operation, new RandomRequests(seed + i));
            await SendAsync(_chain, operation, new RandomRequests(seed + i));
            WireRequest[] both = Drain();
            Assert.Equal(2, both.Length);
            Assert.Equal(operation, both[0].Operation);
            Assert.Equal(operation, both[1].Operation);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(both[0].Body), JsonNode.Parse(both[1].Body)), $"seed {seed + i}, {operation}:\n{both[0].Text}\n{both[1].Text}");
        }
    }

    [Fact]
    public async Task Random_answers_give_the_same_results()
    {
        int seed = Environment.TickCount;
        int damaged = 0;
        for (int i = 0; i < 800; i++)
        {
            var random = new RandomRequests(seed + i);
            string operation = Operations[i % Operations.Length];
            string answer = random.Answer(operation);
            string headers = random.Chance(30) ? "x-amzn-RequestId: id-" + i + "\r\n" : "";
            _node.PieceSize = random.Chance(30) ? 1 + random.Number(100) : 0;
            _node.Answer = _ => FakeNode.Json(answer, headers: headers);
            object a = await OutcomeAsync(_fast, operation);
            object b = await OutcomeAsync(_chain, operation);
            damaged += a is Exception ? 1 : 0;
            Assert.True(Difference(a, b) is null, $"seed {seed + i}, {operation}, {answer}:\n{Difference(a, b)}");
        }
        Assert.InRange(damaged, 1, 400);
    }

    [Fact]
    public async Task Errors_give_the_same_exceptions()
    {
        string item = """,{"Item":{"k":{"S":"old"},"n":{"N":"1"}}}""";
        string[] types =
        [
            "ConditionalCheckFailedException", "ResourceNotFoundException", "ValidationException", "InternalServerError", "RequestLimitExceeded", "ProvisionedThroughputExceededException",
            "ItemCollectionSizeLimitExceededException", "TransactionConflictException", "UnrecognizedClientException", "AccessDeniedException", "ThrottlingException", "Whatever",
        ];
        List<byte[]> answers =
        [
            .. types.Select(type => FakeNode.Json($$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{type}}","message":"why"}""", type == "InternalServerError" ? 500 : 400, "Bad", "x-amzn-RequestId: q\r\n")),
            FakeNode.Json($$"""{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"{{item.Replace(",{", ",", StringComparison.Ordinal)[..^1]}}}""", 400),
            FakeNode.Json("not json", 413, "Too Large"),
            FakeNode.Json("", 403, "Forbidden"),
            FakeNode.Json("<html>no</html>", 400, "Bad"),
            FakeNode.Json("""{"message":"only"}""", 404, "Not Found"),
            FakeNode.Json("""{"__type":5}""", 400, "Bad"),
        ];
        foreach (byte[] answer in answers)
        {
            _node.Answer = _ => answer;
            foreach (string operation in Operations)
            {
                object a = await OutcomeAsync(_fast, operation);
                object b = await OutcomeAsync(_chain, operation);
                Assert.IsAssignableFrom<AmazonServiceException>(a);
                Assert.True(Difference(a, b) is null, $"{operation}, {System.Text.Encoding.UTF8.GetString(answer)}:\n{Difference(a, b)}");
            }
        }
    }

    [Fact]
    public async Task Every_error_that_the_SDK_models_is_its_exception()
    {
        Type[] modelled = [.. typeof(ConditionalCheckFailedException).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Amazon.DynamoDBv2.AmazonDynamoDBException)) && type.Namespace == "Amazon.DynamoDBv2.Model")];
        Assert.True(modelled.Length > 30);
        var thrown = new HashSet<Type>();
        foreach (string code in modelled.SelectMany(type => new[] { type.Name, type.Name.Replace("Exception", "", StringComparison.Ordinal) }))
        {
            byte[] answer = FakeNode.Json($$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{code}}","message":"why","Message":"Why"}""", code.StartsWith("InternalServer", StringComparison.Ordinal) ? 500 : 400, "Bad", "x-amzn-RequestId: q\r\n");
            _node.Answer = _ => answer;
            foreach (string operation in (string[])[.. Operations, "TransactWriteItems", "CreateTable"])
            {
                object a = await OutcomeAsync(_fast, operation);
                object b = await OutcomeAsync(_chain, operation);
                var exception = Assert.IsAssignableFrom<AmazonServiceException>(a);
                Assert.Equal(("q", code), (exception.RequestId, exception.ErrorCode));
                Assert.True(Difference(a, b) is null, $"{operation}, {code}:\n{Difference(a, b)}");
                thrown.Add(exception.GetType());
            }
        }
        Assert.Superset(new HashSet<Type>([typeof(ConditionalCheckFailedException), typeof(ProvisionedThroughputExceededException), typeof(TransactionCanceledException), typeof(ResourceInUseException)]), thrown);
    }

    [Fact]
    public async Task A_failed_condition_brings_the_item()
    {
        _node.Answer = _ => FakeNode.Json("""{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no","Item":{"k":{"S":"old"}}}""", 400, "Bad Request");
        var exception = await Assert.ThrowsAsync<ConditionalCheckFailedException>(() => _fast.PutItemAsync("t", new() { ["k"] = new("new") }));
        Assert.Equal("old", exception.Item["k"].S);
        Assert.Equal("no", exception.Message);
    }

    [Fact]
    public async Task Requests_on_the_fast_path_carry_no_header_of_the_SDK()
    {
        await _fast.PutItemAsync("t", new() { ["k"] = new("v") });
        await _chain.PutItemAsync("t", new() { ["k"] = new("v") });
        WireRequest[] both = Drain();
        Assert.Null(both[0].Header("x-amz-content-sha256"));
        Assert.Equal(WireOptions.DefaultUserAgent, both[0].Header("User-Agent"));
        Assert.Equal(WireOptions.DefaultUserAgent, both[1].Header("User-Agent"));
    }

    [Theory]
    [InlineData(true, "my-service/2.1 (team orders)")]
    [InlineData(false, "my-service/2.1 (team orders)")]
    [InlineData(true, null)]
    [InlineData(false, null)]
    public async Task The_user_agent_is_what_one_sets(bool fast, string? userAgent)
    {
        await using var client = new AlternatorDynamoDBClient(new AlternatorClientConfig($"Endpoints={_node.Endpoint};AccessKey=a;SecretKey=b") { Wire = { UserAgent = userAgent } });
        if (!fast)
            client.AfterResponseEvent += (_, _) => { };
        await client.PutItemAsync("t", new() { ["k"] = new("v") });
        await client.DescribeTableAsync("t");
        Assert.Equal([userAgent, userAgent], _node.Requests.Select(request => request.Header("User-Agent")));
        Assert.All(_node.Requests, request => Assert.Null(ServerSignature.Fault(request, "a", "b")));
    }

    [Fact]
    public async Task Untrimmed_requests_have_the_SDKs_user_agent_unless_one_is_set()
    {
        foreach (string userAgent in (string[])[WireOptions.DefaultUserAgent, "mine/1"])
        {
            await using var client = new AlternatorDynamoDBClient(new AlternatorClientConfig(_node.Endpoint.AbsoluteUri) { Wire = { TrimHeaders = false, UserAgent = userAgent } });
            await client.PutItemAsync("t", new() { ["k"] = new("v") });
        }
        WireRequest[] both = Drain();
        Assert.StartsWith("aws-sdk-dotnet", both[0].Header("User-Agent"), StringComparison.Ordinal);
        Assert.Equal("mine/1", both[1].Header("User-Agent"));
    }

    [Fact]
    public void A_user_agent_with_a_line_break_is_refused() =>
        Assert.Throws<ArgumentException>(() => new AlternatorDynamoDBClient(new AlternatorClientConfig(_node.Endpoint.AbsoluteUri) { Wire = { UserAgent = "a\r\nb: c" } }));

    [Fact]
    public async Task Documents_nested_as_deep_as_DynamoDB_allows_are_read()
    {
        string deep = """{"S":"bottom"}""";
        for (int i = 0; i < 32; i++)
            deep = i % 2 == 0 ? "{\"M\":{\"m\":" + deep + "}}" : "{\"L\":[" + deep + "]}";
        _node.Answer = _ => FakeNode.Json("{\"Item\":{\"d\":" + deep + "}}");
        Assert.Null(Difference(await OutcomeAsync(_fast, "GetItem"), await OutcomeAsync(_chain, "GetItem")));
        Assert.IsType<GetItemResponse>(await OutcomeAsync(_fast, "GetItem"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_answer_is_noticed_by_its_checksum_and_asked_for_again(bool fast)
    {
        byte[] body = """{"Item":{"k":{"S":"v"}}}"""u8.ToArray();
        int calls = 0;
        _node.Answer = _ => FakeNode.Response(body, headers: $"x-amz-crc32: {(Interlocked.Increment(ref calls) == 1 ? 12345 : Crc32.Of(body)).ToString(CultureInfo.InvariantCulture)}\r\n");
        await using var second = new FakeNode(_node.Answer);
        var config = new AlternatorClientConfig { Nodes = { Endpoints = { _node.Endpoint, second.Endpoint }, Discovery = { Enabled = false } } };
        await using var client = new AlternatorDynamoDBClient(config);
        if (!fast)
            client.AfterResponseEvent += (_, _) => { };
        Assert.Equal("v", (await client.GetItemAsync("t", new() { ["k"] = new("v") })).Item["k"].S);
        Assert.Equal(2, calls);
    }

    internal static string? Difference(object a, object b)
    {
        if (a is not Exception first || b is not Exception second)
            return SameObject.Difference(a, b);
        if (first.GetType() != second.GetType())
            return $"{first.GetType().Name}: {first.Message} / {second.GetType().Name}: {second.Message}";
        if (first is AmazonServiceException one && second is AmazonServiceException two)
        {
            if (one.ErrorCode != two.ErrorCode || one.StatusCode != two.StatusCode || one.RequestId != two.RequestId || one.ErrorType != two.ErrorType || one.Message != two.Message || one.InnerException?.GetType() != two.InnerException?.GetType())
                return $"{one.ErrorCode} {one.StatusCode} {one.RequestId} {one.Message} {one.InnerException?.GetType()} / {two.ErrorCode} {two.StatusCode} {two.RequestId} {two.Message} {two.InnerException?.GetType()}";
            if (one is ConditionalCheckFailedException failed)
                return SameObject.Difference(failed.Item, ((ConditionalCheckFailedException)two).Item);
        }
        return null;
    }

    private static async Task<object> OutcomeAsync(AlternatorDynamoDBClient client, string operation)
    {
        try
        {
            return await SendAsync(client, operation, new RandomRequests(1));
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static async Task<object> SendAsync(AlternatorDynamoDBClient client, string operation, RandomRequests random) => operation switch
    {
        "GetItem" => await client.GetItemAsync(random.Get()),
        "PutItem" => await client.PutItemAsync(random.Put()),
        "UpdateItem" => await client.UpdateItemAsync(random.Update()),
        "DeleteItem" => await client.DeleteItemAsync(random.Delete()),
        "Query" => await client.QueryAsync(random.Query()),
        "Scan" => await client.ScanAsync(random.Scan()),
        "BatchGetItem" => await client.BatchGetItemAsync(random.BatchGet()),
        "TransactWriteItems" => await client.TransactWriteItemsAsync(new TransactWriteItemsRequest()),
        "CreateTable" => await client.CreateTableAsync(new CreateTableRequest()),
        _ => await client.BatchWriteItemAsync(random.BatchWrite()),
    };

    private WireRequest[] Drain()
    {
        ConcurrentQueue<WireRequest> queue = _node.Requests;
        List<WireRequest> all = [];
        while (queue.TryDequeue(out WireRequest? request))
            all.Add(request);
        return [.. all];
    }
}
