using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Alternator.Emulator;

/// <summary>How the nodes of an emulated cluster are told apart.</summary>
public enum NodeAddressing
{
    /// <summary>Every node has its own address and all share one port, as Alternator's nodes do. Needs loopback aliases on macOS.</summary>
    OnePort,

    /// <summary>
    /// All nodes listen on one address, each on its own port. <c>/localnodes</c> then lists synthetic addresses
    /// (<c>10.0.0.1</c>, <c>10.0.0.2</c>…), which clients must translate, as with containers behind published ports.
    /// </summary>
    OneAddress,
}

/// <summary>A datacenter of an emulated cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Nodes">Number of nodes in it.</param>
/// <param name="Racks">Racks over which the nodes are dealt in turn; empty takes <see cref="EmulatorOptions.Racks"/>.</param>
public sealed record EmulatorDatacenter(string Name, int Nodes, params IReadOnlyList<string> Racks);

/// <summary>A role that may sign requests.</summary>
/// <param name="Name">The access key.</param>
/// <param name="Secret">The secret key; null makes a role without a password, which can't sign.</param>
/// <param name="CanLogin">False makes a role that exists and can't sign.</param>
public sealed record EmulatorRole(string Name, string? Secret, bool CanLogin = true)
{
    /// <summary>What the role may do; null (the default) lets it do everything, as a cluster without an authorizer does.</summary>
    public IReadOnlyList<EmulatorGrant>? Grants { get; init; }
}

/// <summary>A permission on a table, in the words of CQL's GRANT.</summary>
/// <param name="Permission">CREATE, ALTER, DROP, SELECT, MODIFY, DESCRIBE or ALL.</param>
/// <param name="Table">The table's name, or <c>*</c> for every table.</param>
public sealed record EmulatorGrant(string Permission, string Table = "*");

/// <summary>Settings of an emulated cluster. The defaults give three nodes, unsigned requests and a free port.</summary>
public sealed record EmulatorOptions
{
    /// <summary>Number of nodes, 1 to 100; ignored when <see cref="Datacenters"/> has entries.</summary>
    public int Nodes { get; set; } = 3;

    /// <summary>The port of all nodes; 0 takes one that is free on all addresses. With <see cref="NodeAddressing.OneAddress"/> the first of consecutive ports.</summary>
    public int Port { get; set; }

    /// <summary>The first node's IPv4 address; the next nodes count up.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>One port on many addresses, or many ports on one.</summary>
    public NodeAddressing Addressing { get; set; } = NodeAddressing.OnePort;

    /// <summary>First of the addresses that <c>/localnodes</c> lists with <see cref="NodeAddressing.OneAddress"/>.</summary>
    public string SyntheticAddress { get; set; } = "10.0.0.1";

    /// <summary>The only datacenter's name; ignored when <see cref="Datacenters"/> has entries.</summary>
    public string Datacenter { get; set; } = "dc1";

    /// <summary>Racks over which the nodes of a datacenter are dealt in turn.</summary>
    public IList<string> Racks { get; set; } = ["rack1", "rack2", "rack3"];

    /// <summary>Several datacenters with their nodes; empty (the default) means one of <see cref="Nodes"/> nodes.</summary>
    public IList<EmulatorDatacenter> Datacenters { get; set; } = [];

    /// <summary>The cluster's name, in system tables.</summary>
    public string ClusterName { get; set; } = "Alternator emulator";

    /// <summary>The ScyllaDB release line whose behaviour is followed where lines differ.</summary>
    public EmulatorRelease Release { get; set; } = EmulatorRelease.V2026_2;

    /// <summary>Write isolation of tables without the tag <c>system:write_isolation</c>.</summary>
    public WriteIsolation WriteIsolation { get; set; } = WriteIsolation.OnlyRmwUsesLwt;

    /// <summary>Requests without a valid signature are refused.</summary>
    public bool EnforceAuthorization { get; set; }

    /// <summary>Requests without a valid signature are logged and counted; they are refused only with <see cref="EnforceAuthorization"/>.</summary>
    public bool WarnAuthorization { get; set; }

    /// <summary>Who may sign requests. Empty takes one role, <see cref="DefaultAccessKey"/> with <see cref="DefaultSecretKey"/>.</summary>
    public IList<EmulatorRole> Roles { get; set; } = [];

    /// <summary>Access key of the role that exists when <see cref="Roles"/> is empty.</summary>
    public const string DefaultAccessKey = "alternator";

    /// <summary>Secret key of the role that exists when <see cref="Roles"/> is empty.</summary>
    public const string DefaultSecretKey = "secret_pass";

    /// <summary>Serves HTTPS on this port too; 0 takes a free one; null (the default) serves no HTTPS.</summary>
    public int? HttpsPort { get; set; }

    /// <summary>The certificate for HTTPS; null makes a self-signed one that names every node's address.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Answers of at least this many bytes are compressed when the client accepts it; 0 or less switches compression off.</summary>
    public int ResponseCompressionThreshold { get; set; } = 4096;

    /// <summary>zlib level of compressed answers, 1 to 9; 0 switches compression off.</summary>
    public int ResponseCompressionLevel { get; set; } = 6;

    /// <summary>Longest request body in bytes, as sent and unpacked.</summary>
    public int MaxRequestBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>API requests that one node serves at once; above, it answers RequestLimitExceeded.</summary>
    public int MaxConcurrentRequests { get; set; } = int.MaxValue;

    /// <summary>Answers carry the content type <c>application/x-amz-json-1.0</c>.</summary>
    public bool ContentTypeHeader { get; set; } = true;

    /// <summary>Answers carry a Date header.</summary>
    public bool DateHeader { get; set; } = true;

    /// <summary>The Server header; null sends none.</summary>
    public string? ServerHeader { get; set; }

    /// <summary>
    /// <c>.scylla.alternator.system.config</c> can be written, which changes options while the cluster runs. Only for options
    /// that ScyllaDB can change while it runs.
    /// </summary>
    public bool AllowSystemTableWrite { get; set; }

    /// <summary>What DescribeEndpoints answers: null echoes the Host header, <c>disabled</c> refuses, else this text.</summary>
    public string? DescribeEndpoints { get; set; }

    /// <summary>Most items of one BatchWriteItem; null takes the release's limit.</summary>
    public int? MaxItemsInBatchWrite { get; set; }

    /// <summary>Time between two scans for expired items. ScyllaDB's default is a day; zero switches expiry off.</summary>
    public TimeSpan TtlPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a global index that UpdateTable adds takes up the table's items. So long DescribeTable says CREATING, with
    /// Backfilling, and the index can be read and holds what it has taken up so far, and whatever is written meanwhile. By
    /// <see cref="TimeProvider"/>; zero makes it ACTIVE at once. ScyllaDB takes longer the more items there are.
    /// </summary>
    public TimeSpan IndexBuildTime { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a change stays invisible in GetRecords. ScyllaDB's default is 10 s.</summary>
    public TimeSpan StreamsTimeWindow { get; set; } = TimeSpan.Zero;

    /// <summary>Streams tell MODIFY from INSERT and leave out writes without effect.</summary>
    public bool StreamsIncreasedCompatibility { get; set; } = true;

    /// <summary>Time until the other nodes notice that a node stopped, paused, came back or was cut off, and <c>/localnodes</c> shows it. ScyllaDB takes up to 20 s.</summary>
    public TimeSpan NoticeDelay { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// The clock: creation dates, expiry, index builds, stream records, the notice delay. Delays of answers are real time. It also judges the age of
    /// signatures, which clients make by their own clock: <see cref="EmulatorNode.ClockSkew"/> makes up for a difference of more than 15 minutes.
    /// </summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Seed of everything random: ids and which requests a share concerns. Null draws from the system.</summary>
    public int? Seed { get; set; }

    /// <summary>Tables and items are read from this file at the start, if it exists, and written to it at the end.</summary>
    public string? SnapshotFile { get; set; }

    /// <summary>Serves the control endpoint on loopback.</summary>
    public bool Control { get; set; } = true;

    /// <summary>The control endpoint's port; 0 takes a free one.</summary>
    public int ControlPort { get; set; }

    /// <summary>Receives the emulator's log; null keeps it quiet.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }
}
