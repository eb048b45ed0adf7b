using System.Text.Json;

namespace Alternator.StandIn.Node;

/// <summary>
/// What a node keeps with its data from its first boot on: who it is, where it is, whom it knows, and the role that was made then. A data folder that is started with
/// another cluster name, datacenter or rack refuses to boot, and another secret is ignored, both as ScyllaDB does.
/// </summary>
internal sealed record NodeIdentity(Guid HostId, string ClusterName, string Datacenter, string Rack, string? Role, string? Secret)
{
    public const string DataFolder = "/var/lib/scylla";
    private const string IdentityFile = $"{DataFolder}/standin-identity.json";
    private const string PeersFile = $"{DataFolder}/standin-peers.json";

    public const string SnapshotFile = $"{DataFolder}/standin-tables.json";

    /// <exception cref="ArgumentException">The data belongs elsewhere.</exception>
    public static NodeIdentity Load(ScyllaOptions options)
    {
        (string datacenter, string rack) = Place(options);
        var asked = new NodeIdentity(Guid.NewGuid(), options.ClusterName, datacenter, rack, options.SuperuserName, options.SuperuserSecret);
        if (!File.Exists(IdentityFile))
        {
            File.WriteAllText(IdentityFile, JsonSerializer.Serialize(asked));
            return asked;
        }
        NodeIdentity saved = JsonSerializer.Deserialize<NodeIdentity>(File.ReadAllText(IdentityFile))!;
        foreach ((string what, string before, string now) in new[] { ("cluster name", saved.ClusterName, asked.ClusterName), ("datacenter", saved.Datacenter, asked.Datacenter), ("rack", saved.Rack, asked.Rack) })
        {
            if (before != now)
                throw new ArgumentException($"Saved {what} {before} != configured {what} {now}");
        }
        return saved;
    }

    /// <summary>The addresses of the nodes that were known last.</summary>
    public static string[] KnownPeers() => File.Exists(PeersFile) ? JsonSerializer.Deserialize<string[]>(File.ReadAllText(PeersFile))! : [];

    public static void SavePeers(IEnumerable<string> addresses) => File.WriteAllText(PeersFile, JsonSerializer.Serialize(addresses));

    private static (string Datacenter, string Rack) Place(ScyllaOptions options)
    {
        if (!options.PlacedByFile)
            return ("datacenter1", "rack1");
        Dictionary<string, string> properties = File.ReadLines(EntryPoint.DockerEntryPoint.RackPropertiesFile).Select(l => l.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0].Trim(), p => p[1].Trim());
        return (properties["dc"], properties["rack"]);
    }
}
