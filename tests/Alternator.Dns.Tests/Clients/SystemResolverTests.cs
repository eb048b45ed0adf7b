using Alternator.Dns.Tests.Support;
using Alternator.Emulator;

namespace Alternator.Dns.Tests.Clients;

/// <summary>Programs that know nothing of Alternator's nodes, only a name.</summary>
public class SystemResolverTests
{
    private const string Name = "alternator.test";

    /// <summary>A client per request, as in short scripts: a client that lives on keeps its connections, whatever a name leads to.</summary>
    private const string Boto3 = """
        import sys, boto3, botocore.config
        session = boto3.session.Session()
        def client():
            return session.client('dynamodb', endpoint_url=sys.argv[1], region_name='us-east-1',
                aws_access_key_id='alternator', aws_secret_access_key='secret',
                config=botocore.config.Config(retries={'max_attempts': 0}, connect_timeout=10, read_timeout=20))
        if sys.argv[2] == 'create':
            client().create_table(TableName='table', BillingMode='PAY_PER_REQUEST',
                AttributeDefinitions=[{'AttributeName': 'k', 'AttributeType': 'S'}], KeySchema=[{'AttributeName': 'k', 'KeyType': 'HASH'}])
        for i in range(int(sys.argv[3])):
            client().put_item(TableName='table', Item={'k': {'S': str(i)}, 'v': {'N': str(i)}})
            assert client().get_item(TableName='table', Key={'k': {'S': str(i)}})['Item']['v'] == {'N': str(i)}
        print('done')
        """;

    [SystemResolverFact("getent")]
    public async Task The_system_resolver_follows_the_nodes_over_udp_and_over_tcp()
    {
        await using EmulatorCluster cluster = await StartClusterAsync();
        await using LiveServer server = await SystemResolver.StartServerAsync(options => Configure(options, cluster, DnsAnswers.All));
        using var udp = new SystemResolver(server.EndPoint.Address);
        using var tcp = new SystemResolver(server.EndPoint.Address, overTcp: true);

        await LiveServer.UntilAsync(async () => await LookUpAsync(udp) == "127.0.0.1 127.0.0.2 127.0.0.3", "all nodes over UDP");
        await LiveServer.UntilAsync(async () => await LookUpAsync(tcp) == "127.0.0.1 127.0.0.2 127.0.0.3", "all nodes over TCP");
        Assert.NotEqual(0, (await udp.RunAsync("getent", "ahosts", "nobody." + Name)).Code);

        await cluster.Nodes[0].StopAsync();
        await LiveServer.UntilAsync(async () => await LookUpAsync(udp) == "127.0.0.2 127.0.0.3", "the stopped node is gone");
        await cluster.Nodes[0].StartAsync();
        await LiveServer.UntilAsync(async () => await LookUpAsync(udp) == "127.0.0.1 127.0.0.2 127.0.0.3", "the node is back");
    }

    [SystemResolverFact("getent curl ipv6")]
    public async Task The_system_resolver_gets_the_nodes_of_both_families_for_one_name_and_follows_them()
    {
        string[] nodes = ["::1", "127.0.1.1"];
        await using var v6 = new ListedNode("::1", 0, nodes);
        await using var v4 = new ListedNode("127.0.1.1", v6.Port, nodes);
        await using LiveServer server = await SystemResolver.StartServerAsync(options =>
        {
            options.Names.Add(Name);
            options.Endpoints.Add(new Uri($"http://127.0.1.1:{v6.Port}"));
        });
        using var resolver = new SystemResolver(server.EndPoint.Address);

        await LiveServer.UntilAsync(async () => await LookUpAsync(resolver, "ahosts") == "127.0.1.1 ::1", "both nodes are there");
        Assert.Equal("::1", await LookUpAsync(resolver, "ahostsv6"));
        Assert.Equal("127.0.1.1", await LookUpAsync(resolver, "ahostsv4"));
        Assert.Equal("::1", await CurlAsync(resolver, v6.Port, "--ipv6"));
        Assert.Equal("127.0.1.1", await CurlAsync(resolver, v6.Port, "--ipv4"));

        await v6.DisposeAsync();
        await LiveServer.UntilAsync(async () => await LookUpAsync(resolver, "ahosts") == "127.0.1.1", "the IPv6 node is gone");
        await using var again = new ListedNode("::1", v4.Port, nodes);
        await LiveServer.UntilAsync(async () => await LookUpAsync(resolver, "ahosts") == "127.0.1.1 ::1", "the IPv6 node is back");
    }

    [SystemResolverFact("getent ipv6")]
    public async Task The_system_resolver_asks_a_server_on_an_ipv6_address_over_udp_and_over_tcp()
    {
        await using LiveServer server = await SystemResolver.StartServerAsync(
            options =>
            {
                options.Names.Add(Name);
                options.Endpoints.Add(new Uri("http://[fd00::1]:9"));
            },
            overV6: true);
        using var udp = new SystemResolver(server.EndPoint.Address);
        using var tcp = new SystemResolver(server.EndPoint.Address, overTcp: true);

        Assert.Equal("fd00::1", await LookUpAsync(udp, "ahostsv6"));
        Assert.Equal("fd00::1", await LookUpAsync(tcp, "ahostsv6"));
    }

    [SystemResolverFact("curl")]
    public async Task Curl_through_the_name_reaches_every_node_and_never_one_that_has_left_the_answers()
    {
        await using EmulatorCluster cluster = await StartClusterAsync();
        await using LiveServer server = await SystemResolver.StartServerAsync(options => Configure(options, cluster, DnsAnswers.One));
        await server.HasNodesAsync(3, Name);
        using var resolver = new SystemResolver(server.EndPoint.Address);
        var seen = new HashSet<string>();
        await LiveServer.UntilAsync(
            async () =>
            {
                seen.Add(await CurlAsync(resolver, cluster.Port));
                return seen.Count == 3;
            },
            "every node has been reached");

        await cluster.Nodes[1].StopAsync();
        await LiveServer.UntilAsync(async () => !await HasAsync(server, "127.0.0.2"), "the stopped node is gone");
        for (int i = 0; i < 15; i++)
            Assert.Contains(await CurlAsync(resolver, cluster.Port), new[] { "127.0.0.1", "127.0.0.3" });
    }

    [SystemResolverFact("boto3")]
    public async Task Boto3_through_the_name_spreads_over_the_nodes_and_follows_a_stop()
    {
        await using EmulatorCluster cluster = await StartClusterAsync();
        await using LiveServer server = await SystemResolver.StartServerAsync(options => Configure(options, cluster, DnsAnswers.One));
        await server.HasNodesAsync(3, Name);
        using var resolver = new SystemResolver(server.EndPoint.Address);

        await Boto3Async(resolver, cluster.Port, "create", 15);
        Assert.All(cluster.Nodes, node => Assert.True(node.RequestCount > 0, $"{node} was never asked"));

        await cluster.Nodes[2].StopAsync();
        await LiveServer.UntilAsync(async () => !await HasAsync(server, "127.0.0.3"), "the stopped node is gone");
        await Boto3Async(resolver, cluster.Port, "use", 10);
    }

    private static Task<EmulatorCluster> StartClusterAsync() => EmulatorCluster.StartAsync(new EmulatorOptions { NoticeDelay = TimeSpan.FromHours(1) });

    private static void Configure(AlternatorDnsOptions options, EmulatorCluster cluster, DnsAnswers answers)
    {
        options.Names.Add(Name);
        options.Answers = answers;
        options.Endpoints.Add(cluster.Nodes[0].Endpoint);
    }

    private static async Task<string> LookUpAsync(SystemResolver resolver, string database = "ahostsv4")
    {
        (int code, string output, string error) = await resolver.RunAsync("getent", database, Name);
        Assert.True(code == 0, $"getent: {error}");
        return string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    private static async Task<string> CurlAsync(SystemResolver resolver, int port, params string[] options)
    {
        (int code, string output, string error) = await resolver.RunAsync(
            "curl", ["--silent", "--show-error", "--fail", "--max-time", "20", "--write-out", "%{remote_ip}", "--output", "/dev/null", .. options, $"http://{Name}:{port}/localnodes"]);
        Assert.True(code == 0, $"curl: {error}");
        return output;
    }

    private static async Task Boto3Async(SystemResolver resolver, int port, string mode, int count)
    {
        (int code, string output, string error) = await resolver.RunAsync(Commands.PythonWithBoto3!, "-c", Boto3, $"http://{Name}:{port}", mode, $"{count}");
        Assert.True(code == 0 && output == "done\n", $"boto3: {output}{error}");
    }

    /// <summary>SRV names every node, whatever the mode is.</summary>
    private static async Task<bool> HasAsync(LiveServer server, string address) =>
        (await server.AskAsync("_alternator._tcp." + Name, 33, 1232)).Additionals.Any(record => record.Text == address);
}
