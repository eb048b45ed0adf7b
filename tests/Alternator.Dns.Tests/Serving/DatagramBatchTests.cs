using System.Net;
using System.Net.Sockets;
using System.Text;
using Alternator.Dns.Serving;
using Alternator.Dns.Tests.Support;

namespace Alternator.Dns.Tests.Serving;

/// <summary>Both ways to receive and send, through real sockets of both families. What only Linux can do is skipped elsewhere.</summary>
public sealed class DatagramBatchTests : IDisposable
{
    private const int QuerySize = 100, ResponseSize = 70_000;

    private readonly List<Socket> _sockets = [];
    private readonly byte[] _answer = new byte[100];

    public static TheoryData<string, string> Ways { get; } = AllWays();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_datagram_is_answered_to_where_it_came_from(string way, string address)
    {
        Socket server = Bound(address);
        DatagramBatch batch = Batch(way, server);
        Socket[] clients = [.. Enumerable.Range(0, 100).Select(_ => Bound(address))];
        for (int i = 0; i < clients.Length; i++)
            clients[i].SendTo(Encoding.ASCII.GetBytes($"query {i}"), server.LocalEndPoint!);

        for (int answered = 0; answered < clients.Length;)
        {
            int received = batch.Receive();
            for (int i = 0; i < received; i++)
                Answer(batch, i, "answer to " + Encoding.ASCII.GetString(batch.Query(i)));
            Assert.Null(batch.Send());
            answered += received;
        }

        for (int i = 0; i < clients.Length; i++)
            Assert.Equal($"answer to query {i}", await ReadAsync(clients[i]));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_source_is_the_address_of_the_client(string way, string address)
    {
        Socket server = Bound(address), client = Bound(address);
        DatagramBatch batch = Batch(way, server);
        client.SendTo("x"u8, server.LocalEndPoint!);

        Assert.Equal(1, batch.Receive());
        Assert.True(SourceAddress.CanBeAnswered(batch.Source(0)));
        Assert.Equal(IPAddress.Parse(address), new IPAddress(SourceAddress.Ip(batch.Source(0))));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_not_answered_is_not_sent(string way, string address)
    {
        Socket server = Bound(address), client = Bound(address);
        DatagramBatch batch = Batch(way, server);
        foreach (string text in (string[])["one", "two", "three"])
            client.SendTo(Encoding.ASCII.GetBytes(text), server.LocalEndPoint!);

        for (int seen = 0; seen < 3;)
        {
            int received = batch.Receive();
            for (int i = 0; i < received; i++, seen++)
            {
                if (!batch.Query(i).SequenceEqual("two"u8))
                    Answer(batch, i, Encoding.ASCII.GetString(batch.Query(i)));
            }

            Assert.Null(batch.Send());
        }

        Assert.Equal(["one", "three"], [await ReadAsync(client), await ReadAsync(client)]);
        Assert.Equal(0, client.Available);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_datagram_that_is_too_long_is_cut(string way, string address)
    {
        Socket server = Bound(address), client = Bound(address);
        DatagramBatch batch = Batch(way, server);
        client.SendTo(new byte[5000], server.LocalEndPoint!);

        Assert.Equal(1, batch.Receive());
        Assert.Equal(QuerySize, batch.Query(0).Length);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task One_that_can_not_be_sent_is_told_and_does_not_hold_up_the_others(string way, string address)
    {
        Socket server = Bound(address), client = Bound(address);
        DatagramBatch batch = Batch(way, server);
        foreach (string text in (string[])["one", "two", "three"])
            client.SendTo(Encoding.ASCII.GetBytes(text), server.LocalEndPoint!);

        var failures = new List<string>();
        for (int seen = 0; seen < 3;)
        {
            int received = batch.Receive();
            for (int i = 0; i < received; i++, seen++)
            {
                // More than a datagram can have.
                if (batch.Query(i).SequenceEqual("two"u8))
                    batch.Answer(i, ResponseSize);
                else
                    Answer(batch, i, Encoding.ASCII.GetString(batch.Query(i)));
            }

            if (batch.Send() is { } failure)
                failures.Add(failure);
        }

        Assert.Contains("too long", Assert.Single(failures), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["one", "three"], [await ReadAsync(client), await ReadAsync(client)]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Receiving_and_sending_allocate_nothing(string way, string address)
    {
        Socket server = Bound(address), client = Bound(address);
        DatagramBatch batch = Batch(way, server);
        Exchange();

        // What is allocated once, by the runtime, is in one round; what is allocated per datagram is in every one.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Exchange()));

        long Exchange()
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), own = 0;
            for (int i = 0; i < 200; i++)
            {
                // What the client side of the test allocates is told apart.
                long start = GC.GetAllocatedBytesForCurrentThread();
                client.SendTo("query"u8, server.LocalEndPoint!);
                own += GC.GetAllocatedBytesForCurrentThread() - start;

                Assert.True(batch.Receive() == 1 && batch.Query(0).Length == 5 && batch.Source(0).Length > 0);
                batch.Response(0)[0] = 1;
                batch.Answer(0, 1);
                Assert.True(batch.Send() is null);

                start = GC.GetAllocatedBytesForCurrentThread();
                client.Receive(_answer);
                own += GC.GetAllocatedBytesForCurrentThread() - start;
            }

            return GC.GetAllocatedBytesForCurrentThread() - before - own;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Closing_the_socket_ends_the_wait(string way, string address)
    {
        Socket server = Bound(address);
        DatagramBatch batch = Batch(way, server);
        var waiting = new TaskCompletionSource();
        Task wait = Task.Factory.StartNew(
            () =>
            {
                waiting.SetResult();
                try
                {
                    // What comes of the close may look like an empty datagram; then the next call tells.
                    while (true)
                    {
                        if (batch.Receive() > 0)
                            Assert.False(SourceAddress.CanBeAnswered(batch.Source(0)));
                    }
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
                {
                    // Closed.
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await waiting.Task;

        server.Dispose();
        await wait.WaitAsync(LiveServer.Patience);
    }

    [Fact]
    public void On_linux_a_socket_with_all_addresses_allocates_nothing_either()
    {
        if (OperatingSystem.IsLinux())
            Receiving_and_sending_allocate_nothing("many", "0.0.0.0");
    }

    [Fact]
    public void On_linux_what_waits_is_received_with_one_call()
    {
        if (!OperatingSystem.IsLinux())
            return;

        Socket server = Bound("127.0.0.1"), client = Bound("127.0.0.1");
        DatagramBatch batch = DatagramBatch.For(server, QuerySize, ResponseSize, _ => server);
        for (int i = 0; i < LinuxDatagramBatch.Slots + 5; i++)
            client.SendTo([(byte)i], server.LocalEndPoint!);

        Assert.Equal(LinuxDatagramBatch.Slots, batch.Receive());
        Assert.Equal(Enumerable.Range(0, LinuxDatagramBatch.Slots), Enumerable.Range(0, LinuxDatagramBatch.Slots).Select(i => (int)batch.Query(i)[0]));
        Assert.Equal(5, batch.Receive());
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private static TheoryData<string, string> AllWays()
    {
        var ways = new TheoryData<string, string>();
        foreach (string way in OperatingSystem.IsLinux() ? (string[])["many", "single"] : ["single"])
        {
            foreach (string address in Loopback.HasV6 ? (string[])["127.0.0.1", "::1"] : ["127.0.0.1"])
                ways.Add(way, address);
        }

        return ways;
    }

    private static DatagramBatch Batch(string way, Socket socket) => way == "many"
        ? Assert.IsType<LinuxDatagramBatch>(DatagramBatch.For(socket, QuerySize, ResponseSize, _ => socket))
        : new SingleDatagram(socket, QuerySize, ResponseSize, _ => socket);

    private static void Answer(DatagramBatch batch, int index, string text) =>
        batch.Answer(index, Encoding.ASCII.GetBytes(text, batch.Response(index)));

    private static async Task<string> ReadAsync(Socket client)
    {
        using var deadline = new CancellationTokenSource(LiveServer.Patience);
        byte[] buffer = new byte[1000];
        return Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer, deadline.Token));
    }

    private Socket Bound(string address)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), 0);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _sockets.Add(socket);
        if (endPoint.Address.Equals(IPAddress.Any))
            AskedAddress.AskFor(socket);
        socket.Bind(endPoint);
        return socket;
    }
}
