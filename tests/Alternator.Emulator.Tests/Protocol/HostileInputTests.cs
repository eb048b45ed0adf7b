using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.Protocol;

/// <summary>
/// Whatever bytes arrive, a node goes on serving: a fuzzer over request lines, headers, framing and bodies on real sockets,
/// bounded to a few seconds here and to minutes with ALTERNATOR_LONG_TESTS=1. Nothing may be answered with a 500 but what is
/// specified so (packed bodies that can't be unpacked).
/// </summary>
public sealed class HostileInputTests
{
    private static readonly TimeSpan Duration = Environment.GetEnvironmentVariable("ALTERNATOR_LONG_TESTS") == "1" ? TimeSpan.FromMinutes(3) : TimeSpan.FromSeconds(4);

    // However slow the machine is.
    private const int Fewest = 30;

    private static readonly string[] Seeds =
    [
        "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\nContent-Length: 44\r\n\r\n{\"TableName\":\"t-fuzz\",\"Key\":{\"k\":{\"S\":\"a\"}}}",
        "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: D.PutItem\r\nTransfer-Encoding: chunked\r\n\r\n2c\r\n{\"TableName\":\"t-fuzz\",\"Item\":{\"k\":{\"S\":\"a\"}}}\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: D.Query\r\nAccept-Encoding: gzip;q=1, *;q=0\r\nContent-Length: 104\r\n\r\n{\"TableName\":\"t-fuzz\",\"KeyConditionExpression\":\"k = :k\",\"ExpressionAttributeValues\":{\":k\":{\"S\":\"a\"}}}    ",
        "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: D.ListTables\r\nX-Amz-Date: 20300101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host;x-amz-date, Signature=00\r\nContent-Length: 2\r\n\r\n{}",
        "GET /localnodes?dc=dc1&rack=%72ack1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "OPTIONS / HTTP/1.1\r\nHost: x\r\nOrigin: http://o\r\nAccess-Control-Request-Headers: a,b\r\nAccess-Control-Request-Method: POST\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];

    private static readonly string[] Tokens =
        ["\r\n", "\n", "\0", " ", ":", "HTTP/1.1", "chunked", "gzip", "deflate", "-1", "99999999999999999999", "0x10", "%", "%00", "..", "//", "{", "}", "[", "\"", "\\u", "\xFF\xFE", "#", "AWS4-HMAC-SHA256 "];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mutated_requests_never_take_a_node_down(bool enforce)
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, EnforceAuthorization = enforce });
        EmulatorNode node = cluster.Nodes[0];
        if (!enforce) await Api.CreateTableAsync(node, "t-fuzz");
        var random = new Random(enforce ? 11 : 12);
        var clock = Stopwatch.StartNew();
        int sent = 0;
        for (; sent < Fewest || clock.Elapsed < Duration; sent++)
        {
            byte[] request = Mutate(random);
            string answer = await Exchange(node, request);
            bool packed = Encoding.Latin1.GetString(request).Contains("ncoding", StringComparison.OrdinalIgnoreCase);
            Assert.False(answer.StartsWith("HTTP/1.1 500", StringComparison.Ordinal) && !packed, $"{Encoding.Latin1.GetString(request)}\n--\n{answer}");
        }

        Assert.Equal(200, (await RawHttp.OnceAsync(node, "GET / HTTP/1.1\nHost: x")).Status);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (node.RunningRequests > 0) await Task.Delay(10, limit.Token);
    }

    /// <summary>Proper HTTP, so that every header gets as far as the code that reads it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Headers_of_any_content_are_answered_or_refused(bool enforce)
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, EnforceAuthorization = enforce });
        EmulatorNode node = cluster.Nodes[0];
        var random = new Random(enforce ? 41 : 42);
        int answered = 0;
        for (var clock = Stopwatch.StartNew(); answered < Fewest || clock.Elapsed < Duration / 2; answered++)
        {
            var head = new StringBuilder(random.Next(6) == 0 ? "GET /localnodes" : random.Next(8) == 0 ? "OPTIONS /" : "POST /");
            head.Append(" HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 2");
            for (int count = random.Next(1, 8); count > 0; count--)
            {
                (string name, string[] values) = Headers[random.Next(Headers.Length)];
                head.Append('\n').Append(name).Append(": ").Append(HeaderValue(random, values[random.Next(values.Length)]));
            }

            using RawHttp http = await RawHttp.ConnectAsync(node);
            await http.SendAsync(head.ToString(), "{}"u8.ToArray());
            string answer = Encoding.Latin1.GetString(await http.ReadToEndAsync());
            bool packed = head.ToString().Contains("Content-Encoding", StringComparison.Ordinal);
            Assert.True(answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), $"{head}\n--\n{answer}");
            Assert.False(answer.StartsWith("HTTP/1.1 500", StringComparison.Ordinal) && !packed, $"{head}\n--\n{answer}");
        }

        Assert.Equal(0, node.RunningRequests);
    }

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("X-Amz-Target", ["DynamoDB_20120810.ListTables", "DynamoDB_20120810.", ".", "ListTables", "a.b.c", ""]),
        ("Authorization", ["AWS4-HMAC-SHA256 Credential=alternator/20260101/r/s/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;, Signature=", "Basic eA==", ""]),
        ("X-Amz-Date", ["20260101T000000Z", "20260101", "T", ""]),
        ("X-Amz-Content-Sha256", ["UNSIGNED-PAYLOAD", "00"]),
        ("X-Amz-Security-Token", ["token"]),
        ("Content-Encoding", ["gzip", "deflate", "gzip, deflate", "br", "identity", ""]),
        ("Accept-Encoding", ["gzip", "gzip;q=0.5, deflate;q=1", "*;q=0", "gzip;q=NaN", "gzip;q=1e999", ";;;", "gzip;q", ",,,"]),
        ("Origin", ["http://o", "null", ""]),
        ("Access-Control-Request-Headers", ["a,b", "x"]),
        ("Access-Control-Request-Method", ["POST", ""]),
        ("Content-Type", ["application/x-amz-json-1.0", "text/plain; charset=utf-16", ""]),
        ("User-Agent", ["aws-sdk", ""]),
        ("Cookie", ["a=b"]),
    ];

    // Everything that may stand in a header, now and then of a length that only just may.
    private static string HeaderValue(Random random, string value)
    {
        var text = new StringBuilder(value);
        for (int changes = random.Next(4); changes > 0; changes--)
        {
            int at = random.Next(text.Length + 1);
            if (random.Next(3) == 0 && at < text.Length) text.Remove(at, 1);
            else text.Insert(at, random.Next(20) == 0 ? new string('x', 3000) : ((char)random.Next(0x21, 0x7F)).ToString());
        }

        return text.ToString();
    }

    [Theory]
    [InlineData("X-Amz-Target: D.ListTables\nContent-Length: -1")]
    [InlineData("X-Amz-Target: D.ListTables\nContent-Length: 2\nContent-Length: 3")]
    [InlineData("X-Amz-Target: D.ListTables\nContent-Length: 99999999999999999999")]
    [InlineData("X-Amz-Target: D.ListTables\nTransfer-Encoding: chunked\nContent-Length: 2")]
    [InlineData("X-Amz-Target: D.ListTables\nTransfer-Encoding: gzip")]
    [InlineData("Bad Header: x")]
    [InlineData(": empty")]
    public async Task Requests_that_are_not_HTTP_are_refused_with_4xx_or_an_end(string headers)
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        using RawHttp http = await RawHttp.ConnectAsync(cluster.Nodes[0]);
        await http.SendAsync($"POST / HTTP/1.1\nHost: x\n{headers}", "0\r\n\r\n"u8.ToArray());
        RawAnswer answer = await http.ReadAsync();
        Assert.InRange(answer.Status, 400, 501);
        Assert.NotEqual(500, answer.Status);
        Assert.Equal(200, (await RawHttp.OnceAsync(cluster.Nodes[0], "GET / HTTP/1.1\nHost: x")).Status);
    }

    [Fact]
    public async Task Deep_nesting_long_names_and_huge_numbers_are_refused_and_the_node_lives()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        EmulatorNode node = cluster.Nodes[0];
        await Api.CreateTableAsync(node, "t-deep");
        string[] bodies =
        [
            new string('[', 1_000_000),
            string.Concat(Enumerable.Repeat("{\"a\":", 200_000)),
            "{\"TableName\":\"t-deep\",\"Key\":{\"k\":{\"S\":\"a\"}},\"ProjectionExpression\":\"" + new string('(', 4000) + "\"}",
            "{\"TableName\":\"" + new string('t', 1_000_000) + "\"}",
            "{\"TableName\":\"t-deep\",\"Key\":{\"k\":{\"N\":\"1e" + new string('9', 1000) + "\"}}}",
            "{\"TableName\":\"t-deep\",\"Key\":{\"k\":{\"S\":\"\\ud800\"}}}",
            "{\"TableName\":\"t-deep\",\"TableName\":\"t-deep\",\"Key\":{\"k\":{\"S\":\"a\"}}}",
        ];
        foreach (string body in bodies)
        {
            RawAnswer answer = await Api.CallAsync(node, "GetItem", body);
            Assert.True(answer.Status is 200 or 400, $"{answer.Status} {answer.Text} for {body[..Math.Min(80, body.Length)]}");
        }

        Assert.Equal(200, (await Api.CallAsync(node, "ListTables", "{}")).Status);
    }

    [Fact]
    public async Task Connections_that_say_nothing_or_leave_in_the_middle_cost_nothing_for_good()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        EmulatorNode node = cluster.Nodes[0];
        var silent = new List<RawHttp>();
        for (int i = 0; i < 200; i++)
        {
            RawHttp http = await RawHttp.ConnectAsync(node);
            silent.Add(http);
            if (i % 2 == 0) await http.SendBytesAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray());
        }

        Assert.Equal(200, (await Api.CallAsync(node, "ListTables", "{}")).Status);
        silent.ForEach(s => s.Dispose());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (node.ActiveConnections > 0 || node.RunningRequests > 0) await Task.Delay(10, limit.Token);
    }

    private static byte[] Mutate(Random random)
    {
        var text = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
        for (int changes = random.Next(1, 6); changes > 0; changes--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(6))
            {
                case 0:
                    text[at] = (char)random.Next(256);
                    break;
                case 1:
                    text.Insert(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 2:
                    text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
                    break;
                case 3:
                    text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 60), text.Length - at)));
                    break;
                case 4:
                    text.Insert(at, new string((char)random.Next(256), random.Next(1, 3000)));
                    break;
                default:
                    text.Length = Math.Max(1, at);
                    break;
            }

            if (text.Length == 0) text.Append('x');
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static async Task<string> Exchange(EmulatorNode node, byte[] request)
    {
        using RawHttp http = await RawHttp.ConnectAsync(node);
        try
        {
            await http.SendBytesAsync(request);
            http.EndSending();
            return Encoding.Latin1.GetString(await http.ReadToEndAsync());
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return "";
        }
    }
}
