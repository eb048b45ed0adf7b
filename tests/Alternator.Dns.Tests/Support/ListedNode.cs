using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Alternator.Dns.Tests.Support;

/// <summary>A node that does nothing but list the nodes of its cluster, on an address of either family. It is there until it is disposed.</summary>
internal sealed class ListedNode : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly byte[] _answer;
    private readonly Task _loop;

    /// <param name="address">Its address.</param>
    /// <param name="port">Its port; 0 takes a free one.</param>
    /// <param name="nodes">What it lists.</param>
    public ListedNode(string address, int port, params string[] nodes)
    {
        string list = $"[{string.Join(',', nodes.Select(node => $"\"{node}\""))}]";
        _answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {list.Length}\r\nConnection: close\r\n\r\n{list}");
        _listener = new TcpListener(IPAddress.Parse(address), port);
        _listener.Start();
        _loop = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _loop;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
            catch (Exception exception) when (exception is IOException)
            {
                // That client is gone.
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var deadline = new CancellationTokenSource(LiveServer.Patience);
        byte[] request = new byte[8192];
        int filled = 0;
        while (request.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) < 0)
        {
            int read = await stream.ReadAsync(request.AsMemory(filled), deadline.Token);
            if (read == 0)
                return;
            filled += read;
        }

        await stream.WriteAsync(_answer, deadline.Token);
    }
}
