using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Alternator.Emulator;

namespace Alternator.StandIn.Node;

/// <summary>
/// The <c>scylla</c> of the stand-in: a node of a cluster over our emulator. It listens where its options say, joins through its seeds or through the nodes that it knew before, lists
/// only nodes that have joined, and says goodbye when it is told to stop.
/// </summary>
internal static class ScyllaNode
{
    public static async Task<int> RunAsync(string[] words)
    {
        try
        {
            var options = new ScyllaOptions(words);
            Console.WriteLine($"stand-in for ScyllaDB, starting with {string.Join(' ', words)}");
            await ServeAsync(options);
            return 0;
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            Console.WriteLine($"Startup failed: {e.Message}");
            return 1;
        }
    }

    private static async Task ServeAsync(ScyllaOptions options)
    {
        NodeIdentity identity = NodeIdentity.Load(options);
        string own = options.ListenAddress;
        await using EmulatorCluster emulator = await EmulatorCluster.StartAsync(new EmulatorOptions
        {
            Nodes = 1,
            Addressing = NodeAddressing.OneAddress,
            SyntheticAddress = own,
            Control = false,
            ClusterName = identity.ClusterName,
            Datacenter = identity.Datacenter,
            Racks = [identity.Rack],
            EnforceAuthorization = options.EnforceAuthorization,
            Roles = identity.Role is { } role ? [new EmulatorRole(role, identity.Secret)] : [],
            TtlPeriod = options.TtlPeriod,
        });
        if (File.Exists(NodeIdentity.SnapshotFile))
            emulator.LoadSnapshot(NodeIdentity.SnapshotFile);
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(30) };
        var ring = new Ring(new Member(identity.ClusterName, own, identity.HostId, identity.Datacenter, identity.Rack, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), NodeState.Joining), http);
        var replica = new Replica(emulator, ring, http);
        using var ending = new CancellationTokenSource();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            ending.Cancel();
        });

        await using WebApplication between = await Inside(options, ring, replica);
        if (Environment.GetEnvironmentVariable("STANDIN_BOOT_SECONDS") is { Length: > 0 } seconds)
            await Task.Delay(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)), ending.Token);
        await JoinAsync(options, ring, replica, ending.Token);
        await using WebApplication alternator = await AlternatorAsync(options, identity, ring, replica);
        Console.WriteLine($"serving {ring.Own.Datacenter}/{ring.Own.Rack} {own}");

        await ring.RunAsync(ending.Token);
        ring.Become(NodeState.Leaving);
        await ring.GossipAsync(CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await alternator.StopAsync(patience.Token);
        Console.WriteLine("stopped");
    }

    /// <summary>Joins through any node that is known and answers; a node whose only seed is itself, and that knows nobody else alive, founds a cluster or is the first one back.</summary>
    private static async Task JoinAsync(ScyllaOptions options, Ring ring, Replica replica, CancellationToken cancellationToken)
    {
        ring.Know(NodeIdentity.KnownPeers());
        while (true)
        {
            bool founder = false;
            foreach (string seed in options.Seeds)
            {
                string[] addresses = [.. (await Dns.GetHostAddressesAsync(seed, AddressFamily.InterNetwork, cancellationToken)).Select(a => a.ToString())];
                founder |= addresses.Contains(ring.Own.Address);
                ring.Know(addresses);
            }
            await ring.GossipAsync(cancellationToken);
            // Once more: the first round made others known.
            await ring.GossipAsync(cancellationToken);
            if (ring.Live.FirstOrDefault() is { } leader)
            {
                await replica.TakeOverAsync(leader.Address);
                break;
            }
            if (founder)
            {
                replica.Loaded();
                break;
            }
            await Task.Delay(200, cancellationToken);
        }
        ring.Become(NodeState.Normal);
        await ring.GossipAsync(cancellationToken);
    }

    /// <summary>What nodes say to each other, and the ports for tools: REST and metrics.</summary>
    private static async Task<WebApplication> Inside(ScyllaOptions options, Ring ring, Replica replica)
    {
        WebApplication app = Application(kestrel =>
        {
            kestrel.Listen(IPAddress.Parse(options.ListenAddress), Ring.Port);
            kestrel.Listen(IPAddress.Parse(options.ApiAddress), 10000);
            kestrel.Listen(IPAddress.Parse(options.ListenAddress), 9180);
        });
        app.MapPost("/gossip", (Member member) =>
        {
            ring.Hear(member);
            return ring.All.Select(m => m.Member).OrderByDescending(m => m == ring.Own);
        });
        app.MapPost("/order", async (ApiRequest request) => await replica.OrderAsync(request, CancellationToken.None) is { } answer ? Results.Ok(answer) : Results.StatusCode(503));
        app.MapPost("/apply", (ApiRequest request) => replica.ApplyAsync(request, CancellationToken.None));
        app.MapGet("/everything/{to}", async (string to) => Results.Bytes(await replica.HandOverAsync(to)));
        app.MapGet("/standin/nodes", () => ring.All.Select(m => new Tools.NodeLine(m.Member.Datacenter, (m.Up ? "U" : "D") + m.Member.State.ToString()[0], m.Member.Address, m.Member.HostId, m.Member.Rack)));
        app.MapGet("/ui/", () => "stand-in for ScyllaDB's REST API");
        app.MapGet("/metrics", () => $"scylla_alternator_total_operations{{shard=\"0\"}} 0\nstandin_live_nodes {ring.Live.Count}\n");
        await app.StartAsync();
        return app;
    }

    private static async Task<WebApplication> AlternatorAsync(ScyllaOptions options, NodeIdentity identity, Ring ring, Replica replica)
    {
        IPAddress address = IPAddress.Parse(options.AlternatorAddress);
        WebApplication app = Application(kestrel =>
        {
            if (options.AlternatorPort > 0)
                kestrel.Listen(address, options.AlternatorPort);
            if (options.HttpsPort > 0)
                kestrel.Listen(address, options.HttpsPort, listen => listen.UseHttps(X509Certificate2.CreateFromPemFile(options.Certificate, options.Key)));
        });
        app.MapGet("/", (HttpRequest request) => $"healthy: {request.Host}");
        app.MapGet("/localnodes", (string? dc, string? rack) =>
            ring.Live.Where(m => m.Datacenter == (dc ?? identity.Datacenter) && (rack is null || m.Rack == rack)).Select(m => m.Address));
        app.MapPost("/", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var request = new ApiRequest(
                context.Request.Headers.Where(h => h.Key is not ("Connection" or "Content-Length" or "Transfer-Encoding")).ToDictionary(h => h.Key, h => h.Value.Select(v => v ?? "").ToArray()),
                body.ToArray());
            ApiAnswer answer = await replica.AnswerAsync(request, context.RequestAborted);
            context.Response.StatusCode = answer.Status;
            context.Response.ContentType = answer.ContentType;
            if (answer.ContentEncoding is { } encoding)
                context.Response.Headers.ContentEncoding = encoding;
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        });
        await app.StartAsync();
        return app;
    }

    private static WebApplication Application(Action<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions> listen)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(listen);
        return builder.Build();
    }
}
