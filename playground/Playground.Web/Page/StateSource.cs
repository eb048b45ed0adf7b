using Alternator.Client;
using Playground.Web.Load;
using Playground.Web.Measurements;
using Playground.Web.Nodes;

namespace Playground.Web.Page;

/// <summary>
/// Puts the page's state together from four sources: the emulator (what was done to a node), the client's cluster view
/// (what it thinks of the node), the client's metrics (what the node served) and the load (what its callers saw).
/// </summary>
public sealed class StateSource(
    AlternatorNodes nodes, EmulatorControl control, Traffic traffic, RequestCounter counter, LoadSettings load, LoadGenerator generator, Events events)
{
    /// <summary>A minute, and one more second at each end for the chart to slide over.</summary>
    private const int ChartSeconds = 62;

    public async Task<State> CurrentAsync(CancellationToken cancellationToken)
    {
        var emulated = await control.NodesAsync(cancellationToken);
        var snapshot = nodes.Snapshot;
        var last = traffic.Now - 1;
        var callers = traffic.Callers.View(last, ChartSeconds);
        return new(
            new(control.IsPresent, control.IsPresent && emulated.Count > 0, $"routing scope: {snapshot.Scope}"),
            new(load.Running, load.Rate, generator.Outstanding),
            new(counter.Requests, counter.Failed, counter.LastFailure, traffic.Retried, callers.PerSecond, callers.P50, callers.P95, callers.P99),
            emulated.Count > 0
                ? [.. emulated.Where(node => node.Endpoint.Length > 0).Select(node => Emulated(node, snapshot, last))]
                : [.. snapshot.Nodes.Select(node => Discovered(node, last))],
            events.Latest,
            last);
    }

    private NodeState Emulated(EmulatedNode node, ClusterSnapshot snapshot, long last)
    {
        var endpoint = new Uri(node.Endpoint);
        var known = snapshot.Nodes.FirstOrDefault(candidate => candidate.Endpoint.Authority == endpoint.Authority);
        return Describe(node.Name, endpoint, node.Datacenter, node.Rack, node.Condition, known?.State.ToString() ?? "Unlisted", known?.LastError, last);
    }

    private NodeState Discovered(AlternatorNode node, long last) =>
        Describe(
            node.Endpoint.Authority, node.Endpoint, node.Datacenter, node.Rack,
            node.State == Alternator.Client.NodeState.Down ? "stopped" : "up", node.State.ToString(), node.LastError, last);

    private NodeState Describe(
        string name, Uri endpoint, string? datacenter, string? rack, string condition, string clientState, string? lastError, long last)
    {
        var served = traffic.Of(endpoint).View(last, ChartSeconds);
        return new(
            name, endpoint.ToString(), datacenter, rack, condition, clientState, lastError,
            served.Total, served.PerSecond, served.P50, served.P95, served.P99, served.Counts);
    }
}
