using System.Diagnostics.Metrics;

namespace Alternator.Client;

/// <summary>
/// The instruments. Durations, their buckets and attributes follow OpenTelemetry's conventions for database clients; what they don't know is
/// named <c>alternator.client.*</c>. Requests in flight and nodes by state are read from the nodes when somebody looks.
/// </summary>
internal static class ClientMetrics
{
    private static readonly Meter Meter = new(AlternatorTelemetry.MeterName, typeof(ClientMetrics).Assembly.GetName().Version?.ToString());
    private static readonly Lock ClustersLock = new();
    private static readonly List<WeakReference<AlternatorNodes>> Clusters = [];
    private static readonly SeriesTotals<(string Host, int Port)> Requests = new();
    private static readonly SeriesTotals<(NodeState State, string Scope)> NodesByState = new();

    public static readonly Histogram<double> OperationDuration = Meter.CreateHistogram(
        "db.client.operation.duration", "s", "Duration of operations as the caller sees them, retries included.", advice: Buckets(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10));

    public static readonly Histogram<double> AttemptDuration = Meter.CreateHistogram(
        "alternator.client.attempt.duration", "s", "Duration of single attempts at a node.",
        advice: Buckets(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10));

    public static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "alternator.client.retries", "{attempt}", "Attempts beyond the first, by the reason for them.");

    public static readonly Counter<long> Hedges = Meter.CreateCounter<long>(
        "alternator.client.hedges", "{attempt}", "Reads that were sent to a second node because the first took longer than most.");

    public static readonly Counter<long> BudgetExhausted = Meter.CreateCounter<long>(
        "alternator.client.retry_budget.exhausted", "{attempt}", "Attempts that weren't made because the retry budget was spent.");

    public static readonly Counter<long> Discoveries = Meter.CreateCounter<long>(
        "alternator.client.discovery.rounds", "{round}", "Refreshes of the list of nodes, by outcome.");

    public static readonly Counter<long> ScopeFallbacks = Meter.CreateCounter<long>(
        "alternator.client.scope.fallbacks", "{change}", "Changes from the preferred scope to a fallback.");

    public static readonly Counter<long> Probes = Meter.CreateCounter<long>(
        "alternator.client.probes", "{probe}", "Probes of nodes that get no traffic or are suspected, by outcome.");

    public static readonly Counter<long> StateChanges = Meter.CreateCounter<long>(
        "alternator.client.node.state_changes", "{change}", "Changes of nodes' states.");

    static ClientMetrics()
    {
        Meter.CreateObservableUpDownCounter("alternator.client.active_requests", ActiveRequests, "{request}", "Requests in flight, by node.");
        Meter.CreateObservableUpDownCounter("alternator.client.nodes", Nodes, "{node}", "Nodes of the routing scope, by state.");
        Meter.CreateObservableGauge("alternator.client.discovery.age", Age, "s", "Time since the cluster confirmed its nodes.");
    }

    private static InstrumentAdvice<double> Buckets(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };

    public static string NameOf(NodeState state) => state switch { NodeState.Active => "active", NodeState.Down => "down", _ => "quarantined" };

    public static void Register(AlternatorNodes nodes)
    {
        lock (ClustersLock)
        {
            Clusters.RemoveAll(static reference => !reference.TryGetTarget(out _));
            Clusters.Add(new WeakReference<AlternatorNodes>(nodes));
        }
    }

    public static void Unregister(AlternatorNodes nodes)
    {
        lock (ClustersLock)
        {
            Clusters.RemoveAll(reference => !reference.TryGetTarget(out AlternatorNodes? target) || target == nodes);
        }
    }

    private static IEnumerable<Measurement<int>> ActiveRequests() =>
        from total in Requests.Of(from nodes in Living() from node in nodes.View.Watched select ((node.Endpoint.Host, node.Endpoint.Port), node.ActiveRequests))
        select new Measurement<int>(
            total.Value,
            new KeyValuePair<string, object?>("server.address", total.Key.Host),
            new KeyValuePair<string, object?>("server.port", total.Key.Port));

    private static IEnumerable<Measurement<int>> Nodes() =>
        from total in NodesByState.Of(Living().SelectMany(StatesOf))
        select new Measurement<int>(
            total.Value,
            new KeyValuePair<string, object?>("alternator.node.state", NameOf(total.Key.State)),
            new KeyValuePair<string, object?>("alternator.scope", total.Key.Scope));

    // Each node's state is read once: the lists of the view are made one after another, and a node may be in two of them for a moment.
    private static IEnumerable<((NodeState State, string Scope) Series, int Count)> StatesOf(AlternatorNodes nodes)
    {
        ClusterSnapshot snapshot = nodes.Snapshot;
        NodeState[] states = [.. snapshot.Nodes.Select(static node => node.State)];
        return Enum.GetValues<NodeState>().Select(state => ((state, snapshot.Scope.Name), states.Count(one => one == state)));
    }

    // Of several clusters in one scope the one that was confirmed longest ago counts.
    private static IEnumerable<Measurement<double>> Age() =>
        from nodes in Living()
        let age = nodes.Status.Age
        where age is not null
        group age.Value by nodes.Snapshot.Scope.Name into ages
        select new Measurement<double>(ages.Max().TotalSeconds, new KeyValuePair<string, object?>("alternator.scope", ages.Key));

    private static List<AlternatorNodes> Living()
    {
        lock (ClustersLock)
        {
            List<AlternatorNodes> living = [];
            foreach (WeakReference<AlternatorNodes> reference in Clusters)
            {
                if (reference.TryGetTarget(out AlternatorNodes? nodes))
                {
                    living.Add(nodes);
                }
            }
            return living;
        }
    }
}
