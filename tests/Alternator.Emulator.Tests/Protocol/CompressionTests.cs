using System.IO.Compression;
using System.Text;
using Alternator.Emulator.Protocol;
using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.Protocol;

/// <summary>Packed requests and answers, after alternator/server.cc and alternator/http_compression.cc of scylladb at f4a4091ca2.</summary>
public sealed class CompressionTests : IClassFixture<CompressionTests.OneNode>
{
    public sealed class OneNode : IAsyncLifetime
    {
        public EmulatorCluster Cluster { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, MaxRequestBytes = 300_000 });
            await Api.CreateTableAsync(Cluster.Nodes[0], "t-packed");
            await Api.PutAsync(Cluster.Nodes[0], "t-packed", "small", "1");
            await Api.PutAsync(Cluster.Nodes[0], "t-packed", "big", new string('x', 10_000));
        }

        public async Task DisposeAsync() => await Cluster.DisposeAsync();
    }

    private static readonly byte[] GetSmall = """{"TableName":"t-packed","Key":{"k":{"S":"small"}}}"""u8.ToArray();
    private readonly EmulatorNode _node;

    public CompressionTests(OneNode fixture) => _node = fixture.Cluster.Nodes[0];

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_packed_request_is_unpacked(string encoding)
    {
        RawAnswer answer = await SendPacked(Pack(GetSmall, encoding), encoding);
        Assert.Equal((200, """{"Item":{"k":{"S":"small"},"v":{"S":"1"}}}"""), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Members_one_after_the_other_are_one_body(string encoding)
    {
        byte[] packed = [.. Pack(GetSmall[..10], encoding), .. Pack([], encoding), .. Pack(GetSmall[10..], encoding)];
        Assert.Equal(200, (await SendPacked(packed, encoding)).Status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Broken_cut_and_unknown_encodings_are_internal_errors(string encoding)
    {
        byte[] packed = Pack(GetSmall, encoding);
        byte[] wrongChecksum = [.. packed];
        wrongChecksum[encoding == "gzip" ? ^5 : ^1] ^= 1;
        foreach (byte[] body in new[] { packed[..^1], packed[..10], [], GetSmall, [.. packed, .. "rest"u8], wrongChecksum })
        {
            RawAnswer answer = await SendPacked(body, encoding);
            Assert.Equal((500, "InternalServerError"), (answer.Status, answer.Error));
        }

        RawAnswer unknown = await SendPacked(packed, "br");
        Assert.Equal((500, "InternalServerError"), (unknown.Status, unknown.Error));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task The_limit_holds_for_the_unpacked_body_too(string encoding)
    {
        RawAnswer answer = await SendPacked(Pack(new byte[300_001], encoding), encoding);
        Assert.Equal((413, "PayloadTooLarge"), (answer.Status, answer.Error));
        RawAnswer within = await SendPacked(Pack(Encoding.ASCII.GetBytes(new string(' ', 300_000)), encoding), encoding);
        Assert.Equal((400, "ValidationException"), (within.Status, within.Error));
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("deflate", "deflate")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("gzip;q=0.3, deflate;q=0.8", "deflate")]
    [InlineData("br, *", "gzip")]
    public async Task An_answer_of_4096_bytes_and_more_is_packed_as_the_client_prefers(string accept, string expected)
    {
        RawAnswer answer = await Api.GetAsync(_node, "t-packed", "big", $"Accept-Encoding: {accept}");
        Assert.Equal(expected, answer.Header("Content-Encoding"));
        Assert.True(answer.Body.Length < 1000);
        using Stream unpacking = expected == "gzip" ? new GZipStream(new MemoryStream(answer.Body), CompressionMode.Decompress) : new ZLibStream(new MemoryStream(answer.Body), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacking);
        Assert.Contains(new string('x', 10_000), await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("small", "gzip")]
    [InlineData("big", "identity")]
    [InlineData("big", "br")]
    [InlineData("big", "gzip;q=0")]
    public async Task Small_answers_and_clients_that_do_not_ask_get_plain_answers(string key, string accept)
    {
        RawAnswer answer = await Api.GetAsync(_node, "t-packed", key, $"Accept-Encoding: {accept}");
        Assert.Null(answer.Header("Content-Encoding"));
        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(40, 6)]
    public async Task Threshold_and_level_are_applied(int? threshold, int level)
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, ResponseCompressionThreshold = threshold ?? 4096, ResponseCompressionLevel = level });
        await Api.CreateTableAsync(cluster.Nodes[0], "t-packed");
        await Api.PutAsync(cluster.Nodes[0], "t-packed", "k1", new string('y', threshold is null ? 5000 : 60));
        RawAnswer answer = await Api.GetAsync(cluster.Nodes[0], "t-packed", "k1", "Accept-Encoding: gzip");
        Assert.Equal(threshold is null ? null : "gzip", answer.Header("Content-Encoding"));
    }

    [Fact]
    public async Task Releases_before_2026_1_neither_unpack_nor_pack()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, Release = EmulatorRelease.V2025_4 });
        EmulatorNode node = cluster.Nodes[0];
        await Api.CreateTableAsync(node, "t-packed");
        await Api.PutAsync(node, "t-packed", "big", new string('x', 10_000));
        byte[] packed = Pack(GetSmall, "gzip");
        RawAnswer refused = await RawHttp.OnceAsync(node, Api.Head("GetItem", packed.Length, "Content-Encoding: gzip"), packed);
        Assert.Equal((400, "ValidationException"), (refused.Status, refused.Error));
        Assert.Null((await Api.GetAsync(node, "t-packed", "big", "Accept-Encoding: gzip")).Header("Content-Encoding"));
    }

    [Fact]
    public void Whatever_zlib_packs_is_unpacked_and_whatever_is_damaged_is_noticed()
    {
        var random = new Random(7);
        for (int round = 0; round < 100; round++)
        {
            byte[] content = Content(random, round);
            string encoding = round % 2 == 0 ? "gzip" : "deflate";
            byte[] packed = Pack(content, encoding, random.Next(10));
            var output = new AnswerBuffer();
            Assert.True(Inflate.TryUnpack(packed, encoding == "gzip", content.Length, output));
            Assert.True(output.Written.Span.SequenceEqual(content));
            if (content.Length > 0) Assert.False(Inflate.TryUnpack(packed, encoding == "gzip", content.Length - 1, new AnswerBuffer()));

            // Damage is either noticed or does not matter (a gzip header has bytes without meaning).
            byte[] damaged = [.. packed];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            var after = new AnswerBuffer();
            try
            {
                if (Inflate.TryUnpack(damaged, encoding == "gzip", 1_000_000, after)) Assert.True(after.Written.Span.SequenceEqual(content));
            }
            catch (InflateException)
            {
                // Noticed.
            }
        }
    }

    [Theory]
    [InlineData("gzip;q=abc", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("deflate, gzip", "deflate")]
    [InlineData("*;q=0.5, gzip;q=0.1", "deflate")]
    [InlineData("*;q=0", null)]
    [InlineData("", null)]
    [InlineData(",,;;", null)]
    [InlineData("gzip;q=7", "gzip")]
    [InlineData("identity, gzip;q=0.5", "gzip")]
    public void Preferences_are_weighed(string accept, string? expected) => Assert.Equal(expected, AnswerCompression.Choose(accept));

    private static byte[] Content(Random random, int round)
    {
        byte[] content = new byte[round % 7 == 0 ? random.Next(3) : random.Next(60_000)];
        if (round % 3 == 0) random.NextBytes(content);
        else for (int i = 0; i < content.Length; i++) content[i] = (byte)"abcdefgh {}\":,"[random.Next(1 + (round % 14))];
        return content;
    }

    private Task<RawAnswer> SendPacked(byte[] body, string encoding) =>
        RawHttp.OnceAsync(_node, Api.Head("GetItem", body.Length, $"Content-Encoding: {encoding}"), body);

    private static byte[] Pack(byte[] content, string encoding, int level = 6)
    {
        var packed = new MemoryStream();
        var options = new ZLibCompressionOptions { CompressionLevel = level };
        using (Stream stream = encoding == "gzip" ? new GZipStream(packed, options, true) : new ZLibStream(packed, options, true)) stream.Write(content);

        // GZipStream writes nothing for nothing; an empty member is a header, an empty block and a trailer.
        if (packed.Length == 0)
            return encoding == "gzip" ? [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0] : [0x78, 0x9C, 3, 0, 0, 0, 0, 1];
        return packed.ToArray();
    }
}
