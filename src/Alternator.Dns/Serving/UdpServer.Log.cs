using System.Net;
using Microsoft.Extensions.Logging;

namespace Alternator.Dns.Serving;

internal sealed partial class UdpServer
{
    [LoggerMessage(21, LogLevel.Debug, "A response could not be sent from {EndPoint}: {Error}")]
    private static partial void LogSendFailed(ILogger logger, IPEndPoint endPoint, string error);

    [LoggerMessage(22, LogLevel.Error, "A serving thread of {EndPoint} ended")]
    private static partial void LogThreadFailed(ILogger logger, IPEndPoint endPoint, Exception exception);

    [LoggerMessage(23, LogLevel.Error, "Forwarding a query that came to {EndPoint} failed")]
    private static partial void LogForwardFailed(ILogger logger, IPEndPoint endPoint, Exception exception);

    [LoggerMessage(24, LogLevel.Error, "Nothing can be received at {EndPoint}: {Error}")]
    private static partial void LogReceiveFailed(ILogger logger, IPEndPoint endPoint, string error);
}
