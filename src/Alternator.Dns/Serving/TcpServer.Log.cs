using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Alternator.Dns.Serving;

internal sealed partial class TcpServer
{
    [LoggerMessage(31, LogLevel.Warning, "No connection could be accepted at {EndPoint}: {Error}")]
    private static partial void LogAcceptFailed(ILogger logger, IPEndPoint endPoint, SocketError error);

    [LoggerMessage(32, LogLevel.Error, "The connection of {Source} failed")]
    private static partial void LogConnectionFailed(ILogger logger, IPAddress source, Exception exception);
}
