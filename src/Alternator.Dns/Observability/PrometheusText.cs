using System.Globalization;
using System.Text;
using Alternator.Dns.Cluster;
using Alternator.Dns.Zones;

namespace Alternator.Dns.Observability;

/// <summary>Writes the counters in the text format of Prometheus (version 0.0.4).</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(DnsCounters counters, ClusterStatus status, int openConnections)
    {
        var text = new StringBuilder(4096);
        Family(text, "alternator_dns_queries_total", "counter", "Queries by transport and question type.");
        foreach (bool stream in (bool[])[false, true])
        {
            for (int i = 0; i < DnsCounters.Types.Length; i++)
                Sample(text, $"alternator_dns_queries_total{{transport=\"{(stream ? "tcp" : "udp")}\",type=\"{DnsCounters.Types[i]}\"}}", counters.Queries(stream, i));
        }

        Family(text, "alternator_dns_responses_total", "counter", "Responses by response code.");
        for (int i = 0; i < DnsCounters.Codes.Length; i++)
            Sample(text, $"alternator_dns_responses_total{{code=\"{DnsCounters.Codes[i]}\"}}", counters.Responses(i));

        Single(text, "alternator_dns_truncated_total", "counter", "Responses marked as truncated.", counters.Truncated);
        Single(text, "alternator_dns_dropped_total", "counter", "Messages that got no answer.", counters.Dropped);
        Single(text, "alternator_dns_limited_total", "counter", "Queries beyond the rate of their source.", counters.Limited);
        Single(text, "alternator_dns_forwarded_total", "counter", "Queries handed to an upstream server.", counters.Forwarded);
        Single(text, "alternator_dns_forward_failures_total", "counter", "Forwarded queries without an answer.", counters.ForwardFailures);
        Single(text, "alternator_dns_connections_total", "counter", "TCP connections accepted.", counters.Connections);
        Single(text, "alternator_dns_connections_refused_total", "counter", "TCP connections beyond a limit.", counters.ConnectionsRefused);
        Single(text, "alternator_dns_connections_timed_out_total", "counter", "TCP connections whose time ran out.", counters.ConnectionsTimedOut);
        Single(text, "alternator_dns_connections_open", "gauge", "TCP connections open now.", openConnections);
        Single(text, "alternator_dns_nodes", "gauge", "Nodes in the zone's scope.", status.Nodes);
        Single(text, "alternator_dns_nodes_live", "gauge", "Nodes that are not down.", status.LiveNodes);
        Single(text, "alternator_dns_list_age_seconds", "gauge", "Time since the node list was last confirmed.", status.Age.TotalSeconds);
        Single(text, "alternator_dns_list_usable", "gauge", "1 while the node list is served, 0 once it has expired.", status.Freshness is Freshness.Expired ? 0 : 1);
        Single(text, "alternator_dns_serving_thread_allocated_bytes_total", "counter", "Bytes allocated by the UDP threads, told every 1024 queries.", counters.ServingThreadBytes);
        Single(text, "process_allocated_bytes_total", "counter", "Bytes allocated by the whole process.", GC.GetTotalAllocatedBytes());
        Single(text, "process_cpu_seconds_total", "counter", "CPU time of the whole process.", Environment.CpuUsage.TotalTime.TotalSeconds);
        Single(text, "process_resident_memory_bytes", "gauge", "Resident memory.", Environment.WorkingSet);
        return text.ToString();
    }

    private static void Family(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n')
            .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Sample(StringBuilder text, string name, double value) =>
        text.Append(name).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private static void Single(StringBuilder text, string name, string type, string help, double value)
    {
        Family(text, name, type, help);
        Sample(text, name, value);
    }
}
