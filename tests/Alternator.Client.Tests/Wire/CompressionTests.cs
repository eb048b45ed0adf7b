using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client.Tests.Wire;

public class CompressionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_bodies_are_packed_from_the_threshold_on(bool fast)
    {
        await using var node = new FakeNode();
        // {"Item":{"k":{"S":"…"}},"TableName":"t"} is 39 bytes longer than its text.
        await using AlternatorDynamoDBClient client = Client(node, fast, options => options.CompressRequests = true);
        foreach (int size in (int[])[1023, 1024])
            await client.PutItemAsync("t", new() { ["k"] = new(new string('x', size - 39)) });
        WireRequest[] requests = [.. node.Requests];
        Assert.Equal(1023, requests[0].Body.Length);
        Assert.Null(requests[0].Header("Content-Encoding"));
        Assert.Equal("gzip", requests[1].Header("Content-Encoding"));
        Assert.True(requests[1].Body.Length < 200);
        Assert.Equal(1024, Unpack(requests[1].Body).Length);
        Assert.Equal("t", (string?)JsonNode.Parse(Unpack(requests[1].Body))!["TableName"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_threshold_of_zero_packs_everything_and_off_packs_nothing(bool fast)
    {
        await using var node = new FakeNode();
        await using (AlternatorDynamoDBClient client = Client(node, fast, options => (options.CompressRequests, options.RequestThreshold) = (true, 0)))
            await client.GetItemAsync("t", new() { ["k"] = new("v") });
        await using (AlternatorDynamoDBClient client = Client(node, fast, _ => { }))
            await client.GetItemAsync("t", new() { ["k"] = new(new string('x', 5000)) });
        Assert.Equal(["gzip", null], node.Requests.Select(request => request.Header("Content-Encoding")));
    }

    [Fact]
    public void A_negative_threshold_is_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlternatorDynamoDBClient(new AlternatorClientConfig("http://127.0.0.1:1") { Compression = { RequestThreshold = -1 } }));

    [Theory]
    [InlineData(true, ResponseCompression.Gzip, "gzip")]
    [InlineData(true, ResponseCompression.Deflate, "deflate")]
    [InlineData(true, ResponseCompression.All, "gzip, deflate")]
    [InlineData(false, ResponseCompression.Gzip, "gzip")]
    [InlineData(false, ResponseCompression.Deflate, "deflate")]
    [InlineData(false, ResponseCompression.All, "gzip, deflate")]
    public async Task Answers_are_asked_for_packed_and_unpacked(bool fast, ResponseCompression accept, string header)
    {
        string text = new('y', 6000);
        byte[] body = Encoding.UTF8.GetBytes("{\"Item\":{\"k\":{\"S\":\"" + text + "\"}}}");
        await using var node = new FakeNode(request => header.EndsWith("deflate", StringComparison.Ordinal)
            ? FakeNode.Response(Pack(body, stream => new ZLibStream(stream, CompressionLevel.Fastest)), headers: "Content-Encoding: Deflate;x=1\r\n")
            : FakeNode.Response(Pack(body, stream => new GZipStream(stream, CompressionLevel.Fastest)), headers: "Content-Encoding: GZIP\r\n"));
        await using AlternatorDynamoDBClient client = Client(node, fast, options => options.AcceptResponses = accept);
        GetItemResponse response = await client.GetItemAsync("t", new() { ["k"] = new("v") });
        Assert.Equal(text, response.Item["k"].S);
        Assert.Equal(header, node.Requests.Single().Header("Accept-Encoding"));
    }

    [Fact]
    public async Task Packed_errors_are_understood()
    {
        byte[] body = """{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"gone"}"""u8.ToArray();
        await using var node = new FakeNode(_ => FakeNode.Response(Pack(body, stream => new GZipStream(stream, CompressionLevel.Fastest)), 400, "Bad Request", "Content-Encoding: gzip\r\n"));
        await using AlternatorDynamoDBClient client = Client(node, true, options => options.AcceptResponses = ResponseCompression.Gzip);
        Assert.Equal("gone", (await Assert.ThrowsAsync<ResourceNotFoundException>(() => client.GetItemAsync("t", new() { ["k"] = new("v") }))).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broken_or_endless_packed_answer_is_refused(bool fast)
    {
        byte[] bomb = Pack(new byte[10 << 20], stream => new GZipStream(stream, CompressionLevel.SmallestSize));
        foreach (byte[] body in (byte[][])[[1, 2, 3, 4, 5], bomb])
        {
            await using var node = new FakeNode(_ => FakeNode.Response(body, headers: "Content-Encoding: gzip\r\n"));
            await using AlternatorDynamoDBClient client = Client(node, fast, options => options.AcceptResponses = ResponseCompression.Gzip);
            var exception = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => client.GetItemAsync("t", new() { ["k"] = new("v") }));
            Assert.Contains("unpacked", exception.Message, StringComparison.Ordinal);
        }
    }

    private static AlternatorDynamoDBClient Client(FakeNode node, bool fast, Action<CompressionOptions> set)
    {
        var config = new AlternatorClientConfig(node.Endpoint.AbsoluteUri) { MaxErrorRetry = 0 };
        config.Nodes.Connections.MaxResponseBytes = 1 << 20;
        set(config.Compression);
        var client = new AlternatorDynamoDBClient(config);
        if (!fast)
            client.AfterResponseEvent += (_, _) => { };
        return client;
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var stream = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        stream.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static byte[] Pack(byte[] body, Func<Stream, Stream> packer)
    {
        using var packed = new MemoryStream();
        using (Stream stream = packer(packed))
            stream.Write(body);
        return packed.ToArray();
    }
}
