using Alternator.Dns.CommandLine;
using Alternator.Dns.Tests.Support;
using Alternator.Emulator;

namespace Alternator.Dns.Tests.CommandLine;

public class ProgramTests
{
    [Fact]
    public async Task Help_names_every_option()
    {
        var output = new StringWriter();
        Assert.Equal(0, await DnsCommand.RunAsync(["--help"], output, output));

        foreach (string option in new[]
        {
            "--node", "--alternator-port", "--https", "--ca", "--certificate", "--key", "--server-name", "--insecure", "--datacenter", "--rack", "--scope",
            "--name", "--listen", "--ns-address", "--ttl", "--refresh", "--max-stale", "--answers", "--max-answers", "--forward", "--forward-timeout", "--http",
            "--udp-payload", "--queries-per-second", "--max-connections", "--max-connections-per-source", "--tcp-idle-timeout", "--tcp-message-timeout",
            "--udp-threads", "--drain-delay", "--drain-timeout", "--log-level", "--log-format",
        })
        {
            Assert.Contains(option, output.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "--node")]
    [InlineData("--node 127.0.0.1 --ttl soon", "--ttl: 'soon' is not a duration; write 300ms, 2s or 5m.")]
    [InlineData("--node 127.0.0.1 --ttl 1500ms", "--ttl is 00:00:01.5000000; it must be whole seconds")]
    [InlineData("--node 127.0.0.1 --refresh 0s", "--refresh is 00:00:00; it must be more than zero.")]
    [InlineData("--node http://h/path", "--node: 'http://h/path' is not a node; write a name or address, host:port, or http://host:port.")]
    [InlineData("--node ftp://h", "--node: 'ftp://h' is not a node")]
    [InlineData("--node a --listen here", "--listen: 'here' is not an address and port; write 127.0.0.1:5353 or [::1]:5353.")]
    [InlineData("--node a --forward here", "--forward: 'here' is not an address and port")]
    [InlineData("--node a --listen 127.0.0.1:5399 --forward 127.0.0.1:5399", "--forward has 127.0.0.1:5399, which is this server itself")]
    [InlineData("--node a --answers 2", "--answers: '2' is not 1 or all.")]
    [InlineData("--node a --max-answers 0", "--max-answers is 0; it must be from 1 to 1024.")]
    [InlineData("--node a --rack r", "--rack needs --datacenter")]
    [InlineData("--node a --scope a/b/c", "--scope: 'a/b/c' is not a scope; write DATACENTER or DATACENTER/RACK.")]
    [InlineData("--node a --name a..b", "--name: 'a..b' is not a domain name: it has an empty label")]
    [InlineData("--node a --udp-payload 100", "--udp-payload is 100; it must be from 512 to 4096.")]
    [InlineData("--node a --ca /nowhere.pem", "--ca: there is no file /nowhere.pem.")]
    [InlineData("--node a --ca /etc/hostname", "--ca is for HTTPS, and no node speaks it: add --https, or name the nodes as https://host:port.")]
    [InlineData("--node http://a:1 --https --insecure", "--insecure is for HTTPS, and no node speaks it")]
    [InlineData("--node a --alternator-port 99999", "--alternator-port is 99999; it must be from 1 to 65535.")]
    [InlineData("--node a --alternator-port many", "--alternator-port: 'many' is not a whole number.")]
    [InlineData("--node a --udp-threads 0", "--udp-threads is 0; it must be from 1 to 64.")]
    [InlineData("--node a --queries-per-second -1", "--queries-per-second is -1; it must be zero (no limit) or more.")]
    [InlineData("--node a --max-stale 0", "--max-stale is 00:00:00; it must be more than zero.")]
    [InlineData("--node a --log-format xml", "--log-format: 'xml' is none of Text, Json.")]
    [InlineData("--node a --log-level loud", "--log-level: 'loud' is none of Trace, Debug, Information, Warning, Error, Critical, None.")]
    [InlineData("--node a --colour red", "--colour")]
    [InlineData("--node a --listen 192.0.2.1:5399", "DNS can't be served at 192.0.2.1:5399")]
    public async Task A_bad_option_is_explained(string arguments, string explanation)
    {
        var error = new StringWriter();

        Assert.Equal(1, await DnsCommand.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), new StringWriter(), error));
        Assert.Contains(explanation, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_reaches_the_server()
    {
        AlternatorDnsOptions options = Read(
            "--node n1 --node n2:1 --node [::1] --node ::1 --node http://n3:2 --alternator-port 9000 --https --server-name s --insecure --datacenter d --rack r "
            + "--scope d2 --scope d2/r2 --name a.test --name b.test --listen 127.0.0.2:1 --listen [::1]:2 --listen 3 --ns-address 192.0.2.1 --ttl 7 --refresh 300ms --max-stale 2m "
            + "--answers all --max-answers 5 --forward 192.0.2.2 --forward 192.0.2.3:54 --forward-timeout 1.5s --http 127.0.0.1:8 --udp-payload 600 --queries-per-second 6 "
            + "--max-connections 7 --max-connections-per-source 8 --tcp-idle-timeout 9s --tcp-message-timeout 10s --udp-threads 2 --drain-delay 11s --drain-timeout 1h");

        Assert.Equal(
            ["https://n1:9000/", "https://n2:1/", "https://[::1]:9000/", "https://[::1]:9000/", "http://n3:2/"], options.Endpoints.Select(uri => uri.ToString()));
        Assert.Equal(("rack d/r", "s", true), (options.Scope.Name, options.Tls.ServerName, options.Tls.DangerousAcceptAnyServerCertificate));
        Assert.Equal(["datacenter d2", "rack d2/r2"], options.NamedScopes.Select(scope => scope.Name));
        Assert.Equal(["a.test", "b.test"], options.Names);
        Assert.Equal(["127.0.0.2:1", "[::1]:2", "127.0.0.1:3"], options.Listen.Select(endPoint => endPoint.ToString()));
        Assert.Equal("192.0.2.1", Assert.Single(options.NameServerAddresses).ToString());
        Assert.Equal(
            (TimeSpan.FromSeconds(7), TimeSpan.FromMilliseconds(300), TimeSpan.FromMinutes(2), DnsAnswers.All, 5),
            (options.Ttl, options.Refresh, options.MaxStale, options.Answers, options.MaxAnswers));
        Assert.Equal(["192.0.2.2:53", "192.0.2.3:54"], options.Forward.Select(endPoint => endPoint.ToString()));
        Assert.Equal((TimeSpan.FromSeconds(1.5), "127.0.0.1:8", 600, 6, 7, 8), (
            options.ForwardTimeout, options.Http!.ToString(), options.UdpPayload, options.QueriesPerSecond, options.MaxConnections, options.MaxConnectionsPerSource));
        Assert.Equal(
            (TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(11), TimeSpan.FromHours(1)),
            (options.TcpIdleTimeout, options.TcpMessageTimeout, options.UdpThreads, options.DrainDelay, options.DrainTimeout));
    }

    [Fact]
    public void The_defaults_are_those_of_the_library_and_the_name_and_port_of_the_manual()
    {
        AlternatorDnsOptions options = Read("--node 127.0.0.1"), defaults = new();

        Assert.Equal("http://127.0.0.1:8000/", Assert.Single(options.Endpoints).ToString());
        Assert.Equal("alternator.local", Assert.Single(options.Names));
        Assert.Equal("127.0.0.1:5353", Assert.Single(options.Listen).ToString());
        Assert.Null(options.Http);
        Assert.Empty(options.Forward);
        Assert.Equal(TimeSpan.FromSeconds(4), options.Ttl);
        Assert.Equal(
            (defaults.Refresh, defaults.MaxStale, defaults.Answers, defaults.MaxAnswers, defaults.UdpPayload, defaults.QueriesPerSecond, defaults.MaxConnections),
            (options.Refresh, options.MaxStale, options.Answers, options.MaxAnswers, options.UdpPayload, options.QueriesPerSecond, options.MaxConnections));
    }

    [Fact]
    public async Task The_program_serves_says_where_and_ends_cleanly()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync();
        var output = new StringWriter();
        using var stop = new CancellationTokenSource();
        Task<int> program = DnsCommand.RunAsync(
            ["--node", "127.0.0.1", "--alternator-port", $"{cluster.Port}", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--log-level", "None"],
            TextWriter.Synchronized(output), TextWriter.Null, stop.Token);
        await LiveServer.UntilAsync(() => Task.FromResult(output.ToString().Contains("DNS at ", StringComparison.Ordinal) || program.IsCompleted), "it says where it is");

        string endPoint = output.ToString().Split("DNS at ")[1].Split(',')[0];
        var response = new TestResponse(await LiveServer.AskUdpAsync(System.Net.IPEndPoint.Parse(endPoint), TestQuery.Build("alternator.local")));
        Assert.StartsWith("127.0.0.", Assert.Single(response.Answers).Text, StringComparison.Ordinal);

        await stop.CancelAsync();
        Assert.Equal(0, await program.WaitAsync(LiveServer.Patience));
    }

    private static AlternatorDnsOptions Read(string arguments)
    {
        var definitions = new DnsArguments();
        var command = new System.CommandLine.RootCommand();
        foreach (System.CommandLine.Option option in definitions.All)
            command.Options.Add(option);
        System.CommandLine.ParseResult parsed = command.Parse(arguments.Split(' '));
        Assert.Empty(parsed.Errors);
        return definitions.Read(parsed);
    }
}
