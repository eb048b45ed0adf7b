using Alternator.Client;
using Alternator.Dns.Tests.Support;
using Alternator.Emulator;

namespace Alternator.Dns.Tests.Cluster;

/// <summary>The server against an emulated cluster that itself takes an hour to notice a dead node.</summary>
public class FollowingTests
{
    private static EmulatorOptions Slow => new() { NoticeDelay = TimeSpan.FromHours(1) };

    [Fact]
    public async Task A_stopped_node_leaves_the_answers_because_probing_sees_it_and_comes_back_when_it_is_started()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(Slow);
        await using LiveServer server = await StartAsync(cluster);
        await ShowsAsync(server, "127.0.0.1 127.0.0.2 127.0.0.3");

        await cluster.Nodes[1].StopAsync();
        await ShowsAsync(server, "127.0.0.1 127.0.0.3");

        await cluster.Nodes[1].StartAsync();
        await ShowsAsync(server, "127.0.0.1 127.0.0.2 127.0.0.3");
    }

    [Fact]
    public async Task A_node_that_accepts_and_never_answers_leaves_the_answers_too()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(Slow);
        await using LiveServer server = await StartAsync(cluster);

        cluster.Nodes[2].BlackHole();
        await ShowsAsync(server, "127.0.0.1 127.0.0.2");
    }

    [Fact]
    public async Task A_new_node_enters_the_answers()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        await using LiveServer server = await StartAsync(cluster);

        await cluster.AddNodeAsync();
        await ShowsAsync(server, "127.0.0.1 127.0.0.2");
    }

    [Fact]
    public async Task When_nothing_is_reachable_the_last_known_good_is_served_and_then_servfail_and_then_the_nodes_again()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(Slow);
        await using LiveServer server = await StartAsync(cluster, options => options.MaxStale = TimeSpan.FromSeconds(3));
        Task stopped = Task.WhenAll(cluster.Nodes.Select(node => node.StopAsync()));

        bool stale = false;
        await LiveServer.UntilAsync(
            async () =>
            {
                TestResponse response = await server.AskAsync("alternator.local", ednsSize: 1232);
                Assert.True(response.Code == 2 || response.Answers.Count > 0, "an empty answer");
                stale |= response.ExtendedError == 3 && response.Answers.Count > 0;
                return response.Code == 2;
            },
            "the list has expired");
        Assert.True(stale, "the last known good was never served");

        await stopped;
        await cluster.ReviveAllAsync();
        await LiveServer.UntilAsync(async () => (await server.AskAsync("alternator.local")).Code == 0, "the nodes are served again");
    }

    [Fact]
    public async Task A_scope_has_a_name_with_its_own_nodes()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(
            new EmulatorOptions { Datacenters = [new("dc1", 2, "rack1", "rack2"), new("dc2", 1, "rack1")] });
        await using LiveServer server = await LiveServer.StartAsync(options =>
        {
            options.Endpoints.Add(cluster.Nodes[0].Endpoint);
            options.Answers = DnsAnswers.All;
            options.Scope = RoutingScope.Datacenter("dc1");
            options.NamedScopes.Add(RoutingScope.Rack("dc1", "rack2"));
            options.NamedScopes.Add(RoutingScope.Datacenter("dc2"));
            options.NamedScopes.Add(RoutingScope.Datacenter("nowhere"));
        });

        await ShowsAsync(server, "127.0.0.1 127.0.0.2");
        await ShowsAsync(server, "127.0.0.1 127.0.0.2", "dc1.alternator.local");
        await ShowsAsync(server, "127.0.0.2", "rack2.dc1.alternator.local");
        await ShowsAsync(server, "127.0.0.3", "dc2.alternator.local");
        Assert.Equal(2, (await server.AskAsync("nowhere.alternator.local")).Code);
        Assert.Equal(3, (await server.AskAsync("dc3.alternator.local")).Code);
    }

    [Fact]
    public async Task Datacenters_and_racks_have_names_without_being_asked_for()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        await using LiveServer server = await StartAsync(cluster);

        await ShowsAsync(server, "127.0.0.2", "rack2.dc1.alternator.local");
        await ShowsAsync(server, "127.0.0.1 127.0.0.2 127.0.0.3", "dc1.alternator.local");
    }

    [Fact]
    public async Task Where_permissions_are_enforced_the_names_of_racks_need_credentials_and_the_nodes_do_not()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { EnforceAuthorization = true });
        await using LiveServer nobody = await StartAsync(cluster);
        await using LiveServer somebody = await StartAsync(cluster, options =>
            options.Credentials = new Amazon.Runtime.BasicAWSCredentials(EmulatorOptions.DefaultAccessKey, EmulatorOptions.DefaultSecretKey));

        await ShowsAsync(somebody, "127.0.0.2", "rack2.dc1.alternator.local");
        await ShowsAsync(nobody, "127.0.0.1 127.0.0.2 127.0.0.3");
        Assert.Equal(3, (await nobody.AskAsync("rack2.dc1.alternator.local")).Code);
    }

    [Fact]
    public async Task A_strict_scope_serves_no_seed_outside_it()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        await using LiveServer server = await StartAsync(cluster, options => options.Scope = RoutingScope.Datacenter("nowhere"));

        Assert.Equal(2, (await server.AskAsync("alternator.local")).Code);
    }

    [Fact]
    public async Task Nodes_that_somebody_else_finds_are_served_and_left_running()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        await using var nodes = new AlternatorNodes("http", cluster.Port, "127.0.0.1");
        await nodes.StartAsync();
        await nodes.RefreshAsync();
        var options = new AlternatorDnsOptions { Answers = DnsAnswers.All, Refresh = TimeSpan.FromMilliseconds(250) };
        options.Listen.Add(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));

        var server = new AlternatorDnsServer(options, nodes);
        await using (server)
        {
            await server.StartAsync();
            byte[]? answer = await LiveServer.AskUdpAsync(server.Endpoints[0], TestQuery.Build("alternator.local"));
            Assert.Equal(3, new TestResponse(answer).Answers.Count);
        }

        await nodes.RefreshAsync();
        Assert.Null(nodes.Status.LastError);
    }

    [Fact]
    public async Task Nodes_on_one_address_are_told_apart_by_their_services()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        await using LiveServer server = await LiveServer.StartAsync(options =>
        {
            foreach (EmulatorNode node in cluster.Nodes)
                options.Endpoints.Add(new Uri($"http://localhost:{node.Endpoint.Port}"));
        });

        await LiveServer.UntilAsync(async () => (await server.AskAsync("alternator.local", 33, 1232)).Answers.Count > 0, "services are there");
        Assert.EndsWith(".alternator.local", (await server.AskAsync("alternator.local", 33, 1232)).Answers[0].Text, StringComparison.Ordinal);
    }

    private static Task<LiveServer> StartAsync(EmulatorCluster cluster, Action<AlternatorDnsOptions>? configure = null) => LiveServer.StartAsync(options =>
    {
        options.Endpoints.Add(cluster.Nodes[0].Endpoint);
        options.Answers = DnsAnswers.All;
        options.Refresh = LiveServer.QuickRefresh;
        configure?.Invoke(options);
    });

    private static Task ShowsAsync(LiveServer server, string nodes, string name = "alternator.local") => LiveServer.UntilAsync(
        async () => string.Join(' ', (await server.AskAsync(name, ednsSize: 1232)).Texts.Order(StringComparer.Ordinal)) == nodes, $"{name} shows {nodes}");
}
