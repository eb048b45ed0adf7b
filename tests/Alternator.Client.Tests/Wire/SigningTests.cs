using System.Net;
using System.Text;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Client.Tests.Wire;

public class SigningTests
{
    [Fact]
    public void The_derived_key_is_that_of_the_published_example()
    {
        // "Examples of how to derive a signing key", AWS general reference.
        var key = new SigningKey(SigningCredentials.TryCreate("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null)!, "20150830", "us-east-1", "iam");
        Assert.Equal("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9", Convert.ToHexStringLower(key.Key));
    }

    [Fact]
    public void Signatures_of_many_random_requests_verify()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        using var hashes = new SigningHashes();
        var signer = new RequestSigner("eu-central-1");
        var now = new DateTimeOffset(2026, 2, 27, 23, 0, 0, TimeSpan.Zero);
        SigningCredentials credentials = Credentials(random);
        using var buffer = new ByteBuffer(64);
        for (int i = 0; i < 2000; i++)
        {
            if (random.Next(10) == 0)
                credentials = Credentials(random);
            now += TimeSpan.FromSeconds(random.Next(4000));
            string host = random.Next(4) switch { 0 => "[fe80::1]:8000", 1 => "node-1.example", 2 => $"10.0.{random.Next(256)}.{random.Next(256)}", _ => $"127.0.0.1:{random.Next(1, 65536)}" };
            string target = "DynamoDB_20120810." + Text(random, random.Next(1, 30));
            byte[] body = new byte[random.Next(random.Next(2) == 0 ? 4 : 5000)];
            random.NextBytes(body);
            signer.AppendHeaders(buffer, hashes, credentials, now, Encoding.ASCII.GetBytes(host), Encoding.ASCII.GetBytes(target), body);
            List<KeyValuePair<string, string>> headers = [new("Host", host), new("X-Amz-Target", target)];
            foreach (string line in Encoding.ASCII.GetString(buffer.Written).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
                headers.Add(new(line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]));
            var request = new WireRequest("POST", "/", headers, body, 0);
            Assert.True(ServerSignature.Fault(request, credentials.AccessKeyText, credentials.SecretKey, now) is null, $"seed {seed}, request {i}: {ServerSignature.Fault(request, credentials.AccessKeyText, credentials.SecretKey, now)}");
            Assert.Equal(credentials.TokenText, request.Header("X-Amz-Security-Token"));
            buffer.Clear();
        }
    }

    [Fact]
    public void Signing_allocates_nothing_once_the_key_is_known()
    {
        using var hashes = new SigningHashes();
        var signer = new RequestSigner("us-east-1");
        SigningCredentials credentials = SigningCredentials.TryCreate("key", "secret", null)!;
        using var buffer = new ByteBuffer(4096);
        byte[] body = new byte[300];
        for (int i = 0; i < 100; i++)
            Sign();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Sign();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Sign()
        {
            buffer.Clear();
            signer.AppendHeaders(buffer, hashes, credentials, DateTimeOffset.UnixEpoch, "127.0.0.1:8000"u8, "DynamoDB_20120810.GetItem"u8, body);
        }
    }

    public static TheoryData<bool, bool, bool, bool, string> Combinations()
    {
        var all = new TheoryData<bool, bool, bool, bool, string>();
        foreach (bool fast in (bool[])[true, false])
        {
            foreach (bool trim in (bool[])[true, false])
            {
                foreach (bool gzip in (bool[])[true, false])
                {
                    foreach (bool token in (bool[])[true, false])
                    {
                        foreach (string host in (string[])["127.0.0.1", "::1"])
                            all.Add(fast, trim, gzip, token, host);
                    }
                }
            }
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task What_is_on_the_wire_verifies(bool fast, bool trim, bool gzip, bool token, string host)
    {
        await using var node = new FakeNode(address: IPAddress.Parse(host));
        var config = new AlternatorClientConfig(node.Endpoint.AbsoluteUri) { Wire = { TrimHeaders = trim }, Compression = { CompressRequests = gzip, RequestThreshold = 200, AcceptResponses = gzip ? ResponseCompression.All : ResponseCompression.None } };
        AWSCredentials credentials = token ? new SessionAWSCredentials("role", "secret", "to/ken+=") : new BasicAWSCredentials("role", "secret");
        await using var client = new AlternatorDynamoDBClient(credentials, config);
        if (!fast)
            client.AfterResponseEvent += (_, _) => { };
        var random = new Random(7);
        for (int i = 0; i < 6; i++)
        {
            await client.PutItemAsync("t", new() { ["k"] = new(Text(random, 100 * i)), ["ü"] = new("€") });
            await client.QueryAsync(new QueryRequest("t") { KeyConditionExpression = "k = :k", ExpressionAttributeValues = new() { [":k"] = new("x") } });
            await client.DescribeTableAsync("t");
        }
        Assert.Equal(18, node.Requests.Count);
        foreach (WireRequest request in node.Requests)
        {
            Assert.Null(ServerSignature.Fault(request, "role", "secret"));
            Assert.Equal(token ? "to/ken+=" : null, request.Header("X-Amz-Security-Token"));
            Assert.Equal(host == "::1" ? $"[::1]:{node.Port}" : $"{host}:{node.Port}", request.Header("Host"));
            if (trim)
                Assert.Empty(request.Headers.Select(header => header.Key.ToLowerInvariant()).Except(["host", "x-amz-target", "content-type", "content-length", "content-encoding", "accept-encoding", "user-agent", "x-amz-date", "x-amz-security-token", "authorization", "x-amz-content-sha256"]));
            else
                Assert.NotNull(request.Header("amz-sdk-invocation-id"));
        }
        Assert.Equal(gzip, node.Requests.Any(request => request.Header("Content-Encoding") == "gzip"));
    }

    [Fact]
    public async Task Credentials_that_rotate_are_asked_for_every_request()
    {
        await using var node = new FakeNode();
        var rotating = new RotatingCredentials();
        await using var client = new AlternatorDynamoDBClient(rotating, new AlternatorClientConfig(node.Endpoint.AbsoluteUri));
        for (int i = 0; i < 3; i++)
        {
            rotating.Number = i;
            await client.PutItemAsync("t", new() { ["k"] = new("v") });
        }
        WireRequest[] requests = [.. node.Requests];
        for (int i = 0; i < 3; i++)
            Assert.Null(ServerSignature.Fault(requests[i], $"key{i}", $"secret{i}"));
    }

    [Fact]
    public async Task A_retry_is_signed_for_the_next_nodes_host()
    {
        await using var one = new FakeNode(_ => FakeNode.Error("InternalServerError", "no", 500));
        await using var two = new FakeNode(_ => FakeNode.Error("InternalServerError", "no", 500));
        var config = new AlternatorClientConfig { MaxErrorRetry = 3 };
        config.Nodes.Endpoints.Add(one.Endpoint);
        config.Nodes.Endpoints.Add(two.Endpoint);
        config.Nodes.Discovery.Enabled = false;
        await using var client = new AlternatorDynamoDBClient(new BasicAWSCredentials("role", "secret"), config);
        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => client.GetItemAsync("t", new() { ["k"] = new("v") }));
        Assert.NotEmpty(one.Requests);
        Assert.NotEmpty(two.Requests);
        Assert.All(one.Requests.Concat(two.Requests), request => Assert.Null(ServerSignature.Fault(request, "role", "secret")));
    }

    private static SigningCredentials Credentials(Random random) =>
        SigningCredentials.TryCreate("role" + Text(random, random.Next(20)), Text(random, random.Next(60)) + "ü$", random.Next(2) == 0 ? null : Text(random, random.Next(1, 900)))!;

    private static string Text(Random random, int length) => string.Create(length, random, static (span, random) =>
    {
        foreach (ref char c in span)
            c = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"[random.Next(62)];
    });

    private sealed class RotatingCredentials : AWSCredentials
    {
        public int Number { get; set; }

        public override ImmutableCredentials GetCredentials() => new($"key{Number}", $"secret{Number}", null);
    }
}
