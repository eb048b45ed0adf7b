using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Alternator.Dns;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

[Collection(Orchestrator.OneLane)]
public class DnsServerTests
{
    [DcpFact]
    public async Task A_dns_server_beside_the_emulator_answers_with_its_nodes()
    {
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        IResourceBuilder<AlternatorEmulatorResource> alternator = builder.AddAlternatorEmulator("alternator")
            .WithDnsServer(options => options.Answers = DnsAnswers.All, zone: "nodes.test")
            .WithDnsServer();
        AlternatorDnsServerResource dns = Assert.Single(builder.Resources.OfType<AlternatorDnsServerResource>());
        await using DistributedApplication application = await builder.StartAsync();

        await application.HealthyAsync("alternator-dns");
        Assert.Equal(["127.0.0.1", "127.0.0.2", "127.0.0.3"], (await AskAsync(dns.EndPoint!, "nodes.test")).Order(StringComparer.Ordinal));
        Assert.Same(alternator.Resource, dns.Alternator);
        ResourceEvent shown = await application.UntilAsync("alternator-dns", s => s.State?.Text == KnownResourceStates.Running);
        Assert.Equal($"dns://{dns.EndPoint}/nodes.test", Assert.Single(shown.Snapshot.Urls).Url);
    }

    [Fact]
    public void A_dns_server_is_never_published()
    {
        IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = ["--operation", "publish"], DisableDashboard = true });
        builder.AddAlternator("alternator").WithDnsServer();
        Assert.DoesNotContain(builder.Resources, resource => resource is AlternatorDnsServerResource);
    }

    /// <summary>Asks for A records: a header, the question, then the answers that end in an address of four bytes each.</summary>
    private static async Task<List<string>> AskAsync(IPEndPoint server, string name)
    {
        byte[] question = [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0, 0, 1, 0, 1];
        byte[] query = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. question];
        using var socket = new UdpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await socket.SendAsync(query, server, patience.Token);
        byte[] answer = (await socket.ReceiveAsync(patience.Token)).Buffer;
        int count = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6));
        return [.. Enumerable.Range(0, count).Select(i => new IPAddress(answer.AsSpan(query.Length + (i + 1) * 16 - 4, 4)).ToString())];
    }
}
