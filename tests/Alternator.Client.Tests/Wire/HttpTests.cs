using System.Text;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Client.Tests.Wire;

/// <summary>HTTP/1.1 as nodes, proxies and enemies may speak it.</summary>
public class HttpTests
{
    private const string Item = """{"Item":{"k":{"S":"v"}}}""";

    public static TheoryData<string> GoodAnswers() =>
    [
        $"HTTP/1.1 200 OK\r\nContent-Length: {Item.Length}\r\n\r\n{Item}",
        $"HTTP/1.1 200\r\ncontent-length:{Item.Length}\r\n\r\n{Item}",
        $"HTTP/1.1 200 OK\r\nContent-Length: {Item.Length}\r\nContent-Length: {Item.Length}\r\n\r\n{Item}",
        $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{Item.Length:x}\r\n{Item}\r\n0\r\n\r\n",
        $"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;name=value\r\n{Item[..5]}\r\n{Item.Length - 5:X}\r\n{Item[5..]}\r\n0\r\nTrailer: yes\r\n\r\n",
        $"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: {Item.Length}\r\n\r\n{Item}",
    ];

    public static TheoryData<string> BadAnswers() =>
    [
        "garbage\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        $"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{Item}",
        $"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{Item}",
        $"HTTP/1.1 200 OK\r\nContent-Length: {Item.Length}\r\nTransfer-Encoding: chunked\r\n\r\n{Item}",
        $"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\nabc",
        "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: " + new string('x', 40_000) + "\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(GoodAnswers))]
    public async Task Answers_of_any_framing_and_cut_are_read_and_the_connection_kept(string answer)
    {
        await using var node = new FakeNode(_ => Encoding.Latin1.GetBytes(answer));
        await using AlternatorDynamoDBClient client = Client(node);
        foreach (int piece in (int[])[0, 1, 3, 40])
        {
            node.PieceSize = piece;
            for (int i = 0; i < 3; i++)
                Assert.Equal("v", (await client.GetItemAsync("t", new() { ["k"] = new("v") })).Item["k"].S);
        }
        Assert.Single(node.Requests.Select(request => request.Connection).Distinct());
    }

    [Fact]
    public async Task An_answer_that_ends_with_the_connection_is_read()
    {
        FakeNode node = null!;
        node = new FakeNode(_ => Encoding.Latin1.GetBytes($"HTTP/1.0 200 OK\r\n\r\n{Item}"));
        await using (node)
        {
            await using AlternatorDynamoDBClient client = Client(node);
            Task<GetItemResponse> getting = client.GetItemAsync("t", new() { ["k"] = new("v") });
            while (node.Requests.IsEmpty)
                await Task.Yield();
            // The answer may still be on its way into the socket; closing gracefully delivers it first.
            await Task.Delay(50);
            node.CloseConnections();
            Assert.Equal("v", (await getting).Item["k"].S);
        }
    }

    [Theory]
    [InlineData("Connection: close\r\n")]
    [InlineData("Connection: Keep-Alive, Close\r\n")]
    public async Task A_connection_that_the_node_wants_closed_is_not_used_again(string header)
    {
        await using var node = new FakeNode(_ => FakeNode.Json(Item, headers: header));
        await using AlternatorDynamoDBClient client = Client(node);
        await client.GetItemAsync("t", new() { ["k"] = new("v") });
        await client.GetItemAsync("t", new() { ["k"] = new("v") });
        Assert.Equal(2, node.Requests.Select(request => request.Connection).Distinct().Count());
    }

    [Fact]
    public async Task Bytes_after_an_answer_never_become_the_next_answer()
    {
        int calls = 0;
        await using var node = new FakeNode(_ => Interlocked.Increment(ref calls) == 1
            ? [.. FakeNode.Json(Item), .. FakeNode.Json("""{"Item":{"k":{"S":"planted"}}}""")]
            : FakeNode.Json(Item));
        await using AlternatorDynamoDBClient client = Client(node);
        for (int i = 0; i < 3; i++)
            Assert.Equal("v", (await client.GetItemAsync("t", new() { ["k"] = new("v") })).Item["k"].S);
        Assert.Equal(2, node.Requests.Select(request => request.Connection).Distinct().Count());
    }

    [Fact]
    public async Task Connections_that_the_node_closed_while_idle_are_replaced_without_an_error()
    {
        await using var node = new FakeNode(_ => FakeNode.Json(Item));
        await using AlternatorDynamoDBClient client = Client(node, maxErrorRetry: 0);
        for (int i = 0; i < 5; i++)
        {
            await client.GetItemAsync("t", new() { ["k"] = new("v") });
            node.CloseConnections();
            // The end of the connection has to reach the client's socket before it can be seen there.
            await Task.Delay(30);
        }
        Assert.Equal(5, node.Requests.Count);
    }

    [Fact]
    public async Task Connections_that_the_node_reset_while_idle_are_replaced_without_an_error_that_nobody_sees()
    {
        var unobserved = new List<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) => unobserved.Add(e.Exception);
        TaskScheduler.UnobservedTaskException += note;
        await using var node = new FakeNode(_ => FakeNode.Json(Item));
        await using AlternatorDynamoDBClient client = Client(node, maxErrorRetry: 0);
        for (int i = 0; i < 5; i++)
        {
            await client.GetItemAsync("t", new() { ["k"] = new("v") });
            node.ResetConnections();
            await Task.Delay(30);
        }
        Assert.Equal(5, node.Requests.Count);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= note;
        // One that was made and not thrown has no stack that would name this client.
        Assert.DoesNotContain(unobserved, exception => exception.InnerException is IOException { StackTrace: null });
    }

    [Fact]
    public async Task A_request_that_cannot_be_written_leaves_its_connection_to_the_next()
    {
        await using var node = new FakeNode(_ => FakeNode.Json(Item));
        using var transport = new NodeTransport(new TlsOptions());
        NodeConnections connections = transport.ConnectionsTo(node.Endpoint);
        Assert.Equal(200, await connections.ExchangeAsync<BareExchange, int>(new BareExchange(), CancellationToken.None));
        await Assert.ThrowsAsync<FormatException>(() => connections.ExchangeAsync<BareExchange, int>(new BareExchange(Fails: true), CancellationToken.None).AsTask());
        Assert.Equal(200, await connections.ExchangeAsync<BareExchange, int>(new BareExchange(), CancellationToken.None));
        Assert.Equal(2, node.Requests.Count);
        Assert.Equal(1, node.Accepted);
    }

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task What_is_not_HTTP_is_an_error_of_that_node_in_bounded_time(string answer)
    {
        await using var node = new FakeNode(_ => Encoding.Latin1.GetBytes(answer));
        await using AlternatorDynamoDBClient client = Client(node, maxErrorRetry: 0, attempt: TimeSpan.FromSeconds(2));
        Task<GetItemResponse> getting = client.GetItemAsync("t", new() { ["k"] = new("v") });
        var exception = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => getting.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains(node.Endpoint.Authority, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_larger_answer_than_allowed_is_refused()
    {
        await using var node = new FakeNode(_ => FakeNode.Json(new string(' ', 2 << 20) + Item));
        await using AlternatorDynamoDBClient client = Client(node, maxErrorRetry: 0, maxResponse: 1 << 20);
        var exception = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => client.GetItemAsync("t", new() { ["k"] = new("v") }));
        Assert.Contains("larger than 1048576 bytes", exception.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Endless()
    {
        string chunk = "10000\r\n" + new string(' ', 0x10000) + "\r\n";
        return
        [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(chunk, 40)),
            "HTTP/1.1 200 OK\r\n\r\n" + new string(' ', 3 << 20),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 10_000)),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + new string('x', 3000),
            "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 10_000)),
        ];
    }

    [Theory]
    [MemberData(nameof(Endless))]
    public async Task An_answer_without_end_is_given_up_when_it_is_larger_than_allowed(string answer)
    {
        await using var node = new FakeNode(_ => Encoding.Latin1.GetBytes(answer));
        // Only its size can end it: the time would take longer than the test waits.
        await using AlternatorDynamoDBClient client = Client(node, maxErrorRetry: 0, maxResponse: 1 << 20, attempt: TimeSpan.FromMinutes(5), overall: TimeSpan.FromMinutes(5));
        await Assert.ThrowsAsync<AlternatorUnavailableException>(() => client.GetItemAsync("t", new() { ["k"] = new("v") }).WaitAsync(TimeSpan.FromMinutes(2)));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Len")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{")]
    public async Task An_answer_that_stops_in_the_middle_is_given_up_in_time(string answer)
    {
        await using var node = new FakeNode(_ => Encoding.Latin1.GetBytes(answer));
        await using AlternatorDynamoDBClient client = Client(node, maxErrorRetry: 0, attempt: TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAsync<AlternatorUnavailableException>(() => client.GetItemAsync("t", new() { ["k"] = new("v") }).WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Random_damage_to_answers_ends_in_a_result_or_an_AWS_exception()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        string[] good = [.. ((IEnumerable<object[]>)GoodAnswers()).Concat(BadAnswers()).Select(row => (string)row[0]).Where(text => text.Length < 1000)];
        await using var node = new FakeNode();
        await using AlternatorDynamoDBClient client = Client(node, maxErrorRetry: 0, attempt: TimeSpan.FromMilliseconds(200));
        var unobserved = new List<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) => unobserved.Add(e.Exception);
        TaskScheduler.UnobservedTaskException += note;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        int rounds = Environment.GetEnvironmentVariable("ALTERNATOR_LONG_TESTS") == "1" ? 20_000 : 250;
        for (int i = 0; i < rounds; i++)
        {
            byte[] answer = Encoding.Latin1.GetBytes(good[random.Next(good.Length)]);
            for (int changes = random.Next(4); changes > 0; changes--)
                answer[random.Next(answer.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                answer = answer[..random.Next(answer.Length)];
            bool close = random.Next(2) == 0;
            node.PieceSize = random.Next(3) * 7;
            node.Answer = _ => answer;
            Task<GetItemResponse> getting = client.GetItemAsync("t", new() { ["k"] = new("v") });
            if (close)
                _ = Task.Delay(5).ContinueWith(_ => node.CloseConnections(), TaskScheduler.Default);
            try
            {
                await getting.WaitAsync(TimeSpan.FromSeconds(30));
            }
            catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException)
            {
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, round {i}, {Encoding.Latin1.GetString(answer)}: {exception}");
            }
        }
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        TaskScheduler.UnobservedTaskException -= note;
        Assert.DoesNotContain(unobserved, exception => exception.ToString().Contains("Alternator.Client.", StringComparison.Ordinal) && !exception.ToString().Contains("FakeNode", StringComparison.Ordinal));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 << 20);
    }

    [Fact]
    public async Task A_cancelled_request_ends_at_once_and_its_connection_is_not_used_again()
    {
        using var stuck = new ManualResetEventSlim();
        await using var node = new FakeNode(request => { if (request.Text.Contains("stuck", StringComparison.Ordinal)) stuck.Wait(TimeSpan.FromSeconds(30)); return FakeNode.Json(Item); });
        await using AlternatorDynamoDBClient client = Client(node);
        using var cancellation = new CancellationTokenSource();
        Task<GetItemResponse> getting = client.GetItemAsync("t", new() { ["k"] = new("stuck") }, cancellation.Token);
        while (node.Requests.IsEmpty)
            await Task.Delay(1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => getting.WaitAsync(TimeSpan.FromSeconds(10)));
        stuck.Set();
        Assert.Equal("v", (await client.GetItemAsync("t", new() { ["k"] = new("v") })).Item["k"].S);
        Assert.Equal(2, node.Requests.Select(request => request.Connection).Distinct().Count());
    }

    [Fact]
    public async Task Requests_above_the_limit_of_connections_wait_for_one()
    {
        int now = 0, most = 0;
        await using var node = new FakeNode(_ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            Thread.Sleep(5);
            Interlocked.Decrement(ref now);
            return FakeNode.Json(Item);
        });
        var config = new AlternatorClientConfig(node.Endpoint.AbsoluteUri);
        config.Nodes.Discovery.Enabled = false;
        config.Nodes.Health.Enabled = false;
        config.Nodes.Connections.MaxConnectionsPerNode = 2;
        config.Retry.SecondAttemptAfter = Timeout.InfiniteTimeSpan;
        await using var client = new AlternatorDynamoDBClient(config);
        GetItemResponse[] all = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.GetItemAsync("t", new() { ["k"] = new("v") })));
        Assert.All(all, response => Assert.Equal("v", response.Item["k"].S));
        Assert.Equal(40, node.Requests.Count);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Whoever_waits_for_a_connection_hears_that_the_client_is_disposed()
    {
        await using var node = new FakeNode { Silent = true };
        using var transport = new NodeTransport(new TlsOptions(), new ConnectionOptions { MaxConnectionsPerNode = 1 });
        NodeConnections connections = transport.ConnectionsTo(node.Endpoint);
        using var over = new CancellationTokenSource();
        Task<int> unanswered = connections.ExchangeAsync<BareExchange, int>(new(), over.Token).AsTask();
        Task<int>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => connections.ExchangeAsync<BareExchange, int>(new(), CancellationToken.None).AsTask())];
        transport.Dispose();
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unanswered);
        foreach (Task<int> one in waiting)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => one.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_connection_over_which_nothing_may_be_sent_is_kept_for_the_next()
    {
        await using var node = new FakeNode();
        using var transport = new NodeTransport(new TlsOptions());
        NodeConnections connections = transport.ConnectionsTo(node.Endpoint);
        await Assert.ThrowsAsync<NotSentException>(() => connections.ExchangeAsync<BareExchange, int>(new(Denied: true), CancellationToken.None).AsTask());
        for (int i = 0; i < 3; i++)
            Assert.Equal(200, await connections.ExchangeAsync<BareExchange, int>(new(), CancellationToken.None));
        Assert.Equal(3, node.Requests.Count);
        Assert.Equal(1, node.Accepted);
    }

    [Fact]
    public async Task A_write_that_cant_be_repeated_and_waits_for_a_connection_goes_to_another_node()
    {
        await using var silent = new FakeNode { Silent = true };
        await using var other = new FakeNode();
        var config = new AlternatorClientConfig($"{silent.Endpoint.AbsoluteUri},{other.Endpoint.AbsoluteUri}");
        config.Nodes.Discovery.Enabled = false;
        config.Nodes.Health.Enabled = false;
        config.Nodes.Connections.MaxConnectionsPerNode = 1;
        config.Balancing.Custom = new Preferring(silent.Port);
        await using var client = new AlternatorDynamoDBClient(config);
        using var over = new CancellationTokenSource();
        var counter = new UpdateItemRequest { TableName = "t", Key = new() { ["k"] = new("v") }, UpdateExpression = "ADD n :one", ExpressionAttributeValues = new() { [":one"] = new() { N = "1" } } };
        Task sent = client.UpdateItemAsync(counter, over.Token);
        Assert.True(SpinWait.SpinUntil(() => silent.Requests.Count == 1, TimeSpan.FromSeconds(10)));
        await client.UpdateItemAsync(counter).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Single(other.Requests);
        // The first was sent: it stays where it is, and nothing of the second comes after it.
        Assert.False(sent.IsCompleted);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        Assert.Single(silent.Requests);
    }

    private sealed class Preferring(int port) : ILoadBalancer
    {
        public int Choose(ReadOnlySpan<AlternatorNode> candidates)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                if (candidates[i].Endpoint.Port == port)
                    return i;
            }
            return 0;
        }
    }

    [Fact]
    public async Task Large_items_go_both_ways()
    {
        string large = new('z', 390_000);
        await using var node = new FakeNode(request => FakeNode.Response([.. "{\"Item\":"u8, .. Encoding.UTF8.GetBytes(System.Text.Json.Nodes.JsonNode.Parse(request.Body)!["Key"]!.ToJsonString()), .. "}"u8]));
        await using AlternatorDynamoDBClient client = Client(node);
        for (int i = 0; i < 3; i++)
            Assert.Equal(large, (await client.GetItemAsync("t", new() { ["k"] = new(large) })).Item["k"].S);
    }

    private static AlternatorDynamoDBClient Client(FakeNode node, int maxErrorRetry = 1, int maxResponse = 64 << 20, TimeSpan? attempt = null, TimeSpan? overall = null)
    {
        var config = new AlternatorClientConfig(node.Endpoint.AbsoluteUri) { MaxErrorRetry = maxErrorRetry };
        config.Nodes.Discovery.Enabled = false;
        config.Nodes.Health.Enabled = false;
        config.Nodes.Connections.MaxResponseBytes = maxResponse;
        if (attempt is { } limit)
            config.Retry.AttemptTimeout = limit;
        // Bad framing may leave both ends waiting: not for long.
        config.Retry.OverallTimeout = overall ?? TimeSpan.FromSeconds(15);
        return new AlternatorDynamoDBClient(config);
    }
}
