using Microsoft.Extensions.Logging;

namespace Alternator.Client;

internal sealed partial class DiscoveryReport
{
    [LoggerMessage(101, LogLevel.Warning, "The list of nodes could not be refreshed and is kept as it is. {Reason}")]
    private static partial void LogKeptLastList(ILogger logger, string reason);

    [LoggerMessage(102, LogLevel.Warning, "The cluster has no live node in {Scope}; falling back to {Fallback}. Is the name spelled as nodetool status prints it?")]
    private static partial void LogScopeMatchesNothing(ILogger logger, string scope, string fallback);

    [LoggerMessage(103, LogLevel.Information, "The list of nodes could be refreshed again.")]
    private static partial void LogRefreshedAgain(ILogger logger);

    [LoggerMessage(104, LogLevel.Information, "{Count} nodes in {Scope}: {Joined} joined, {Left} left.")]
    private static partial void LogNodesChanged(ILogger logger, int count, string scope, int joined, int left);

    [LoggerMessage(105, LogLevel.Warning, "Using {Fallback}, because {Preferred} has no live node.")]
    private static partial void LogFallback(ILogger logger, string fallback, string preferred);

    [LoggerMessage(106, LogLevel.Information, "Back to {Preferred}.")]
    private static partial void LogReturned(ILogger logger, string preferred);

    [LoggerMessage(107, LogLevel.Warning, "None of the addresses that the cluster lists can be reached from here, and the endpoints don't say which nodes they are: the endpoints are used as the nodes.")]
    private static partial void LogEndpointsStandIn(ILogger logger);

    [LoggerMessage(108, LogLevel.Error, "A refresh of the list of nodes failed by a mistake in this process; the list is kept as it is.")]
    private static partial void LogRoundFailed(ILogger logger, Exception exception);
}
