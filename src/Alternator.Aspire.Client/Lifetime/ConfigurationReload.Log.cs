using Microsoft.Extensions.Logging;

namespace Alternator.Aspire.Client.Lifetime;

internal sealed partial class ConfigurationReload
{
    [LoggerMessage(201, LogLevel.Information, "The Alternator client '{Name}' uses the reloaded settings {Keys}.")]
    private static partial void LogApplied(ILogger logger, string name, string keys);

    [LoggerMessage(202, LogLevel.Warning, "Settings of the Alternator client '{Name}' have changed that take effect only after a restart: {Keys}.")]
    private static partial void LogNeedsRestart(ILogger logger, string name, string keys);

    [LoggerMessage(203, LogLevel.Error, "The reloaded settings of the Alternator client '{Name}' are not used, it goes on with those before. {Reason}")]
    private static partial void LogRefused(ILogger logger, string name, string reason);
}
