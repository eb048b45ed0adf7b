using System.Net.Security;
using Amazon.Runtime;

namespace Alternator.Client.Tests.Wire;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_refused_by_default()
    {
        await using FakeNode node = Node(_authority, "127.0.0.1");
        await using AlternatorDynamoDBClient client = Client(node, _ => { });
        Exception exception = await Assert.ThrowsAnyAsync<AmazonServiceException>(() => client.DescribeTableAsync("t"));
        Assert.IsType<AlternatorUnavailableException>(exception);
        Assert.Contains("TLS", exception.Message, StringComparison.Ordinal);
        Assert.Empty(node.Requests);
    }

    [Fact]
    public async Task A_custom_authority_is_accepted()
    {
        await using FakeNode node = Node(_authority, "127.0.0.1");
        await using AlternatorDynamoDBClient client = Client(node, tls => tls.CaFile = _authority.CaFile);
        await client.PutItemAsync("t", new() { ["k"] = new("v") });
        await client.DescribeTableAsync("t");
        Assert.Equal(2, node.Requests.Count);
    }

    [Fact]
    public async Task A_bundle_may_hold_several_authorities_and_no_other_is_accepted()
    {
        using var other = new TestCertificates("other");
        using var third = new TestCertificates("third");
        string bundle = Path.Combine(_authority.Folder, "bundle.pem");
        File.WriteAllText(bundle, _authority.CaPem + "\n" + other.CaPem);
        await using FakeNode one = Node(_authority, "127.0.0.1");
        await using FakeNode two = Node(other, "127.0.0.1");
        await using FakeNode stranger = Node(third, "127.0.0.1");
        await using (AlternatorDynamoDBClient client = Client(one, tls => tls.CaFile = bundle))
            await client.DescribeTableAsync("t");
        await using (AlternatorDynamoDBClient client = Client(two, tls => tls.CaFile = bundle))
            await client.DescribeTableAsync("t");
        await using (AlternatorDynamoDBClient client = Client(stranger, tls => tls.CaFile = bundle))
            await Assert.ThrowsAsync<AlternatorUnavailableException>(() => client.DescribeTableAsync("t"));
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused()
    {
        await using FakeNode node = Node(_authority, "alternator.example");
        await using AlternatorDynamoDBClient client = Client(node, tls => tls.CaFile = _authority.CaFile);
        await Assert.ThrowsAsync<AlternatorUnavailableException>(() => client.DescribeTableAsync("t"));
    }

    [Fact]
    public async Task One_fixed_name_serves_nodes_that_are_reached_by_address()
    {
        await using FakeNode node = Node(_authority, "alternator.example");
        await using AlternatorDynamoDBClient client = Client(node, tls => (tls.CaFile, tls.ServerName) = (_authority.CaFile, "alternator.example"));
        await client.DescribeTableAsync("t");
        Assert.All(node.ServerNames, name => Assert.Equal("alternator.example", name));
        await using AlternatorDynamoDBClient wrong = Client(node, tls => (tls.CaFile, tls.ServerName) = (_authority.CaFile, "other.example"));
        await Assert.ThrowsAsync<AlternatorUnavailableException>(() => wrong.DescribeTableAsync("t"));
    }

    [Fact]
    public async Task Verification_can_be_switched_off_by_its_dangerous_name()
    {
        await using FakeNode node = Node(_authority, "whoever");
        await using AlternatorDynamoDBClient client = Client(node, tls => tls.DangerousAcceptAnyServerCertificate = true);
        await client.DescribeTableAsync("t");
        Assert.Single(node.Requests);
    }

    [Fact]
    public async Task A_client_certificate_is_shown_and_read_again_when_it_changes()
    {
        await using FakeNode node = Node(_authority, "127.0.0.1");
        (string certificateFile, string keyFile) = _authority.IssueFiles("first");
        node.Tls!.ClientCertificateRequired = true;
        node.Tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        await using AlternatorDynamoDBClient client = Client(node, tls => (tls.CaFile, tls.ClientCertificateFile, tls.ClientKeyFile) = (_authority.CaFile, certificateFile, keyFile));
        await client.DescribeTableAsync("t");
        Assert.Contains(node.ClientCertificates, certificate => certificate?.Subject == "CN=first");

        // Half a file: what was read before stays in use.
        File.WriteAllText(certificateFile, "-----BEGIN CERT");
        node.CloseConnections();
        await client.DescribeTableAsync("t");
        Assert.DoesNotContain(node.ClientCertificates, certificate => certificate is null);

        _authority.IssueFiles("second");
        node.CloseConnections();
        await client.DescribeTableAsync("t");
        Assert.Contains(node.ClientCertificates, certificate => certificate?.Subject == "CN=second");
    }

    [Fact]
    public async Task The_authorities_are_read_again_when_their_file_changes()
    {
        using var next = new TestCertificates("next");
        string file = Path.Combine(_authority.Folder, "current.pem");
        File.WriteAllText(file, _authority.CaPem);
        await using FakeNode node = Node(_authority, "127.0.0.1");
        await using AlternatorDynamoDBClient client = Client(node, tls => tls.CaFile = file);
        await client.DescribeTableAsync("t");

        node.Tls!.ServerCertificate = next.Issue("127.0.0.1");
        node.CloseConnections();
        await Assert.ThrowsAsync<AlternatorUnavailableException>(() => client.DescribeTableAsync("t"));

        File.WriteAllText(file, next.CaPem + "\n");
        await client.DescribeTableAsync("t");

        // Gone for a moment: what was read before stays in use.
        File.Delete(file);
        node.CloseConnections();
        await client.DescribeTableAsync("t");
        Assert.Equal(3, node.Requests.Count);
    }

    [Fact]
    public async Task A_further_connection_resumes_the_TLS_session_of_the_first()
    {
        var certificate = _authority.Issue("alternator.example");
        // With a context of its own the server can open its session tickets again; with a bare certificate it makes one for each connection.
        // The platform resumes sessions with names only, not with addresses.
        await using var node = new FakeNode(tls: new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true) });
        await using AlternatorDynamoDBClient client = Client(node, tls => (tls.CaFile, tls.ServerName) = (_authority.CaFile, "alternator.example"));
        for (int i = 0; i < 3; i++)
        {
            await client.DescribeTableAsync("t");
            node.CloseConnections();
        }
        long[] handshakes = [.. node.HandshakeBytes];
        Assert.Equal(3, handshakes.Length);
        // A resumed handshake sends no certificate.
        Assert.All(handshakes[1..], bytes => Assert.InRange(bytes, 1, handshakes[0] - certificate.RawData.Length));
    }

    [Fact]
    public void A_setting_that_would_have_no_effect_is_refused()
    {
        AlternatorClientConfig config = new("https://127.0.0.1:1") { Nodes = { Tls = { ClientKeyFile = "key.pem" } } };
        Assert.Contains("ClientCertificateFile", Assert.Throws<ArgumentException>(() => new AlternatorDynamoDBClient(config)).Message, StringComparison.Ordinal);
        config = new("https://127.0.0.1:1") { Nodes = { Tls = { CaFile = "ca.pem", DangerousAcceptAnyServerCertificate = true } } };
        Assert.Contains("CaFile has no effect", Assert.Throws<ArgumentException>(() => new AlternatorDynamoDBClient(config)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        await using FakeNode node = Node(_authority, "127.0.0.1");
        await using AlternatorDynamoDBClient client = Client(node, tls => tls.CaFile = "/nowhere/ca.pem");
        var exception = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => client.DescribeTableAsync("t"));
        Assert.Contains("TlsOptions.CaFile: '/nowhere/ca.pem'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_are_used_again()
    {
        await using FakeNode node = Node(_authority, "127.0.0.1");
        await using AlternatorDynamoDBClient client = Client(node, tls => tls.CaFile = _authority.CaFile);
        for (int i = 0; i < 20; i++)
            await client.PutItemAsync("t", new() { ["k"] = new("v") });
        Assert.InRange(node.Accepted, 1, 3);
    }

    private static FakeNode Node(TestCertificates authority, params string[] names) =>
        new(tls: new SslServerAuthenticationOptions { ServerCertificate = authority.Issue(names) });

    private static AlternatorDynamoDBClient Client(FakeNode node, Action<TlsOptions> tls)
    {
        var config = new AlternatorClientConfig(node.Endpoint.AbsoluteUri) { MaxErrorRetry = 1 };
        config.Nodes.Discovery.Enabled = false;
        config.Nodes.Health.Enabled = false;
        tls(config.Nodes.Tls);
        return new AlternatorDynamoDBClient(config);
    }
}
