using Playground.Web.Load;
using Playground.Web.Nodes;

namespace Playground.Web.Page;

/// <summary>Everything that the page shows. <see cref="LastSecond"/> is the Unix second of the last value of every series.</summary>
public sealed record State(ServiceState Service, ClusterState Cluster, LoadState Load, Totals Totals, IReadOnlyList<NodeState> Nodes, IReadOnlyList<Event> Events, long LastSecond);

/// <summary>The replica that answered, and all of the service, itself included.</summary>
public sealed record ServiceState(string Replica, IReadOnlyList<string> Replicas);

/// <param name="IsEmulator">The nodes are the emulator's, and the page says so.</param>
/// <param name="CanControl">Nodes can be stopped from the page.</param>
/// <param name="Scope">Which nodes the client routes to, in words.</param>
public sealed record ClusterState(bool IsEmulator, bool CanControl, string Scope);

public sealed record LoadState(bool Running, int Rate, int Outstanding);

/// <summary>Requests of all replicas as their callers saw them; latencies of the one that answered, in milliseconds over the last ten seconds.</summary>
public sealed record Totals(long Requests, long Failed, string? LastFailure, long Retried, double PerSecond, double? P50, double? P95, double? P99);

/// <summary>One node: what the emulator does to it, what the client thinks of it, what it served to all replicas (its latencies: to the one that answered).</summary>
public sealed record NodeState(
    string Name, string Endpoint, string? Datacenter, string? Rack, string Condition, string ClientState, string? LastError,
    long Total, double PerSecond, double? P50, double? P95, double? P99, int[] Series);
