using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Alternator.Client;
using Microsoft.Extensions.Logging;

namespace Alternator.Dns.Tests.Support;

/// <summary>A server on a free loopback port, with clients that speak DNS byte by byte.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    /// <summary>Long enough for a busy machine; a test that works never waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private LiveServer(AlternatorDnsServer server) => Server = server;

    public AlternatorDnsServer Server { get; }

    public IPEndPoint EndPoint => Server.Endpoints[0];

    /// <summary>Soon sees what becomes of a node, but also takes it for dead when the machine keeps its answer back for a second: for tests that wait for a change.</summary>
    public static readonly TimeSpan QuickRefresh = TimeSpan.FromMilliseconds(250);

    /// <summary>Starts a server. Without a node of its own it is given one that is never there, whose address it serves as the last known good.</summary>
    public static async Task<LiveServer> StartAsync(Action<AlternatorDnsOptions>? configure = null, ILoggerFactory? loggers = null)
    {
        var options = new AlternatorDnsOptions { Refresh = TimeSpan.FromSeconds(2), QueriesPerSecond = 0 };
        options.Listen.Add(new IPEndPoint(IPAddress.Loopback, 0));
        configure?.Invoke(options);
        if (options.Endpoints.Count == 0)
            options.Endpoints.Add(new Uri("http://127.0.0.1:9"));
        var server = new AlternatorDnsServer(options, loggers);
        try
        {
            await server.StartAsync();
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return new LiveServer(server);
    }

    /// <summary>A server of many nodes that are taken as they are: neither looked for nor probed.</summary>
    public static async Task<LiveServer> StartWithNodesAsync(int count, Action<AlternatorDnsOptions>? configure = null)
    {
        var nodes = new AlternatorNodesOptions { Discovery = { Enabled = false }, Health = { Enabled = false } };
        for (int i = 1; i <= count; i++)
            nodes.Endpoints.Add(new Uri($"http://127.0.1.{i}:9"));
        var options = new AlternatorDnsOptions { Answers = DnsAnswers.All, MaxAnswers = 1000, QueriesPerSecond = 0 };
        options.Listen.Add(new IPEndPoint(IPAddress.Loopback, 0));
        configure?.Invoke(options);
        var server = new AlternatorDnsServer(options, new AlternatorNodes(nodes));
        await server.StartAsync();
        return new LiveServer(server);
    }

    public async Task<TestResponse> AskAsync(string name, ushort type = 1, int? ednsSize = null) =>
        await AskAsync(TestQuery.Build(name, type, ednsSize: ednsSize));

    /// <summary>Asks over UDP, again if a datagram was lost, as every resolver does.</summary>
    public async Task<TestResponse> AskAsync(byte[] query)
    {
        for (int attempt = 0; attempt < 6; attempt++)
        {
            if (await AskUdpAsync(EndPoint, query, TimeSpan.FromSeconds(5)) is { } answer)
                return new TestResponse(answer);
        }

        throw new TimeoutException("no answer over UDP");
    }

    /// <summary>The answer to one datagram, or null if none comes in time.</summary>
    public static async Task<byte[]?> AskUdpAsync(IPEndPoint server, byte[] query, TimeSpan? patience = null)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server);
        await socket.SendAsync(query);
        using var deadline = new CancellationTokenSource(patience ?? Patience);
        byte[] buffer = new byte[65535];
        try
        {
            return buffer[..await socket.ReceiveAsync(buffer, deadline.Token)];
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public async Task<TestResponse> AskOverTcpAsync(byte[] query)
    {
        using Socket socket = await ConnectAsync();
        await socket.SendAsync(Framed(query));
        return new TestResponse((await ReadFrameAsync(socket))!);
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint);
        return socket;
    }

    public static byte[] Framed(params byte[][] messages) =>
        [.. messages.SelectMany(message => (byte[])[(byte)(message.Length >> 8), (byte)message.Length, .. message])];

    /// <summary>The next message, or null if the server closed the connection.</summary>
    public static async Task<byte[]?> ReadFrameAsync(Socket socket)
    {
        byte[] prefix = new byte[2];
        if (!await ReadAsync(socket, prefix))
            return null;

        byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        return await ReadAsync(socket, message) ? message : null;
    }

    /// <summary>Waits until that many nodes are known and live.</summary>
    public Task HasNodesAsync(int count, string zone = "alternator.local") =>
        UntilAsync(async () => (await AskAsync("_alternator._tcp." + zone, 33, 1232)).Answers.Count == count, $"{count} nodes are live");

    /// <summary>Asks again until the condition holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(deadline.IsCancellationRequested, $"{what}: not within {Patience.TotalSeconds} s");
            await Task.Delay(20);
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static async Task<bool> ReadAsync(Socket socket, byte[] buffer)
    {
        using var deadline = new CancellationTokenSource(Patience);
        int filled = 0;
        while (filled < buffer.Length)
        {
            int read;
            try
            {
                read = await socket.ReceiveAsync(buffer.AsMemory(filled), deadline.Token);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset)
            {
                return false;
            }

            if (read == 0)
                return false;
            filled += read;
        }

        return true;
    }
}
