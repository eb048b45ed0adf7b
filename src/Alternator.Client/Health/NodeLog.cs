using Microsoft.Extensions.Logging;

namespace Alternator.Client;

/// <summary>Log messages about single nodes.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(110, LogLevel.Information, "{Node} is now {State}: {Reason}.")]
    public static partial void StateChanged(ILogger logger, string node, NodeState state, string reason);
}
