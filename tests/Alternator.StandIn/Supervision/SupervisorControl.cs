using System.Net;
using System.Net.Sockets;

namespace Alternator.StandIn.Supervision;

/// <summary>The <c>supervisorctl</c> of the container: <c>stop scylla</c> ends ScyllaDB and leaves the container, <c>start scylla</c> starts it again.</summary>
internal static class SupervisorControl
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ["stop" or "start", "scylla"])
        {
            Console.Error.WriteLine("usage: supervisorctl stop|start scylla");
            return 2;
        }
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Supervisor.ControlPort);
        await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
        using var reader = new StreamReader(client.GetStream());
        await writer.WriteLineAsync(arguments[0]);
        Console.WriteLine(await reader.ReadLineAsync());
        return 0;
    }
}
