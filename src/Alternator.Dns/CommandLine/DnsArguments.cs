using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Alternator.Client;
using Microsoft.Extensions.Logging;

namespace Alternator.Dns.CommandLine;

/// <summary>How log messages are written.</summary>
internal enum LogFormat
{
    /// <summary>One line for a person.</summary>
    Text,

    /// <summary>One JSON object per line, with the message's values as fields.</summary>
    Json,
}

/// <summary>The program's options, nearly one for each property of <see cref="AlternatorDnsOptions"/>.</summary>
internal sealed class DnsArguments
{
    private const int DnsPort = 53, ListenPort = 5353, HttpPort = 9153;

    private static readonly AlternatorDnsOptions Defaults = new();

    private readonly Option<string[]> _node = new("--node", "-n") { Description = "A node of the cluster by name or address, HOST, HOST:PORT or a URI; repeat for several", Required = true, HelpName = "host" };
    private readonly Option<int> _alternatorPort = Number("--alternator-port", "Port of nodes that are given without one", 8000, "port", "-p");
    private readonly Option<bool> _https = new("--https") { Description = "Nodes that are given without a scheme speak HTTPS" };
    private readonly Option<FileInfo?> _ca = new("--ca") { Description = "PEM file with the only certificate authorities to trust", HelpName = "file" };
    private readonly Option<FileInfo?> _certificate = new("--certificate") { Description = "PEM file with a client certificate towards the nodes", HelpName = "file" };
    private readonly Option<FileInfo?> _key = new("--key") { Description = "PEM file with its key, if that is not in the same file", HelpName = "file" };
    private readonly Option<string?> _serverName = new("--server-name") { Description = "Name that every node's certificate is for", HelpName = "name" };
    private readonly Option<bool> _insecure = new("--insecure") { Description = "Accept any certificate: for throw-away clusters only" };
    private readonly Option<string?> _datacenter = new("--datacenter") { Description = "Show only the nodes of this datacenter", HelpName = "name" };
    private readonly Option<string?> _rack = new("--rack") { Description = "Show only the nodes of this rack of --datacenter", HelpName = "name" };
    private readonly Option<RoutingScope[]> _scope = new("--scope") { Description = "Give a datacenter or rack a name below the zone: dc1. or rack1.dc1.; repeat for several", CustomParser = Many(Texts.Scope), HelpName = "dc[/rack]" };

    private readonly Option<string[]> _name = new("--name") { Description = "Zone to serve; repeat for several", DefaultValueFactory = _ => ["alternator.local"], HelpName = "name" };
    private readonly Option<IPEndPoint[]> _listen = new("--listen", "-l") { Description = "Where to serve, UDP and TCP; repeat for several", DefaultValueFactory = _ => [new IPEndPoint(IPAddress.Loopback, ListenPort)], CustomParser = Many(text => Texts.EndPoint(text, ListenPort)), HelpName = "address:port" };
    private readonly Option<IPAddress[]> _nsAddress = new("--ns-address") { Description = "This server's address as its clients see it, for the zone's name server record", CustomParser = Many(Address), HelpName = "address" };
    private readonly Option<TimeSpan?> _ttl = Time("--ttl", "How long an answer may be kept", Defaults.Ttl);
    private readonly Option<TimeSpan?> _refresh = Time("--refresh", "Time between two refreshes and between two probes of each node", Defaults.Refresh);
    private readonly Option<TimeSpan?> _maxStale = Time("--max-stale", "How long the last known nodes are served while none is reachable; then SERVFAIL", Defaults.MaxStale);
    private readonly Option<DnsAnswers?> _answers = new("--answers") { Description = "Nodes in an answer: 1 (at random) or all (rotated) [default: 1]", CustomParser = result => One(Texts.Answers)(result), HelpName = "1|all" };
    private readonly Option<int> _maxAnswers = Number("--max-answers", "Most nodes in one answer", Defaults.MaxAnswers, "count");
    private readonly Option<IPEndPoint[]> _forward = new("--forward") { Description = "Server for all other names; without it they are refused; repeat for several, asked in order", CustomParser = Many(text => Texts.EndPoint(text, DnsPort)), HelpName = "address[:port]" };
    private readonly Option<TimeSpan?> _forwardTimeout = Time("--forward-timeout", "How long each of them may take", Defaults.ForwardTimeout);

    private readonly Option<IPEndPoint?> _http = new("--http") { Description = "Serve /metrics, /health and /alive over HTTP here", CustomParser = result => One(text => Texts.EndPoint(text, HttpPort))(result), HelpName = "address:port" };
    private readonly Option<int> _udpPayload = Number("--udp-payload", "Most bytes in a UDP response", Defaults.UdpPayload, "bytes");
    private readonly Option<int> _queriesPerSecond = Number("--queries-per-second", "Limit for each source address, over UDP and over TCP; 0 for none", Defaults.QueriesPerSecond, "count");
    private readonly Option<int> _maxConnections = Number("--max-connections", "TCP connections at the same time", Defaults.MaxConnections, "count");
    private readonly Option<int> _maxConnectionsPerSource = Number("--max-connections-per-source", "TCP connections of one source at the same time", Defaults.MaxConnectionsPerSource, "count");
    private readonly Option<TimeSpan?> _tcpIdleTimeout = Time("--tcp-idle-timeout", "How long a connection may wait for its next query", Defaults.TcpIdleTimeout);
    private readonly Option<TimeSpan?> _tcpMessageTimeout = Time("--tcp-message-timeout", "How long a client may take to send a query or take an answer", Defaults.TcpMessageTimeout);
    private readonly Option<int> _udpThreads = Number("--udp-threads", "Threads for each UDP socket", Defaults.UdpThreads, "count");
    private readonly Option<TimeSpan?> _drainDelay = Time("--drain-delay", "How long to go on answering after a signal, with /health at 503", Defaults.DrainDelay);
    private readonly Option<TimeSpan?> _drainTimeout = Time("--drain-timeout", "How long to wait for queries that are under way", Defaults.DrainTimeout);

    public Option<LogLevel> LogLevel { get; } = new("--log-level") { Description = "Trace, Debug, Information, Warning, Error or None", DefaultValueFactory = _ => Microsoft.Extensions.Logging.LogLevel.Information, CustomParser = result => One(Texts.Named<LogLevel>)(result) };

    public Option<LogFormat> LogFormat { get; } = new("--log-format") { Description = "Text or Json (one object per line)", DefaultValueFactory = _ => CommandLine.LogFormat.Text, CustomParser = result => One(Texts.Named<LogFormat>)(result) };

    public IEnumerable<Option> All =>
    [
        _node, _alternatorPort, _https, _ca, _certificate, _key, _serverName, _insecure, _datacenter, _rack, _scope,
        _name, _listen, _nsAddress, _ttl, _refresh, _maxStale, _answers, _maxAnswers, _forward, _forwardTimeout,
        _http, _udpPayload, _queriesPerSecond, _maxConnections, _maxConnectionsPerSource, _tcpIdleTimeout, _tcpMessageTimeout, _udpThreads,
        _drainDelay, _drainTimeout, LogLevel, LogFormat,
    ];

    /// <exception cref="FormatException">An option can't be read; the message names it.</exception>
    public AlternatorDnsOptions Read(ParseResult parsed)
    {
        string? datacenter = parsed.GetValue(_datacenter), rack = parsed.GetValue(_rack);
        var options = new AlternatorDnsOptions
        {
            Scope = (datacenter, rack) switch
            {
                (null, null) => RoutingScope.Cluster,
                (null, _) => throw new FormatException("--rack needs --datacenter: a rack's name means nothing without its datacenter."),
                (_, null) => RoutingScope.Datacenter(datacenter),
                _ => RoutingScope.Rack(datacenter, rack),
            },
            Ttl = parsed.GetValue(_ttl) ?? Defaults.Ttl,
            Refresh = parsed.GetValue(_refresh) ?? Defaults.Refresh,
            MaxStale = parsed.GetValue(_maxStale) ?? Defaults.MaxStale,
            Answers = parsed.GetValue(_answers) ?? Defaults.Answers,
            MaxAnswers = parsed.GetValue(_maxAnswers),
            ForwardTimeout = parsed.GetValue(_forwardTimeout) ?? Defaults.ForwardTimeout,
            Http = parsed.GetValue(_http),
            UdpPayload = parsed.GetValue(_udpPayload),
            QueriesPerSecond = parsed.GetValue(_queriesPerSecond),
            MaxConnections = parsed.GetValue(_maxConnections),
            MaxConnectionsPerSource = parsed.GetValue(_maxConnectionsPerSource),
            TcpIdleTimeout = parsed.GetValue(_tcpIdleTimeout) ?? Defaults.TcpIdleTimeout,
            TcpMessageTimeout = parsed.GetValue(_tcpMessageTimeout) ?? Defaults.TcpMessageTimeout,
            UdpThreads = parsed.GetValue(_udpThreads),
            DrainDelay = parsed.GetValue(_drainDelay) ?? Defaults.DrainDelay,
            DrainTimeout = parsed.GetValue(_drainTimeout) ?? Defaults.DrainTimeout,
            Tls =
            {
                CaFile = Existing("--ca", parsed.GetValue(_ca)),
                ClientCertificateFile = Existing("--certificate", parsed.GetValue(_certificate)),
                ClientKeyFile = Existing("--key", parsed.GetValue(_key)),
                ServerName = parsed.GetValue(_serverName),
                DangerousAcceptAnyServerCertificate = parsed.GetValue(_insecure),
            },
        };
        int port = parsed.GetValue(_alternatorPort);
        if (port is < 1 or > 65535)
            throw new FormatException($"{_alternatorPort.Name} is {port}; it must be from 1 to 65535.");
        foreach (string node in parsed.GetValue(_node) ?? [])
            options.Endpoints.Add(Named("--node", node, text => Texts.Node(text, parsed.GetValue(_https) ? "https" : "http", port)));
        Option[] tls = [_ca, _certificate, _key, _serverName, _insecure];
        if (tls.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } idle && options.Endpoints.All(endpoint => endpoint.Scheme == "http"))
            throw new FormatException($"{idle.Name} is for HTTPS, and no node speaks it: add --https, or name the nodes as https://host:port.");
        Add(options.NamedScopes, parsed.GetValue(_scope));
        Add(options.Names, parsed.GetValue(_name));
        Add(options.Listen, parsed.GetValue(_listen));
        Add(options.NameServerAddresses, parsed.GetValue(_nsAddress));
        Add(options.Forward, parsed.GetValue(_forward));
        return options;
    }

    /// <summary>The option that sets a property of <see cref="AlternatorDnsOptions"/>.</summary>
    public static string NameOf(string property) => property switch
    {
        nameof(AlternatorDnsOptions.Endpoints) => "--node",
        nameof(AlternatorDnsOptions.Names) => "--name",
        nameof(AlternatorDnsOptions.NamedScopes) => "--scope",
        nameof(AlternatorDnsOptions.NameServerAddresses) => "--ns-address",
        _ => "--" + string.Concat(property.Select((c, i) => char.IsUpper(c) && i > 0 ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString())),
    };

    private static void Add<T>(IList<T> list, T[]? values)
    {
        foreach (T value in values ?? [])
            list.Add(value);
    }

    private static Option<TimeSpan?> Time(string name, string description, TimeSpan standard) => new(name)
    {
        Description = $"{description} [default: {(standard.TotalMinutes >= 1 ? $"{standard.TotalMinutes}m" : $"{standard.TotalSeconds}s")}]",
        CustomParser = result => One(Texts.Duration)(result),
        HelpName = "time",
    };

    private static Option<int> Number(string name, string description, int standard, string helpName, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = result => One(Texts.Number)(result),
        HelpName = helpName,
    };

    private static string? Existing(string option, FileInfo? file) => file switch
    {
        null => null,
        { Exists: true } => file.FullName,
        _ => throw new FormatException($"{option}: there is no file {file.FullName}."),
    };

    private static IPAddress Address(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) ? address : throw new FormatException("is not an IP address");

    private static T Named<T>(string option, string text, Func<string, T> read)
    {
        try
        {
            return read(text);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"{option}: '{text}' {exception.Message}.", exception);
        }
    }

    private static Func<ArgumentResult, T?> One<T>(Func<string, T> read) => result => Many(read)(result) is [var value] ? value : default;

    private static Func<ArgumentResult, T[]> Many<T>(Func<string, T> read) => result =>
    {
        var values = new List<T>();
        foreach (Token token in result.Tokens)
        {
            try
            {
                values.Add(read(token.Value));
            }
            catch (FormatException exception)
            {
                string option = result.Parent is OptionResult parent ? parent.Option.Name : "option";
                result.AddError($"{option}: '{token.Value}' {exception.Message}.");
            }
        }

        return [.. values];
    };
}
