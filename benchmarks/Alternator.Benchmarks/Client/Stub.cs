using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Alternator.Benchmarks;

/// <summary>
/// Three nodes that cost next to nothing: raw sockets on 127.0.0.1 to .3 with one port, canned answers, in a process of their own.
/// Commands come over standard input: <c>slow N MS</c>, <c>kill N</c>, <c>hole N</c>, <c>revive N</c>; each is answered with a line.
/// </summary>
internal sealed class Stub
{
    public const int Nodes = 3;

    private static readonly byte[] Item = Encoding.UTF8.GetBytes("{\"Item\":" + Canned.Item + "}");
    private static readonly byte[] GetAnswer = Answer(Item);
    private static readonly byte[] TableAnswer = Answer(Encoding.UTF8.GetBytes(Canned.Table));
    private static readonly byte[] PutAnswer = Answer("{}"u8.ToArray());
    private static readonly byte[] QueryAnswer = Answer(Encoding.UTF8.GetBytes($$"""{"Count":10,"ScannedCount":10,"Items":[{{string.Join(',', Enumerable.Repeat(Canned.Item, 10))}}]}"""));
    private static readonly byte[] LocalNodes = Answer(Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(1, Nodes).Select(i => $"\"127.0.0.{i}\"")) + "]"));

    private readonly Node[] _nodes = [.. Enumerable.Range(1, Nodes).Select(i => new Node(IPAddress.Parse($"127.0.0.{i}")))];

    public static async Task<int> RunAsync()
    {
        var stub = new Stub();
        int port = stub.Bind();
        Console.WriteLine(port.ToString(CultureInfo.InvariantCulture));
        while (await Console.In.ReadLineAsync().ConfigureAwait(false) is { } command)
        {
            string[] words = command.Split(' ');
            Node node = stub._nodes[int.Parse(words[1], CultureInfo.InvariantCulture) - 1];
            switch (words[0])
            {
                case "slow":
                    node.Delay = int.Parse(words[2], CultureInfo.InvariantCulture);
                    break;
                case "kill":
                    node.Kill();
                    break;
                case "hole":
                    node.Silent = true;
                    break;
                default:
                    node.Delay = 0;
                    node.Silent = false;
                    node.Listen(port);
                    break;
            }
            Console.WriteLine("ok");
        }
        return 0;
    }

    private int Bind()
    {
        for (int attempt = 0; ; attempt++)
        {
            int port = _nodes[0].Listen(0);
            try
            {
                foreach (Node node in _nodes.AsSpan(1))
                    node.Listen(port);
                return port;
            }
            catch (SocketException) when (attempt < 50)
            {
                foreach (Node node in _nodes)
                    node.Kill();
            }
        }
    }

    private static byte[] Answer(byte[] body) =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {body.Length}\r\nServer: stub\r\nDate: Sun, 22 Nov 2026 00:00:00 GMT\r\n\r\n")), .. body];

    private sealed class Node(IPAddress address)
    {
        private readonly HashSet<Socket> _connections = [];
        private Socket? _listener;

        public int Delay { get; set; }

        public bool Silent { get; set; }

        public int Listen(int port)
        {
            if (_listener is not null)
                return port;
            var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(512);
            _listener = listener;
            _ = AcceptAsync(listener);
            return ((IPEndPoint)listener.LocalEndPoint!).Port;
        }

        public void Kill()
        {
            _listener?.Dispose();
            _listener = null;
            lock (_connections)
            {
                foreach (Socket connection in _connections)
                {
                    connection.LingerState = new LingerOption(true, 0);
                    connection.Dispose();
                }
                _connections.Clear();
            }
        }

        private async Task AcceptAsync(Socket listener)
        {
            try
            {
                while (true)
                {
                    Socket connection = await listener.AcceptAsync().ConfigureAwait(false);
                    connection.NoDelay = true;
                    lock (_connections)
                        _connections.Add(connection);
                    _ = ServeAsync(connection);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
            }
        }

        private async Task ServeAsync(Socket connection)
        {
            byte[] buffer = new byte[16384];
            int have = 0;
            try
            {
                while (true)
                {
                    int read = await connection.ReceiveAsync(buffer.AsMemory(have)).ConfigureAwait(false);
                    if (read == 0)
                        return;
                    have += read;
                    while (Request(buffer.AsSpan(0, have), out int length, out byte[] answer))
                    {
                        Buffer.BlockCopy(buffer, length, buffer, 0, have - length);
                        have -= length;
                        if (Silent)
                            await Task.Delay(Timeout.Infinite).ConfigureAwait(false);
                        if (Delay > 0)
                            await Task.Delay(Delay).ConfigureAwait(false);
                        await connection.SendAsync(answer).ConfigureAwait(false);
                    }
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
            }
            finally
            {
                connection.Dispose();
                lock (_connections)
                    _connections.Remove(connection);
            }
        }

        private static bool Request(ReadOnlySpan<byte> bytes, out int length, out byte[] answer)
        {
            int head = bytes.IndexOf("\r\n\r\n"u8);
            length = 0;
            answer = [];
            if (head < 0)
                return false;
            ReadOnlySpan<byte> top = bytes[..head];
            int at = top.IndexOf("Content-Length: "u8);
            int body = 0;
            if (at >= 0)
                System.Buffers.Text.Utf8Parser.TryParse(top[(at + 16)..], out body, out _);
            length = head + 4 + body;
            if (bytes.Length < length)
                return false;
            answer = top.StartsWith("GET"u8) ? LocalNodes
                : top.IndexOf("20120810.G"u8) >= 0 ? GetAnswer
                : top.IndexOf("20120810.Q"u8) >= 0 ? QueryAnswer
                : top.IndexOf("20120810.S"u8) >= 0 ? QueryAnswer
                : top.IndexOf("20120810.DescribeTable"u8) >= 0 ? TableAnswer
                : PutAnswer;
            return true;
        }
    }
}
