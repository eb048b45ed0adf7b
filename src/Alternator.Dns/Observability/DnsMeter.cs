using System.Diagnostics.Metrics;
using Alternator.Dns.Cluster;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Observability;

/// <summary>
/// Offers the counters as a <see cref="Meter"/> named <c>Alternator.Dns</c>, for OpenTelemetry and whoever listens to meters.
/// Everything is observed: a query only adds to <see cref="DnsCounters"/>.
/// </summary>
internal sealed class DnsMeter : IDisposable
{
    public const string Name = "Alternator.Dns";

    private readonly Meter _meter = new(Name);

    public DnsMeter(DnsCounters counters, Func<ClusterStatus> status, Func<int> openConnections)
    {
        _meter.CreateObservableCounter("alternator.dns.queries", () => Queries(counters), "{query}", "Queries by transport and question type.");
        _meter.CreateObservableCounter("alternator.dns.responses", () => Responses(counters), "{response}", "Responses by response code.");
        _meter.CreateObservableCounter("alternator.dns.truncated", () => counters.Truncated, "{response}", "Responses marked as truncated.");
        _meter.CreateObservableCounter("alternator.dns.dropped", () => counters.Dropped, "{message}", "Messages that got no answer.");
        _meter.CreateObservableCounter("alternator.dns.limited", () => counters.Limited, "{query}", "Queries beyond the rate of their source.");
        _meter.CreateObservableCounter("alternator.dns.forwarded", () => counters.Forwarded, "{query}", "Queries handed to an upstream server.");
        _meter.CreateObservableCounter("alternator.dns.forward.failures", () => counters.ForwardFailures, "{query}", "Forwarded queries without an answer.");
        _meter.CreateObservableCounter("alternator.dns.connections.accepted", () => counters.Connections, "{connection}", "TCP connections accepted.");
        _meter.CreateObservableCounter("alternator.dns.connections.refused", () => counters.ConnectionsRefused, "{connection}", "TCP connections beyond a limit.");
        _meter.CreateObservableCounter("alternator.dns.connections.timed_out", () => counters.ConnectionsTimedOut, "{connection}", "TCP connections whose time ran out.");
        _meter.CreateObservableGauge("alternator.dns.connections.open", openConnections, "{connection}", "TCP connections open now.");
        _meter.CreateObservableGauge("alternator.dns.nodes", () => status().Nodes, "{node}", "Nodes in the zone's scope.");
        _meter.CreateObservableGauge("alternator.dns.nodes.live", () => status().LiveNodes, "{node}", "Nodes that are not down.");
        _meter.CreateObservableGauge("alternator.dns.list.age", () => status().Age.TotalSeconds, "s", "Time since the node list was last confirmed.");
        _meter.CreateObservableGauge("alternator.dns.list.usable", () => status().Freshness is Freshness.Expired ? 0 : 1, null, "1 while the node list is served.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Queries(DnsCounters counters)
    {
        foreach (bool stream in (bool[])[false, true])
        {
            for (int i = 0; i < DnsCounters.Types.Length; i++)
            {
                yield return new Measurement<long>(
                    counters.Queries(stream, i),
                    new KeyValuePair<string, object?>("transport", stream ? "tcp" : "udp"),
                    new KeyValuePair<string, object?>("type", DnsCounters.Types[i]));
            }
        }
    }

    private static IEnumerable<Measurement<long>> Responses(DnsCounters counters)
    {
        for (int i = 0; i < DnsCounters.Codes.Length; i++)
            yield return new Measurement<long>(counters.Responses(i), new KeyValuePair<string, object?>("code", DnsCounters.Codes[i]));
    }
}
