using System.Net;
using System.Net.Sockets;

namespace Alternator.Emulator;

/// <summary>Refuses options that can't be, before anything is opened, and names the option.</summary>
internal static class OptionsCheck
{
    public static void ThrowIfImpossible(EmulatorOptions o)
    {
        IReadOnlyList<EmulatorDatacenter> datacenters = EngineSettings.Datacenters(o);
        int nodes = datacenters.Sum(d => d.Nodes);
        Require(nodes is >= 1 and <= 100, nameof(o.Nodes), $"{nodes} nodes are not possible; an emulated cluster has 1 to 100.");
        Require(o.Port is >= 0 and <= 65535, nameof(o.Port), $"{o.Port} is no port; take 1 to 65535, or 0 for a free one.");
        Require(o.HttpsPort is null or (>= 0 and <= 65535), nameof(o.HttpsPort), $"{o.HttpsPort} is no port; take 1 to 65535, or 0 for a free one.");
        Require(o.HttpsPort is null or 0 || o.HttpsPort != o.Port, nameof(o.HttpsPort), "HTTP and HTTPS need two ports.");
        Require(o.ControlPort is >= 0 and <= 65535, nameof(o.ControlPort), $"{o.ControlPort} is no port; take 1 to 65535, or 0 for a free one.");
        RequireAddress(o.Address, nameof(o.Address));
        RequireAddress(o.SyntheticAddress, nameof(o.SyntheticAddress));
        Require(o.Racks.Count > 0 || datacenters.All(d => d.Racks.Count > 0), nameof(o.Racks), "A cluster needs at least one rack.");
        foreach (string name in o.Racks.Concat(datacenters.Select(d => d.Name)).Concat(datacenters.SelectMany(d => d.Racks)))
            Require(!string.IsNullOrWhiteSpace(name), nameof(o.Racks), "Datacenters and racks need names.");
        Require(datacenters.Select(d => d.Name).Distinct().Count() == datacenters.Count, nameof(o.Datacenters), "Two datacenters have the same name.");
        Require(o.MaxRequestBytes > 0, nameof(o.MaxRequestBytes), "The longest body must be at least one byte.");
        Require(o.MaxConcurrentRequests > 0, nameof(o.MaxConcurrentRequests), "At least one request at a time must be possible.");
        Require(o.ResponseCompressionLevel is >= 0 and <= 9, nameof(o.ResponseCompressionLevel), "The level is 1 to 9, or 0 for none.");
        Require(o.IndexBuildTime >= TimeSpan.Zero, nameof(o.IndexBuildTime), "The time that an index is built in can't be negative.");
        Require(!o.WarnAuthorization || o.Release.WarnsOfAuthorization, nameof(o.WarnAuthorization), "ScyllaDB has this option from 2025.4 on; take a later release, or leave it out.");
        Require(!o.AllowSystemTableWrite || o.Release.WritesSystemTables, nameof(o.AllowSystemTableWrite), "ScyllaDB has this option from 2025.4 on; take a later release, or leave it out.");
        Require(o.NoticeDelay >= TimeSpan.Zero, nameof(o.NoticeDelay), "The notice delay can't be negative.");
        foreach (EmulatorRole role in o.Roles)
            Require(role.Name.Length > 0 && role.Name.IndexOfAny(['/', '=', ',', ' ']) < 0, nameof(o.Roles), $"'{role.Name}' can't be an access key: it must not be empty or contain '/', '=', ',' or a space.");
    }

    private static void RequireAddress(string address, string name) => Require(
        IPAddress.TryParse(address, out IPAddress? parsed) && parsed.AddressFamily == AddressFamily.InterNetwork,
        name,
        $"'{address}' is no IPv4 address, such as 127.0.0.1.");

    private static void Require(bool possible, string option, string message)
    {
        if (!possible) throw Impossible(option, message);
    }

    /// <summary>An error that names the option.</summary>
    public static ArgumentException Impossible(string option, string message) => new(message, option);
}
