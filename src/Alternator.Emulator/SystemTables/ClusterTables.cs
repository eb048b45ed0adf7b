using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Nodes;
using Alternator.Emulator.Protocol;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.SystemTables;

/// <summary>
/// The tables under <c>.scylla.alternator.</c>: what a node says of itself (<c>system.local</c>), of the others
/// (<c>system.peers</c>), of its options (<c>system.config</c>), of the requests that run on it (<c>system.clients</c>),
/// of roles (<c>system.roles</c>) and of the release (<c>system.versions</c>). Made anew at every read.
/// </summary>
/// <remarks>Columns: docs/alternator/new-apis.md and db/system_keyspace.cc of scylladb at f4a4091ca2.</remarks>
internal sealed class ClusterTables(EmulatorOptions options, LiveSettings settings, Membership membership, RunningRequests running) : ISystemTables
{
    private readonly string _schemaVersion = StableGuid("schema:" + options.ClusterName);

    public SystemTable? Find(string name, in RequestContext context)
    {
        string address = context.NodeAddress;
        EmulatorNode? node = membership.Nodes.FirstOrDefault(n => n.AddressText == address);
        if (node is null) return null;
        return name switch
        {
            "system.local" => new SystemTable("key", null, [Local(node)]),
            "system.peers" => new SystemTable("peer", null, [.. membership.Nodes.Where(n => n != node && n.State != EmulatorNodeState.Removed).Select(Peer)]),
            "system.config" => new SystemTable("name", null, ConfigTable.Rows(settings, node)),
            "system.clients" => new SystemTable("address", "port", [.. running.Of(node).Select(Client)]),
            "system.roles" => new SystemTable("role", null, [.. EngineSettings.Roles(options).Select(Role)]),
            "system.versions" => new SystemTable("key", null, [Texts(("key", "local"), ("version", ReleaseVersion), ("build_mode", "emulator"), ("build_id", "alternator-emulator"))]),
            "system.cluster_status" => new SystemTable("peer", null, [.. membership.Nodes.Select(n => Status(node, n))]),
            _ => null,
        };
    }

    public bool TryWrite(string name, Item row, in RequestContext context) => name == "system.config" && ConfigTable.TryWrite(settings, row);

    /// <summary>ScyllaDB announces the Cassandra version that it is compatible with here, not its own.</summary>
    private const string CompatibleVersion = "3.0.8";

    private string ReleaseVersion
    {
        get
        {
            int release = (int)options.Release;
            return string.Create(CultureInfo.InvariantCulture, $"{release / 100}.{release % 100}.0-emulator");
        }
    }

    private Item Local(EmulatorNode node) => Create(
        ("key", Text("local")),
        ("bootstrapped", Text("COMPLETED")),
        ("broadcast_address", Text(node.AddressText)),
        ("cluster_name", Text(options.ClusterName)),
        ("cql_version", Text("3.3.1")),
        ("data_center", Text(node.Datacenter)),
        ("host_id", Text(node.HostId.ToString())),
        ("listen_address", Text(node.AddressText)),
        ("native_protocol_version", Text("4")),
        ("partitioner", Text("org.apache.cassandra.dht.Murmur3Partitioner")),
        ("rack", Text(node.Rack)),
        ("release_version", Text(CompatibleVersion)),
        ("rpc_address", Text(node.AddressText)),
        ("schema_version", Text(_schemaVersion)),
        ("supported_features", Text("")),
        ("tokens", Text(Tokens(node))));

    private Item Peer(EmulatorNode node) => Create(
        ("peer", Text(node.AddressText)),
        ("data_center", Text(node.Datacenter)),
        ("host_id", Text(node.HostId.ToString())),
        ("preferred_ip", Text(node.AddressText)),
        ("rack", Text(node.Rack)),
        ("release_version", Text(CompatibleVersion)),
        ("rpc_address", Text(node.AddressText)),
        ("schema_version", Text(_schemaVersion)),
        ("supported_features", Text("")),
        ("tokens", Text(Tokens(node))));

    private Item Status(EmulatorNode seer, EmulatorNode node) => Create(
        ("peer", Text(node.AddressText)),
        ("dc", Text(node.Datacenter)),
        ("host_id", Text(node.HostId.ToString())),
        ("load", Text("0")),
        ("owns", Text("0")),
        ("rack", Text(node.Rack)),
        ("status", Text(node.State switch
        {
            EmulatorNodeState.Joining => "JOINING",
            EmulatorNodeState.Leaving => "LEAVING",
            EmulatorNodeState.Removed => "LEFT",
            _ => "NORMAL",
        })),
        ("tokens", Text("16")),
        ("up", AttributeValue.Bool(membership.ListedBy(seer).Contains(node))));

    private static Item Role(EmulatorRole role)
    {
        var columns = new List<(string, AttributeValue)>
        {
            ("role", Text(role.Name)),
            ("can_login", AttributeValue.Bool(role.CanLogin)),
            ("is_superuser", AttributeValue.Bool(role.Grants is null)),
        };
        if (role.Secret is { } secret) columns.Add(("salted_hash", Text(secret)));
        return Item.Create([.. columns]);
    }

    private static Item Client(RunningRequest request)
    {
        var columns = new List<(string, AttributeValue)>
        {
            ("address", Text((request.Remote?.Address ?? IPAddress.None).ToString())),
            ("port", Text((request.Remote?.Port ?? 0).ToString(CultureInfo.InvariantCulture))),
            ("client_type", Text("alternator")),
            ("connection_stage", Text("READY")),
            ("scheduling_group", Text("sl:default")),
            ("shard_id", Text("0")),
            ("ssl_enabled", AttributeValue.Bool(request.Secure)),
            ("username", Text(request.User ?? "anonymous")),
        };
        if (request.UserAgent is { Length: > 0 } agent) columns.Add(("driver_name", Text(agent)));
        return Item.Create([.. columns]);
    }

    /// <summary>Sixteen tokens that follow from the node's address, in the text form of a CQL set.</summary>
    private static string Tokens(EmulatorNode node)
    {
        var tokens = new SortedSet<long>();
        for (int i = 0; i < 16; i++)
            tokens.Add(BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{node.AddressText}:{i}")))));
        return "{" + string.Join(", ", tokens.Select(t => $"'{t.ToString(CultureInfo.InvariantCulture)}'")) + "}";
    }

    private static string StableGuid(string text) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16)).ToString();

    private static AttributeValue Text(string text) => AttributeValue.String(text);

    private static Item Create(params ReadOnlySpan<(string Name, AttributeValue Value)> columns) => Item.Create(columns);

    private static Item Texts(params ReadOnlySpan<(string Name, string Value)> columns)
    {
        var values = new (string, AttributeValue)[columns.Length];
        for (int i = 0; i < columns.Length; i++) values[i] = (columns[i].Name, Text(columns[i].Value));
        return Item.Create(values);
    }
}
