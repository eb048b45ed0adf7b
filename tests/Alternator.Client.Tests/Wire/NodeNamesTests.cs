using System.Net;
using System.Net.Sockets;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client.Tests.Wire;

/// <summary>Nodes that are reached by name, and connections that don't come about.</summary>
public sealed class NodeNamesTests : IAsyncLifetime
{
    private readonly FakeNode _old = new(address: IPAddress.Parse("127.0.0.1"));
    private readonly FakeNode _new;
    private readonly AlternatorNodesOptions _options = new() { Discovery = { Enabled = false } };
    private volatile IPAddress[] _addresses = [IPAddress.Parse("127.0.0.1")];

    public NodeNamesTests()
    {
        _new = new FakeNode(address: IPAddress.Parse("127.0.0.2"), port: _old.Port);
        _options.Endpoints.Add(new Uri($"http://node1.example:{_old.Port}"));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    [Fact]
    public async Task A_name_is_resolved_again_for_every_connection()
    {
        await using AlternatorNodes nodes = Nodes();
        using var client = new AlternatorDynamoDBClient(nodes, nodes.CreateConfig());
        await client.GetItemAsync("t", Key);
        await client.GetItemAsync("t", Key);
        Assert.Equal(2, _old.Requests.Count);

        _addresses = [_new.Address];
        _old.CloseConnections();
        await client.GetItemAsync("t", Key);
        Assert.Equal((2, 1), (_old.Requests.Count, _new.Requests.Count));
        Assert.Equal($"node1.example:{_old.Port}", Assert.Single(_new.Requests).Header("Host"));
    }

    [Fact]
    public async Task A_node_that_has_moved_without_a_word_is_found_by_the_first_connection_after_it_was_found_dead()
    {
        _options.Health.SuspicionTimeout = TimeSpan.FromMilliseconds(300);
        await using AlternatorNodes nodes = Nodes();
        using var client = new AlternatorDynamoDBClient(nodes, nodes.CreateConfig());
        // Several connections, all of which go to the old address.
        using var all = new CountdownEvent(3);
        _old.Answer = _ => { all.Signal(); all.Wait(TimeSpan.FromSeconds(30)); return FakeNode.Json("{}"); };
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => client.GetItemAsync("t", Key)));
        Assert.Equal(3, _old.Requests.Select(static request => request.Connection).Distinct().Count());

        _old.Answer = _ => FakeNode.Json("{}");
        _old.Silent = true;
        _addresses = [_new.Address];
        await client.GetItemAsync("t", Key);
        Assert.Equal((3 + 1, 1), (_old.Requests.Count, _new.Requests.Count));
    }

    [Fact]
    public async Task Each_address_of_a_name_is_tried()
    {
        _addresses = [IPAddress.Parse("127.0.0.3"), _new.Address];
        await using AlternatorNodes nodes = Nodes();
        using var client = new AlternatorDynamoDBClient(nodes, nodes.CreateConfig());
        await client.GetItemAsync("t", Key);
        Assert.Single(_new.Requests);
    }

    [Fact]
    public async Task An_address_that_does_not_answer_leaves_time_for_the_next()
    {
        using var full = new FullListener(IPAddress.Parse("127.0.0.4"), _new.Port);
        var connector = new NodeConnector(new TlsOptions(), TimeSpan.FromSeconds(2), (_, _) => Task.FromResult<IPAddress[]>([full.Address, _new.Address]));
        (Socket socket, Stream stream) = await connector.ConnectAsync(_options.Endpoints[0], CancellationToken.None);
        using (socket)
        {
            Assert.Equal(_new.Address, ((IPEndPoint)socket.RemoteEndPoint!).Address);
        }
        await stream.DisposeAsync();

        connector = new NodeConnector(new TlsOptions(), TimeSpan.FromMilliseconds(100), (_, _) => Task.FromResult<IPAddress[]>([full.Address]));
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => connector.ConnectAsync(_options.Endpoints[0], CancellationToken.None));
        Assert.Equal(HttpRequestError.ConnectionError, error.HttpRequestError);
    }

    [Fact]
    public async Task A_name_without_an_address_is_an_error_that_names_it()
    {
        _addresses = [];
        await using AlternatorNodes nodes = Nodes();
        AlternatorClientConfig config = nodes.CreateConfig();
        config.Retry.MaxAttempts = 1;
        using var client = new AlternatorDynamoDBClient(nodes, config);
        var error = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => client.GetItemAsync("t", Key));
        Assert.Contains("The name node1.example isn't known", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_given_up_while_it_waits_for_a_connection_is_known_not_to_have_been_sent()
    {
        using var full = new FullListener(IPAddress.Parse("127.0.0.4"), _new.Port);
        using var transport = new NodeTransport(new TlsOptions(), new ConnectionOptions { MaxConnectionsPerNode = 1 });
        NodeConnections connections = transport.ConnectionsTo(new Uri($"http://{full.Address}:{_new.Port}"));
        using var cancellation = new CancellationTokenSource();
        Task<int> connecting = connections.ExchangeAsync<BareExchange, int>(new BareExchange(), cancellation.Token).AsTask();
        Task<int> inLine = connections.ExchangeAsync<BareExchange, int>(new BareExchange(), cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<NotSentException>(() => inLine);
        await Assert.ThrowsAsync<NotSentException>(() => connecting);
    }

    private static Dictionary<string, AttributeValue> Key => new() { ["k"] = new("v") };

    private AlternatorNodes Nodes() => new(_options, null, null, new NodesSeams { Resolve = (_, _) => Task.FromResult(_addresses) });

    /// <summary>An address whose queue of connections is full, so that further ones are neither accepted nor refused.</summary>
    private sealed class FullListener : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public FullListener(IPAddress address, int port)
        {
            Address = address;
            Socket listener = Add();
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(0);
            for (int i = 0; i < 4; i++)
            {
                Socket filler = Add();
                filler.Blocking = false;
                try
                {
                    filler.Connect(address, port);
                }
                catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
                {
                }
            }
        }

        public IPAddress Address { get; }

        public void Dispose() => _sockets.ForEach(static socket => socket.Dispose());

        private Socket Add()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            return socket;
        }
    }
}
