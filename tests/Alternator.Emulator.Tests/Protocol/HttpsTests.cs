using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Alternator.Emulator.Tests.Protocol;

public sealed class HttpsTests
{
    [Fact]
    public async Task A_certificate_is_made_that_names_every_node()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { HttpsPort = 0 });
        using HttpClient http = Trusting(cluster.Certificate!);
        foreach (EmulatorNode node in cluster.Nodes)
        {
            Assert.Equal("https", node.HttpsEndpoint!.Scheme);
            Assert.Equal(cluster.HttpsPort, node.HttpsEndpoint.Port);
            Assert.StartsWith("healthy", await http.GetStringAsync(node.HttpsEndpoint), StringComparison.Ordinal);
            Assert.StartsWith("healthy", await http.GetStringAsync(node.Endpoint), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_given_certificate_is_used()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=given", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using X509Certificate2 given = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 1, HttpsPort = 0, Certificate = given });
        using HttpClient http = Trusting(given);
        Assert.StartsWith("healthy", await http.GetStringAsync(cluster.Nodes[0].HttpsEndpoint), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_reach_secure_connections_too()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2, HttpsPort = 0 });
        using HttpClient http = Trusting(cluster.Certificate!);
        EmulatorNode node = cluster.Nodes[0];
        Assert.StartsWith("healthy", await http.GetStringAsync(node.HttpsEndpoint), StringComparison.Ordinal);

        node.BreakAnswers(BrokenForm.Truncated);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync(node.HttpsEndpoint));
        node.Faults = NodeFaults.None;
        node.ResetConnections(ResetPoint.MidAnswer);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync(node.HttpsEndpoint));
        node.Faults = NodeFaults.None;

        // A black hole does not even shake hands.
        node.BlackHole();
        using (var limit = new CancellationTokenSource(200))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => http.GetStringAsync(node.HttpsEndpoint, limit.Token));
        await node.ReviveAsync();
        Assert.StartsWith("healthy", await http.GetStringAsync(node.HttpsEndpoint), StringComparison.Ordinal);

        await node.StopAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync(node.HttpsEndpoint));
        Assert.StartsWith("healthy", await http.GetStringAsync(cluster.Nodes[1].HttpsEndpoint), StringComparison.Ordinal);
    }

    private static HttpClient Trusting(X509Certificate2 certificate) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { certificate },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    });
}
