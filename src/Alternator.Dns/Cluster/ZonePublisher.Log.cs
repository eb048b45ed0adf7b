using Microsoft.Extensions.Logging;

namespace Alternator.Dns.Cluster;

internal sealed partial class ZonePublisher
{
    [LoggerMessage(12, LogLevel.Information, "{Live} of {Nodes} nodes are live, serial {Serial}: {Addresses}")]
    private static partial void LogServing(ILogger logger, int live, int nodes, uint serial, AddressList addresses);

    [LoggerMessage(13, LogLevel.Information, "The cluster is reachable again")]
    private static partial void LogFresh(ILogger logger);

    [LoggerMessage(14, LogLevel.Warning, "No node is reachable: the last known nodes are served for up to {MaxStale}. {Error}")]
    private static partial void LogStale(ILogger logger, TimeSpan maxStale, string? error);

    [LoggerMessage(15, LogLevel.Error, "No node has been reachable for more than {MaxStale}: answering SERVFAIL. {Error}")]
    private static partial void LogExpired(ILogger logger, TimeSpan maxStale, string? error);
}
