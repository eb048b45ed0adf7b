using System.Globalization;
using System.Text;
using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.Protocol;

/// <summary>What goes over the wire, after docs/alternator and alternator/server.cc of scylladb at f4a4091ca2.</summary>
public sealed class WireTests : IClassFixture<WireTests.OneNode>
{
    public sealed class OneNode : IAsyncLifetime
    {
        public EmulatorCluster Cluster { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, MaxRequestBytes = 200_000 });
            await Api.CreateTableAsync(Cluster.Nodes[0], "t-wire");
            await Api.PutAsync(Cluster.Nodes[0], "t-wire", "a", "1");
        }

        public async Task DisposeAsync() => await Cluster.DisposeAsync();
    }

    private readonly EmulatorNode _node;

    public WireTests(OneNode fixture) => _node = fixture.Cluster.Nodes[0];

    [Fact]
    public async Task Success_has_the_content_type_a_date_and_none_of_the_headers_that_only_DynamoDB_sends()
    {
        RawAnswer answer = await Api.GetAsync(_node, "t-wire", "a");
        Assert.Equal(200, answer.Status);
        Assert.Equal("application/x-amz-json-1.0", answer.Header("Content-Type"));
        Assert.True(DateTime.TryParseExact(answer.Header("Date"), "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
        Assert.Null(answer.Header("Server"));
        Assert.Null(answer.Header("x-amz-crc32"));
        Assert.Null(answer.Header("x-amzn-RequestId"));
        Assert.Null(answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal("""{"Item":{"k":{"S":"a"},"v":{"S":"1"}}}""", answer.Text);
    }

    [Fact]
    public async Task An_error_has_a_prefixed_type_a_lower_case_message_and_the_same_content_type()
    {
        RawAnswer answer = await Api.GetAsync(_node, "no-such-table", "a");
        Assert.Equal(400, answer.Status);
        Assert.Equal("application/x-amz-json-1.0", answer.Header("Content-Type"));
        Assert.StartsWith("""{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":""", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DynamoDB_20120810.GetItem")]
    [InlineData("anything.GetItem")]
    [InlineData(".GetItem")]
    public async Task The_operation_is_what_follows_the_first_dot_and_the_version_is_not_checked(string target)
    {
        byte[] body = """{"TableName":"t-wire","Key":{"k":{"S":"a"}}}"""u8.ToArray();
        RawAnswer answer = await RawHttp.OnceAsync(_node, $"POST / HTTP/1.1\nHost: x\nX-Amz-Target: {target}\nContent-Length: {body.Length}", body);
        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData("X-Amz-Target: DynamoDB_20120810.TransactWriteItems\n")]
    [InlineData("X-Amz-Target: DynamoDB_20120810.GetItem.More\n")]
    [InlineData("X-Amz-Target: GetItem\n")]
    [InlineData("X-Amz-Target: DynamoDB_20120810.getitem\n")]
    [InlineData("")]
    public async Task Unknown_operations_are_refused_before_the_body_is_looked_at(string target)
    {
        RawAnswer answer = await RawHttp.OnceAsync(_node, $"POST / HTTP/1.1\nHost: x\n{target}Content-Length: 1", "{"u8.ToArray());
        Assert.Equal((400, "UnknownOperationException"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"TableName\":\"t\"} trailing")]
    [InlineData("{'TableName':'t'}")]
    [InlineData("nul")]
    public async Task A_body_that_is_no_JSON_object_is_a_validation_error(string body)
    {
        RawAnswer answer = await Api.CallAsync(_node, "GetItem", body);
        Assert.Equal((400, "ValidationException"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_chunked_body_is_read_whole_however_it_is_cut()
    {
        using RawHttp http = await RawHttp.ConnectAsync(_node);
        await http.SendAsync("POST / HTTP/1.1\nHost: x\nX-Amz-Target: D.GetItem\nTransfer-Encoding: chunked");
        foreach (char c in """{"TableName":"t-wire","Key":{"k":{"S":"a"}}}""") await http.SendBytesAsync(Encoding.ASCII.GetBytes($"1\r\n{c}\r\n"));
        await http.SendBytesAsync("0\r\n\r\n"u8.ToArray());
        RawAnswer answer = await http.ReadAsync();
        Assert.Equal((200, """{"Item":{"k":{"S":"a"},"v":{"S":"1"}}}"""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task One_connection_carries_many_requests_also_when_they_are_sent_before_the_answers()
    {
        using RawHttp http = await RawHttp.ConnectAsync(_node);
        byte[] body = """{"TableName":"t-wire","Key":{"k":{"S":"a"}}}"""u8.ToArray();
        for (int i = 0; i < 5; i++) await http.SendAsync(Api.Head("GetItem", body.Length), body);
        for (int i = 0; i < 5; i++) Assert.Equal(200, (await http.ReadAsync()).Status);
    }

    [Fact]
    public async Task HTTP_1_0_is_answered_and_its_connection_closed()
    {
        using RawHttp http = await RawHttp.ConnectAsync(_node);
        await http.SendAsync("GET / HTTP/1.0\nHost: old.example");
        RawAnswer answer = await http.ReadAsync();
        Assert.Equal((200, "healthy: old.example"), (answer.Status, answer.Text));
        Assert.Empty(await http.ReadToEndAsync());
    }

    [Fact]
    public async Task Expect_100_continue_is_honoured()
    {
        using RawHttp http = await RawHttp.ConnectAsync(_node);
        byte[] body = """{"TableName":"t-wire","Key":{"k":{"S":"a"}}}"""u8.ToArray();
        await http.SendAsync(Api.Head("GetItem", body.Length, "Expect: 100-continue"));
        Assert.Equal(100, (await http.ReadAsync()).Status);
        await http.SendBytesAsync(body);
        Assert.Equal(200, (await http.ReadAsync()).Status);
    }

    [Fact]
    public async Task A_declared_length_above_the_limit_is_refused_before_the_body_arrives()
    {
        RawAnswer answer = await RawHttp.OnceAsync(_node, Api.Head("GetItem", 200_001));
        Assert.Equal((413, "PayloadTooLarge"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_chunked_body_above_the_limit_is_refused()
    {
        using RawHttp http = await RawHttp.ConnectAsync(_node);
        await http.SendAsync("POST / HTTP/1.1\nHost: x\nX-Amz-Target: D.GetItem\nTransfer-Encoding: chunked");
        byte[] chunk = [.. Encoding.ASCII.GetBytes("10000\r\n"), .. new byte[0x10000], .. "\r\n"u8];
        for (int i = 0; i < 4; i++) await http.SendBytesAsync(chunk);
        RawAnswer answer = await http.ReadAsync();
        Assert.Equal((413, "PayloadTooLarge"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_read()
    {
        RawAnswer answer = await Api.CallAsync(_node, "GetItem", new string(' ', 200_000));
        Assert.Equal((400, "ValidationException"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Health_says_healthy_and_the_Host_header()
    {
        RawAnswer answer = await RawHttp.OnceAsync(_node, "GET / HTTP/1.1\nHost: some.name:1234");
        Assert.Equal((200, "healthy: some.name:1234"), (answer.Status, answer.Text));
        Assert.StartsWith("text/plain", answer.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /nothing")]
    [InlineData("POST /localnodes")]
    [InlineData("PUT /")]
    [InlineData("DELETE /")]
    [InlineData("HEAD /")]
    [InlineData("OPTIONS /localnodes")]
    public async Task Other_routes_are_not_found(string route)
    {
        RawAnswer answer = await RawHttp.OnceAsync(_node, $"{route} HTTP/1.1\nHost: x\nContent-Length: 0");
        Assert.Equal(404, answer.Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("OPTIONS")]
    public async Task Any_origin_is_allowed_and_only_a_preflight_may_be_remembered(string method)
    {
        RawAnswer answer = await RawHttp.OnceAsync(
            _node,
            $"{method} / HTTP/1.1\nHost: x\nContent-Length: 0\nOrigin: http://page.example\nAccess-Control-Request-Headers: x-amz-target,x-mine\nAccess-Control-Request-Method: POST");
        Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date", answer.Header("Access-Control-Expose-Headers"));
        bool preflight = method == "OPTIONS";
        Assert.Equal(preflight ? "7200" : null, answer.Header("Access-Control-Max-Age"));
        Assert.Equal(preflight ? "x-amz-target,x-mine" : null, answer.Header("Access-Control-Allow-Headers"));
        Assert.Equal(preflight ? "POST" : null, answer.Header("Access-Control-Allow-Methods"));
    }

    [Fact]
    public async Task Without_an_origin_a_preflight_says_nothing()
    {
        RawAnswer answer = await RawHttp.OnceAsync(_node, "OPTIONS / HTTP/1.1\nHost: x");
        Assert.Equal((200, ""), (answer.Status, answer.Text));
        Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_long_answer_of_a_scan_comes_in_chunks_without_a_length()
    {
        await Api.PutAsync(_node, "t-wire", "long", new string('z', 120_000));
        using RawHttp http = await RawHttp.ConnectAsync(_node);
        byte[] body = """{"TableName":"t-wire"}"""u8.ToArray();
        await http.SendAsync(Api.Head("Scan", body.Length, "Connection: close"), body);
        string answer = Encoding.ASCII.GetString(await http.ReadToEndAsync());
        string head = answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        Assert.Contains("Transfer-Encoding: chunked", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Content-Length", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(120_000, answer[head.Length..].Count(c => c == 'z'));
        Assert.EndsWith("0\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DescribeEndpoints_echoes_the_Host_header()
    {
        RawAnswer answer = await Api.CallAsync(_node, "DescribeEndpoints", "{}");
        Assert.Equal(200, answer.Status);
        Assert.Contains("\"Address\":\"localhost\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("1440", answer.Text, StringComparison.Ordinal);
    }
}
