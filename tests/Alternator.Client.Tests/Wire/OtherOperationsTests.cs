using System.Reflection;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Client.Tests.Wire;

/// <summary>The operations that aren't operations on items: the SDK's marshallers, and everything else the client's own.</summary>
public class OtherOperationsTests
{
    // The signer of the chain adds this header; the fast path doesn't.
    private const string ChainHeader = "x-amz-content-sha256";

    private static readonly MethodInfo[] Operations =
    [
        .. typeof(IAmazonDynamoDB).GetMethods().Where(method =>
            method.GetParameters() is [{ } request, { ParameterType: var token }] && token == typeof(CancellationToken) && request.ParameterType.IsSubclassOf(typeof(AmazonDynamoDBRequest))),
    ];

    [Fact]
    public async Task Every_operation_goes_past_the_chain_and_is_the_same_on_the_wire_and_in_its_result()
    {
        await using var node = new FakeNode();
        AlternatorClientConfig config = new($"Endpoints={node.Endpoint};AccessKey=a;SecretKey=b") { MaxErrorRetry = 0 };
        await using var fast = new AlternatorDynamoDBClient(config);
        await using var chain = new AlternatorDynamoDBClient(config);
        chain.AfterResponseEvent += (_, _) => { };
        string[] answers = ["{}", Table, """{"TableNames":["a","b"],"LastEvaluatedTableName":"b","Unknown":[1]}""", """{"Table":{"TableStatus":"ACT""", "null", "[]"];
        Assert.True(Operations.Length > 50);
        foreach (MethodInfo operation in Operations)
        {
            foreach (string answer in answers)
            {
                node.Requests.Clear();
                node.Answer = _ => FakeNode.Json(answer, headers: "x-amzn-RequestId: id\r\n");
                object a = await OutcomeAsync(fast, operation);
                object b = await OutcomeAsync(chain, operation);
                string name = $"{operation.Name} {answer}";
                WireRequest[] both = [.. node.Requests];
                Assert.True(both.Length == 2, name);
                Assert.True(both[0].Header(ChainHeader) is null && both[1].Header(ChainHeader) is not null, name);
                Assert.True(both[0].Operation + "Async" == operation.Name && both[0].Operation == both[1].Operation, name);
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(both[0].Body), JsonNode.Parse(both[1].Body)), name);
                Assert.Null(ServerSignature.Fault(both[0], "a", "b"));
                Assert.Equal(Headers(both[1]).Except([ChainHeader]), Headers(both[0]));
                Assert.True(FastPathTests.Difference(a, b) is null, $"{name}: {FastPathTests.Difference(a, b)}");
            }
        }
    }

    [Fact]
    public async Task They_are_balanced_retried_on_another_node_signed_for_it_and_reported_to_its_health()
    {
        await using var one = new FakeNode(_ => FakeNode.Error("InternalServerError", "no", 500));
        await using var two = new FakeNode();
        var config = new AlternatorClientConfig { Balancing = { Policy = BalancingPolicy.RoundRobin }, DefaultAWSCredentials = new SessionAWSCredentials("a", "b", "token") };
        config.Nodes.Endpoints.Add(one.Endpoint);
        config.Nodes.Endpoints.Add(two.Endpoint);
        config.Nodes.Discovery.Enabled = false;
        config.Nodes.Health.Enabled = false;
        await using var client = new AlternatorDynamoDBClient(config);
        for (int i = 0; i < 4; i++)
            await client.ListTablesAsync();
        Assert.Equal(4, two.Requests.Count);
        Assert.NotEmpty(one.Requests);
        foreach (FakeNode node in (FakeNode[])[one, two])
        {
            Assert.All(node.Requests, request => Assert.Null(ServerSignature.Fault(request, "a", "b")));
            Assert.All(node.Requests, request => Assert.Equal(node.Endpoint.Authority, request.Header("Host")));
            Assert.All(node.Requests, request => Assert.Equal("token", request.Header("X-Amz-Security-Token")));
        }
        Assert.All(client.Nodes.Snapshot.Nodes, node => Assert.True(node.Latency > TimeSpan.Zero));
        Assert.NotNull(client.Nodes.Snapshot.Nodes.Single(node => node.Endpoint.Port == one.Port).LastError);

        one.Answer = _ => null;
        for (int i = 0; i < 4; i++)
            await client.DescribeTableAsync("t");
        Assert.Equal(8, two.Requests.Count);
    }

    [Fact]
    public async Task They_are_packed_and_their_answers_unpacked()
    {
        byte[] packed;
        using (var stream = new MemoryStream())
        {
            using (var gzip = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionLevel.Fastest))
                gzip.Write(System.Text.Encoding.UTF8.GetBytes(Table));
            packed = stream.ToArray();
        }
        await using var node = new FakeNode(_ => FakeNode.Response(packed, headers: "Content-Encoding: gzip\r\n"));
        var config = new AlternatorClientConfig($"Endpoints={node.Endpoint};AccessKey=a;SecretKey=b") { Compression = { CompressRequests = true, RequestThreshold = 10, AcceptResponses = ResponseCompression.Gzip } };
        await using var client = new AlternatorDynamoDBClient(config);
        Assert.Equal("ACTIVE", (await client.DescribeTableAsync("t")).Table.TableStatus.Value);
        WireRequest request = Assert.Single(node.Requests);
        Assert.Equal(("gzip", "gzip"), (request.Header("Content-Encoding"), request.Header("Accept-Encoding")));
        Assert.Null(ServerSignature.Fault(request, "a", "b"));
    }

    [Fact]
    public async Task They_end_at_once_when_they_are_cancelled()
    {
        using var release = new ManualResetEventSlim();
        await using var node = new FakeNode(_ => { release.Wait(TimeSpan.FromSeconds(30)); return FakeNode.Json("{}"); });
        await using var client = new AlternatorDynamoDBClient(node.Endpoint.AbsoluteUri);
        using var cancellation = new CancellationTokenSource();
        Task<ListTablesResponse> listing = client.ListTablesAsync(cancellation.Token);
        while (node.Requests.IsEmpty)
            await Task.Delay(1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listing.WaitAsync(TimeSpan.FromSeconds(10)));
        release.Set();
    }

    [Fact]
    public async Task Paginators_go_from_page_to_page()
    {
        await using var node = new FakeNode(request => FakeNode.Json(request.Operation switch
        {
            "ListTables" => request.Text.Contains("Exclusive", StringComparison.Ordinal) ? """{"TableNames":["c"]}""" : """{"TableNames":["a","b"],"LastEvaluatedTableName":"b"}""",
            "BatchGetItem" => request.Text.Contains("2", StringComparison.Ordinal) ? """{"Responses":{"t":[{"k":{"S":"2"}}]}}""" : """{"Responses":{"t":[{"k":{"S":"1"}}]},"UnprocessedKeys":{"t":{"Keys":[{"k":{"S":"2"}}]}}}""",
            _ => request.Text.Contains("Exclusive", StringComparison.Ordinal) ? """{"Count":1,"Items":[{"k":{"S":"2"}}]}""" : """{"Count":1,"Items":[{"k":{"S":"1"}}],"LastEvaluatedKey":{"k":{"S":"1"}}}""",
        }));
        await using var client = new AlternatorDynamoDBClient(node.Endpoint.AbsoluteUri);
        List<string> tables = [], queried = [], scanned = [], batched = [];
        await foreach (string table in client.Paginators.ListTables(new ListTablesRequest()).TableNames)
            tables.Add(table);
        await foreach (QueryResponse page in client.Paginators.Query(new QueryRequest("t")).Responses)
            queried.AddRange(page.Items.Select(item => item["k"].S));
        await foreach (ScanResponse page in client.Paginators.Scan(new ScanRequest("t")).Responses)
            scanned.AddRange(page.Items.Select(item => item["k"].S));
        await foreach (BatchGetItemResponse page in client.Paginators.BatchGetItem(new BatchGetItemRequest(new Dictionary<string, KeysAndAttributes> { ["t"] = new() { Keys = [new() { ["k"] = new("1") }] } })).Responses)
            batched.AddRange(page.Responses["t"].Select(item => item["k"].S));
        Assert.Equal(["a", "b", "c"], tables);
        Assert.Equal(["1", "2"], queried);
        Assert.Equal(["1", "2"], scanned);
        Assert.Equal(["1", "2"], batched);
    }

    private const string Table = """
        {"Table":{"TableStatus":"ACTIVE","TableName":"t","TableArn":"arn","CreationDateTime":1700000000.5,"ItemCount":3,"KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],
        "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],"ProvisionedThroughput":{"ReadCapacityUnits":1}}}
        """;

    private static IEnumerable<string> Headers(WireRequest request) => request.Headers.Select(header => header.Key.ToLowerInvariant()).Order(StringComparer.Ordinal);

    private static async Task<object> OutcomeAsync(AlternatorDynamoDBClient client, MethodInfo operation)
    {
        try
        {
            object request = Activator.CreateInstance(operation.GetParameters()[0].ParameterType)!;
            if (request.GetType().GetProperty("TableName") is { CanWrite: true } table)
                table.SetValue(request, "t");
            // Otherwise the SDK makes one up for each request.
            foreach (PropertyInfo token in request.GetType().GetProperties().Where(property => property.Name is "ClientToken" or "ClientRequestToken"))
                token.SetValue(request, "token");
            var task = (Task)operation.Invoke(client, [request, CancellationToken.None])!;
            await task;
            return task.GetType().GetProperty("Result")!.GetValue(task)!;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}

/// <summary>Memory is counted for the whole process, so this runs alone.</summary>
[Collection("telemetry")]
public class OtherOperationsCostTests
{
    [Fact]
    public async Task They_cost_a_third_of_what_they_cost_in_the_chain()
    {
        await using var node = new FakeNode(_ => FakeNode.Json("""{"Table":{"TableStatus":"ACTIVE"}}"""));
        AlternatorClientConfig config = new($"Endpoints={node.Endpoint};AccessKey=a;SecretKey=b");
        await using var fast = new AlternatorDynamoDBClient(config);
        await using var chain = new AlternatorDynamoDBClient(config);
        chain.AfterResponseEvent += (_, _) => { };
        await BytesEachAsync(fast);
        await BytesEachAsync(chain);
        // The node of this test is in the same process, and its share is in both.
        double serving = await BytesEachOfTheNodeAsync(node);
        double own = await BytesEachAsync(fast) - serving, ofTheChain = await BytesEachAsync(chain) - serving;
        Assert.True(own * 3 < ofTheChain, $"{own:0} bytes, {ofTheChain:0} in the chain, {serving:0} for the node");
    }

    private static async Task<double> BytesEachAsync(AlternatorDynamoDBClient client)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < 200; i++)
            await client.DescribeTableAsync("t");
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / 200.0;
    }

    private static async Task<double> BytesEachOfTheNodeAsync(FakeNode node)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(node.Address, node.Port);
        var stream = socket.GetStream();
        byte[] request = "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.DescribeTable\r\nContent-Type: application/x-amz-json-1.0\r\nUser-Agent: x\r\nX-Amz-Date: x\r\nAuthorization: x\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
        byte[] answer = new byte[4096];
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < 200; i++)
        {
            await stream.WriteAsync(request);
            _ = await stream.ReadAsync(answer);
        }
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / 200.0;
    }
}
