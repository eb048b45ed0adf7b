using Microsoft.Extensions.Logging;

namespace Alternator.Client;

internal sealed partial class DiscoveryLoop
{
    [LoggerMessage(101, LogLevel.Warning, "The list of nodes could not be refreshed and is kept as it is. {Reason}")]
    private static partial void LogKeptLastList(ILogger logger, string reason);

    [LoggerMessage(102, LogLevel.Warning, "The cluster has no live node in {Scope}; falling back to {Fallback}. Is the name spelled as nodetool status prints it?")]
    private static partial void LogScopeMatchesNothing(ILogger logger, string scope, string fallback);
}
