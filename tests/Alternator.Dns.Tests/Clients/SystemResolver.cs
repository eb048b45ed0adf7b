using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Alternator.Dns.Tests.Support;

namespace Alternator.Dns.Tests.Clients;

/// <summary>Runs programs whose system resolver asks a given server.</summary>
internal sealed class SystemResolver : IDisposable
{
    // In a namespace of its own, so that nobody else sees the other files.
    private const string Script = "mount --make-rprivate / && mount --bind \"$1\" /etc/resolv.conf && mount --bind \"$2\" /etc/nsswitch.conf && shift 2 && exec \"$@\"";

    private readonly string _resolvConf = Path.GetTempFileName(), _nsswitch = Path.GetTempFileName();

    public SystemResolver(IPAddress server, bool overTcp = false)
    {
        File.WriteAllText(_resolvConf, $"nameserver {server}\noptions timeout:5 attempts:2{(overTcp ? " use-vc" : "")}\n");
        File.WriteAllText(_nsswitch, "hosts: dns\n");
    }

    /// <summary>Why this can't be done here, or null.</summary>
    public static string? Unavailable { get; } = Why();

    /// <summary>A server on port 53 of a loopback address that nobody else has, or of the only IPv6 one as soon as nobody else has it.</summary>
    public static async Task<LiveServer> StartServerAsync(Action<AlternatorDnsOptions> configure, bool overV6 = false)
    {
        using var deadline = new CancellationTokenSource(LiveServer.Patience);
        while (true)
        {
            try
            {
                return await LiveServer.StartAsync(options =>
                {
                    options.Listen.Clear();
                    options.Listen.Add(new IPEndPoint(overV6 ? IPAddress.IPv6Loopback : RandomAddress(), 53));
                    configure(options);
                });
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse && !deadline.IsCancellationRequested)
            {
                // Another run's; the next one may be free.
                await Task.Delay(100);
            }
        }
    }

    public Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments) =>
        Commands.RunAsync("unshare", ["-m", "sh", "-c", Script, "sh", _resolvConf, _nsswitch, program, .. arguments]);

    public void Dispose()
    {
        File.Delete(_resolvConf);
        File.Delete(_nsswitch);
    }

    private static string? Why()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(RandomAddress(), 53));
        }
        catch (SocketException exception)
        {
            return $"port 53 can't be had here ({exception.Message}), and the system's resolver asks no other";
        }

        using var resolver = new SystemResolver(IPAddress.Loopback);
        return Commands.Exists("unshare") && resolver.RunAsync("true").GetAwaiter().GetResult().Code == 0
            ? null
            : "no mount namespace can be made here, and /etc/resolv.conf of the machine must stay as it is";
    }

    private static IPAddress RandomAddress() =>
        IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.{Random.Shared.Next(100, 250)}.{Random.Shared.Next(256)}.53"));
}
