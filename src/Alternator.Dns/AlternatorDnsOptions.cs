using System.Net;
using Alternator.Client;

namespace Alternator.Dns;

/// <summary>What <see cref="AlternatorDnsServer"/> serves, where, and within which limits.</summary>
public sealed class AlternatorDnsOptions
{
    /// <summary>
    /// Nodes to begin with, as <c>http://host:port</c> or <c>https://host:port</c>; the rest of the cluster is found from them.
    /// Not used by a server that is given its <see cref="AlternatorNodes"/>.
    /// </summary>
    public IList<Uri> Endpoints { get; } = [];

    /// <summary>The nodes that the zone's own name shows. Default: the cluster. Not used by a server that is given its <see cref="AlternatorNodes"/>.</summary>
    public RoutingScope Scope { get; set; } = RoutingScope.Cluster;

    /// <summary>
    /// Datacenters and racks that have a name of their own below the zone's, <c>dc1.</c> and <c>rack1.dc1.</c>, each discovered and probed by itself.
    /// Not needed for those of <see cref="Scope"/>, nor for those that the nodes say they are in, unless permissions keep them from being asked.
    /// </summary>
    public IList<RoutingScope> NamedScopes { get; } = [];

    /// <summary>
    /// Who the server is to the nodes. Only needed where permissions are enforced, and only to ask each node which datacenter and rack it is in.
    /// Default: nobody.
    /// </summary>
    public Amazon.Runtime.AWSCredentials? Credentials { get; set; }

    /// <summary>TLS towards the nodes.</summary>
    public TlsOptions Tls { get; } = new();

    /// <summary>The zones, each with the same nodes. Default, if none is given: <c>alternator.local</c>.</summary>
    public IList<string> Names { get; } = [];

    /// <summary>Where to serve, UDP and TCP each. Port 0 takes a free port. Default, if none is given: 127.0.0.1:5353.</summary>
    public IList<IPEndPoint> Listen { get; } = [];

    /// <summary>How long an answer may be kept, in whole seconds. Default: 4 s, as Amazon's DNS for DynamoDB.</summary>
    public TimeSpan Ttl { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Time between two refreshes of the node list, and between two probes of each node. Default: 1 s.</summary>
    public TimeSpan Refresh { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the last known good nodes are served while none is reachable; then SERVFAIL. Default: 5 minutes.</summary>
    public TimeSpan MaxStale { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>One node per answer, or all. Default: one.</summary>
    public DnsAnswers Answers { get; set; } = DnsAnswers.One;

    /// <summary>Most nodes in one answer, 1 to 1024. Default: 64.</summary>
    public int MaxAnswers { get; set; } = 64;

    /// <summary>
    /// Servers that queries for other names are handed to, asked in order. Default: none, such queries are refused. With one, the server is open to whoever
    /// can reach it: listen only where that is wanted.
    /// </summary>
    public IList<IPEndPoint> Forward { get; } = [];

    /// <summary>How long each of <see cref="Forward"/> may take. Default: 2 s.</summary>
    public TimeSpan ForwardTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Where <c>/metrics</c>, <c>/health</c> and <c>/alive</c> are served over HTTP. Default: nowhere.</summary>
    public IPEndPoint? Http { get; set; }

    /// <summary>Addresses of this server as its clients see them, for the zone's <c>ns</c> name. Default: those of <see cref="Listen"/> that are specific.</summary>
    public IList<IPAddress> NameServerAddresses { get; } = [];

    /// <summary>Most bytes in a UDP response, 512 to 4096. Default: 1232, which passes every usual network unfragmented.</summary>
    public int UdpPayload { get; set; } = 1232;

    /// <summary>Queries per second of each source address, over UDP and over TCP; 0 for no limit. Default: 10000.</summary>
    public int QueriesPerSecond { get; set; } = 10_000;

    /// <summary>TCP connections at the same time. Default: 512.</summary>
    public int MaxConnections { get; set; } = 512;

    /// <summary>TCP connections of one source address at the same time. Default: 64.</summary>
    public int MaxConnectionsPerSource { get; set; } = 64;

    /// <summary>How long a TCP connection may wait for its next query. Default: 10 s.</summary>
    public TimeSpan TcpIdleTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may take to send the whole of a query over TCP, or to take an answer. Default: 5 s.</summary>
    public TimeSpan TcpMessageTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Threads that serve each UDP socket. Default: 1.</summary>
    public int UdpThreads { get; set; } = 1;

    /// <summary>
    /// How long a stopping server goes on answering while <c>/health</c> says that it is draining, so that load balancers and resolvers turn to another one.
    /// Default: zero.
    /// </summary>
    public TimeSpan DrainDelay { get; set; }

    /// <summary>How long a stopping server waits for queries that are under way. Default: 5 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
