using Alternator.Client;
using Playground.Web.Load;
using Playground.Web.Measurements;
using Playground.Web.Nodes;
using Playground.Web.Replicas;

namespace Playground.Web.Page;

/// <summary>
/// Puts the page's state together from five sources: the emulator (what was done to a node), the client's cluster view
/// (what it thinks of the node), the client's metrics (what the node served), the load (what its callers saw), and the other replicas.
/// </summary>
public sealed class StateSource(
    AlternatorNodes nodes, EmulatorControl control, FaultWatch faults, Traffic traffic, LoadSettings load, LoadGenerator generator, ReplicaExchange replicas, Events events)
{
    /// <summary>How far the chart may lag behind, so that what the other replicas counted in its last second is in it.</summary>
    private const int MostLag = 4;

    public async Task<State> CurrentAsync(CancellationToken cancellationToken)
    {
        var emulated = await faults.LookAsync(cancellationToken);
        var snapshot = nodes.Snapshot;
        var others = replicas.Others;
        var last = others.Select(other => other.LastSecond).Append(traffic.Now - 1).Min();
        last = Math.Max(last, traffic.Now - MostLag);
        var own = replicas.Own(last);
        Counted[] all = [own, .. others];
        var callers = traffic.Callers.View(last, ReplicaExchange.ChartSeconds);
        return new(
            new(own.Replica, [.. all.Select(one => one.Replica).Order(StringComparer.Ordinal)]),
            new(control.IsPresent, control.IsPresent && emulated.Count > 0, $"routing scope: {snapshot.Scope}"),
            new(load.Running, load.Rate, generator.Outstanding),
            new(all.Sum(one => one.Requests), all.Sum(one => one.Failed), all.Select(one => one.LastFailure).FirstOrDefault(failure => failure is not null),
                all.Sum(one => one.Retried), all.Sum(one => one.PerSecond), callers.P50, callers.P95, callers.P99),
            emulated.Count > 0
                ? [.. emulated.Where(node => node.Endpoint.Length > 0).Select(node => Emulated(node, snapshot, last, all))]
                : [.. snapshot.Nodes.Select(node => Discovered(node, last, all))],
            events.Latest,
            last);
    }

    private NodeState Emulated(EmulatedNode node, ClusterSnapshot snapshot, long last, Counted[] all)
    {
        var endpoint = new Uri(node.Endpoint);
        var known = snapshot.Nodes.FirstOrDefault(candidate => candidate.Endpoint.Authority == endpoint.Authority);
        return Describe(node.Name, endpoint, node.Datacenter, node.Rack, node.Condition, known?.State.ToString() ?? "Unlisted", known?.LastError, last, all);
    }

    private NodeState Discovered(AlternatorNode node, long last, Counted[] all) =>
        Describe(
            node.Endpoint.Authority, node.Endpoint, node.Datacenter, node.Rack,
            node.State == Alternator.Client.NodeState.Down ? "stopped" : "up", node.State.ToString(), node.LastError, last, all);

    private NodeState Describe(
        string name, Uri endpoint, string? datacenter, string? rack, string condition, string clientState, string? lastError, long last, Counted[] all)
    {
        var latencies = traffic.Of(endpoint).View(last, ReplicaExchange.ChartSeconds);
        var served = new Served(0, 0, new int[ReplicaExchange.ChartSeconds]);
        foreach (var one in all)
            served = one.Nodes.TryGetValue($"{endpoint.IdnHost}:{endpoint.Port}", out var itsPart) ? served.Plus(itsPart, ahead: one.LastSecond - last) : served;
        return new(
            name, endpoint.ToString(), datacenter, rack, condition, clientState, lastError,
            served.Total, served.PerSecond, latencies.P50, latencies.P95, latencies.P99, served.Series);
    }
}
