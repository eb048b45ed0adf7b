using Microsoft.Extensions.Logging;

namespace Alternator.Dns;

public sealed partial class AlternatorDnsServer
{
    [LoggerMessage(1, LogLevel.Information, "Serving {Names} at {EndPoints} (UDP and TCP); metrics and health: {Http}")]
    private static partial void LogStarted(ILogger logger, string names, string endPoints, string http);

    [LoggerMessage(2, LogLevel.Information, "Draining: answering for another {Delay}, then ending")]
    private static partial void LogDraining(ILogger logger, TimeSpan delay);

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    private static partial void LogStopped(ILogger logger);
}
