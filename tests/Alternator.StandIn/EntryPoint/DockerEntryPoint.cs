using System.Net;
using System.Net.Sockets;
using Alternator.StandIn.Supervision;

namespace Alternator.StandIn.EntryPoint;

/// <summary>
/// The first process of the container: reads the command line, writes datacenter and rack, and hands the rest to the supervisor. As in the image a bad
/// command line ends it with 2, and any other mistake with "failed!" in the log and 0.
/// </summary>
internal static class DockerEntryPoint
{
    public const string RackPropertiesFile = "/etc/scylla/cassandra-rackdc.properties";

    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            EntryPointFlags flags = EntryPointFlags.Parse(arguments);
            if (ScyllaCommandLine.RackProperties(flags) is { } properties)
                await File.WriteAllTextAsync(RackPropertiesFile, properties);
            string own = (await Dns.GetHostAddressesAsync(Dns.GetHostName())).First(a => a.AddressFamily == AddressFamily.InterNetwork).ToString();
            IReadOnlyList<string> words = ShellWords.Of(ScyllaCommandLine.Write(flags, own), Environment.GetEnvironmentVariable);
            string[] image = ["--log-to-syslog", "0", "--log-to-stdout", "1", "--network-stack", "posix", $"--developer-mode={flags["--developer-mode"] ?? "1"}"];
            return await new Supervisor("/app/scylla", [.. image, .. words]).RunAsync();
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine($"docker-entrypoint.py: error: {e.Message}");
            return 2;
        }
        catch (Exception e)
        {
            Console.WriteLine($"failed!\n{e}");
            return 0;
        }
    }
}
