using System.Security.Cryptography.X509Certificates;
using Alternator.Dns.Tests.Support;
using Alternator.Emulator;

namespace Alternator.Dns.Tests.Cluster;

public class HttpsTests
{
    [Fact]
    public async Task Nodes_that_speak_https_are_found_with_their_authority_and_not_without_it()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { HttpsPort = 0 });
        string authority = Path.GetTempFileName();
        await File.WriteAllTextAsync(authority, cluster.Certificate!.ExportCertificatePem());
        try
        {
            await using LiveServer trusting = await StartAsync(cluster, authority);
            await LiveServer.UntilAsync(async () => (await trusting.AskAsync("alternator.local", ednsSize: 1232)).Answers.Count == 3, "the nodes are found");
            Assert.Equal(3, (await trusting.AskAsync("_https._tcp.alternator.local", 33, 1232)).Answers.Count);

            await using LiveServer wary = await StartAsync(cluster, authority: null);
            TestResponse response = await wary.AskAsync("alternator.local", ednsSize: 1232);
            Assert.Equal(3, response.ExtendedError);
            Assert.Single(response.Answers);
        }
        finally
        {
            File.Delete(authority);
        }
    }

    private static Task<LiveServer> StartAsync(EmulatorCluster cluster, string? authority) => LiveServer.StartAsync(options =>
    {
        options.Endpoints.Add(cluster.Nodes[0].HttpsEndpoint!);
        options.Answers = DnsAnswers.All;
        options.Tls.CaFile = authority;
    });
}
