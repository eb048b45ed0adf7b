using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.Auth;

/// <summary>
/// Who may ask, after alternator/server.cc (verify_signature) and alternator/auth.cc of scylladb at f4a4091ca2. The signer
/// below is written for these tests from AWS's description; the walks with the AWS SDKs prove the same with theirs.
/// </summary>
public sealed class SignatureTests : IClassFixture<SignatureTests.Enforcing>
{
    public sealed class Enforcing : IAsyncLifetime
    {
        public EmulatorCluster Cluster { get; private set; } = null!;

        public async Task InitializeAsync() => Cluster = await EmulatorCluster.StartAsync(new()
        {
            Nodes = 1,
            EnforceAuthorization = true,
            Roles = [new("alice", "wonder/land+="), new("locked", "x", CanLogin: false), new("empty", null)],
        });

        public async Task DisposeAsync() => await Cluster.DisposeAsync();
    }

    private static readonly byte[] Body = "{}"u8.ToArray();
    private readonly EmulatorNode _node;

    public SignatureTests(Enforcing fixture) => _node = fixture.Cluster.Nodes[0];

    [Fact]
    public async Task A_proper_signature_is_accepted_whatever_region_and_service_it_names()
    {
        Assert.Equal(200, (await Send(new Signing())).Status);
        Assert.Equal(200, (await Send(new Signing { Region = "nowhere", Service = "anything" })).Status);
        Assert.Equal(200, (await Send(new Signing { Signed = ["content-length", "host", "x-amz-date", "x-amz-target"] })).Status);
    }

    [Fact]
    public async Task Repeated_spaces_in_a_signed_header_count_as_one()
    {
        var signing = new Signing { Signed = ["host", "x-amz-date", "x-note"], Extra = ("X-Note", "a    b  c", "a b c") };
        Assert.Equal(200, (await Send(signing)).Status);
    }

    [Fact]
    public async Task The_packed_bytes_are_what_is_signed()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, true)) gzip.Write(Body);
        var signing = new Signing { Content = packed.ToArray(), More = "Content-Encoding: gzip" };
        Assert.Equal(200, (await Send(signing)).Status);
        RawAnswer wrong = await Send(signing with { SignedContent = Body });
        Assert.Equal((400, "UnrecognizedClientException"), (wrong.Status, wrong.Error));
    }

    [Fact]
    public async Task Without_an_Authorization_header_the_token_is_missing()
    {
        RawAnswer answer = await Api.CallAsync(_node, "ListTables", "{}");
        Assert.Equal((400, "MissingAuthenticationTokenException"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Without_a_Host_header_nothing_can_be_verified()
    {
        RawAnswer answer = await RawHttp.OnceAsync(_node, "POST / HTTP/1.0\nX-Amz-Target: D.ListTables\nContent-Length: 2", Body);
        Assert.Equal((400, "InvalidSignatureException"), (answer.Status, answer.Error));
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "wrong secret", "UnrecognizedClientException" },
        { "unknown role", "UnrecognizedClientException" },
        { "role without login", "UnrecognizedClientException" },
        { "role without password", "UnrecognizedClientException" },
        { "changed body", "UnrecognizedClientException" },
        { "changed header", "UnrecognizedClientException" },
        { "other host", "UnrecognizedClientException" },
        { "cut signature", "UnrecognizedClientException" },
        { "other algorithm", "InvalidSignatureException" },
        { "date not signed", "InvalidSignatureException" },
        { "16 minutes old", "InvalidSignatureException" },
        { "16 minutes ahead", "InvalidSignatureException" },
        { "scope of another day", "InvalidSignatureException" },
        { "credential of three parts", "ValidationException" },
        { "no credential", "ValidationException" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Everything_else_is_refused_with_its_own_error(string cause, string error)
    {
        DateTime now = DateTime.UtcNow;
        Signing signing = cause switch
        {
            "wrong secret" => new() { Secret = "wonderland" },
            "unknown role" => new() { User = "bob" },
            "role without login" => new() { User = "locked", Secret = "x" },
            "role without password" => new() { User = "empty", Secret = "" },
            "changed body" => new() { SignedContent = "{ }"u8.ToArray() },
            "changed header" => new() { Signed = ["host", "x-amz-date", "x-note"], Extra = ("X-Note", "sent", "signed") },
            "other host" => new() { SignedHost = "elsewhere" },
            "cut signature" => new() { Change = a => a[..^1] },
            "other algorithm" => new() { Change = a => a.Replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", StringComparison.Ordinal) },
            "date not signed" => new() { Signed = ["host"] },
            "16 minutes old" => new() { Time = now.AddMinutes(-16) },
            "16 minutes ahead" => new() { Time = now.AddMinutes(16) },
            "scope of another day" => new() { Day = now.AddDays(-1).ToString("yyyyMMdd", CultureInfo.InvariantCulture) },
            "credential of three parts" => new() { Change = a => a.Replace("/dynamodb/aws4_request", "", StringComparison.Ordinal) },
            "no credential" => new() { Change = a => a.Replace("Credential=", "Credentials=", StringComparison.Ordinal) },
            _ => throw new ArgumentOutOfRangeException(nameof(cause)),
        };
        long before = _node.AuthenticationFailures;
        RawAnswer answer = await Send(signing);
        Assert.Equal((400, error), (answer.Status, answer.Error));
        Assert.Equal(before + 1, _node.AuthenticationFailures);
    }

    [Fact]
    public async Task The_signature_is_judged_before_the_operation_and_after_the_length()
    {
        Assert.Equal("MissingAuthenticationTokenException", (await Api.CallAsync(_node, "NoSuchOperation", "{")).Error);
        Assert.Equal("MissingAuthenticationTokenException", (await Api.CallAsync(_node, "ListTables", "{}", "Content-Encoding: br")).Error);
        RawAnswer tooLong = await RawHttp.OnceAsync(_node, Api.Head("ListTables", 17 * 1024 * 1024));
        Assert.Equal((413, "PayloadTooLarge"), (tooLong.Status, tooLong.Error));
    }

    [Fact]
    public async Task Health_and_localnodes_need_no_signature()
    {
        Assert.Equal(200, (await RawHttp.OnceAsync(_node, "GET / HTTP/1.1\nHost: x")).Status);
        Assert.Equal(200, (await RawHttp.OnceAsync(_node, "GET /localnodes HTTP/1.1\nHost: x")).Status);
    }

    [Fact]
    public async Task A_node_whose_clock_is_wrong_refuses_good_signatures_until_it_is_set()
    {
        _node.ClockSkew = TimeSpan.FromMinutes(20);
        Assert.Equal("InvalidSignatureException", (await Send(new Signing())).Error);
        _node.ClockSkew = TimeSpan.Zero;
        Assert.Equal(200, (await Send(new Signing())).Status);
    }

    [Fact]
    public async Task Without_enforcement_no_signature_and_a_wrong_one_pass_and_warning_counts_them()
    {
        await using EmulatorCluster open = await EmulatorCluster.StartAsync(new() { Nodes = 1 });
        await using EmulatorCluster warning = await EmulatorCluster.StartAsync(new() { Nodes = 1, WarnAuthorization = true });
        foreach (EmulatorCluster cluster in new[] { open, warning })
        {
            EmulatorNode node = cluster.Nodes[0];
            Assert.Equal(200, (await Api.CallAsync(node, "ListTables", "{}")).Status);
            Assert.Equal(200, (await Send(new Signing { User = EmulatorOptions.DefaultAccessKey, Secret = "wrong" }, node)).Status);
            Assert.Equal(200, (await Send(new Signing { User = EmulatorOptions.DefaultAccessKey, Secret = EmulatorOptions.DefaultSecretKey }, node)).Status);
            Assert.Equal(cluster == warning ? 2 : 0, node.AuthenticationFailures);
        }
    }

    [Fact]
    public async Task A_role_with_grants_may_do_what_they_say_and_nothing_else()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new()
        {
            Nodes = 1,
            EnforceAuthorization = true,
            Roles = [new("admin", "a"), new("reader", "r") { Grants = [new("SELECT", "mine")] }],
        });
        EmulatorNode node = cluster.Nodes[0];
        foreach (string table in new[] { "mine", "other" })
        {
            byte[] create = Encoding.UTF8.GetBytes($$"""
                {"TableName":"{{table}}","KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],
                 "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}
                """);
            Assert.Equal(200, (await Send(new Signing { User = "admin", Secret = "a", Content = create, Operation = "CreateTable" }, node)).Status);
        }

        RawAnswer Result(RawAnswer answer) => answer;
        Signing Reader(string operation, string json) => new() { User = "reader", Secret = "r", Operation = operation, Content = Encoding.UTF8.GetBytes(json) };
        Assert.Equal(200, Result(await Send(Reader("Scan", """{"TableName":"mine"}"""), node)).Status);
        Assert.Equal("AccessDeniedException", (await Send(Reader("Scan", """{"TableName":"other"}"""), node)).Error);
        Assert.Equal("AccessDeniedException", (await Send(Reader("PutItem", """{"TableName":"mine","Item":{"k":{"S":"a"}}}"""), node)).Error);
        Assert.Equal("AccessDeniedException", (await Send(Reader("DeleteTable", """{"TableName":"mine"}"""), node)).Error);
    }

    private Task<RawAnswer> Send(Signing signing, EmulatorNode? node = null)
    {
        byte[] content = signing.Content ?? Body;
        string more = signing.Headers();
        if (signing.More.Length > 0) more += "\n" + signing.More;
        string head = $"POST / HTTP/1.1\nHost: localhost\nX-Amz-Target: D.{signing.Operation}\nContent-Length: {content.Length}\n{more}";
        return RawHttp.OnceAsync(node ?? _node, head, content);
    }

    /// <summary>A signature, with everything about it that a test may bend.</summary>
    private sealed record Signing
    {
        public string User { get; init; } = "alice";

        public string Secret { get; init; } = "wonder/land+=";

        public string Operation { get; init; } = "ListTables";

        public DateTime Time { get; init; } = DateTime.UtcNow;

        public string? Day { get; init; }

        public string Region { get; init; } = "us-east-1";

        public string Service { get; init; } = "dynamodb";

        public string[] Signed { get; init; } = ["host", "x-amz-date"];

        public string SignedHost { get; init; } = "localhost";

        public (string Name, string Sent, string Signed)? Extra { get; init; }

        public byte[]? Content { get; init; }

        public byte[]? SignedContent { get; init; }

        public string More { get; init; } = "";

        public Func<string, string> Change { get; init; } = a => a;

        public string Headers()
        {
            byte[] content = Content ?? Body;
            string date = Time.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
            string day = Day ?? date[..8];
            string canonical = string.Concat(Signed.Select(name => name + ":" + name switch
            {
                "host" => SignedHost,
                "x-amz-date" => date,
                "x-amz-target" => "D." + Operation,
                "content-length" => content.Length.ToString(CultureInfo.InvariantCulture),
                _ => Extra!.Value.Signed,
            } + "\n"));
            string hash = Convert.ToHexStringLower(SHA256.HashData(SignedContent ?? content));
            string request = $"POST\n/\n\n{canonical}\n{string.Join(';', Signed)}\n{hash}";
            string scope = $"{day}/{Region}/{Service}/aws4_request";
            string toSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";
            byte[] key = Encoding.UTF8.GetBytes("AWS4" + Secret);
            foreach (string part in new[] { day, Region, Service, "aws4_request" }) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
            string signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
            string authorization = Change($"AWS4-HMAC-SHA256 Credential={User}/{scope}, SignedHeaders={string.Join(';', Signed)}, Signature={signature}");
            string extra = Extra is { } e ? $"\n{e.Name}: {e.Sent}" : "";
            return $"X-Amz-Date: {date}\nAuthorization: {authorization}{extra}";
        }
    }
}
