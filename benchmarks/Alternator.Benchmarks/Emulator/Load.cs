using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Alternator.Benchmarks;

/// <summary>A closed loop of one prepared request over keep-alive connections, a thread with a blocking socket for each.</summary>
internal sealed class Load
{
    private readonly long[] _times;

    private Load(long[] times, TimeSpan elapsed)
    {
        _times = times;
        Array.Sort(_times);
        PerSecond = times.Length / elapsed.TotalSeconds;
    }

    public double PerSecond { get; }

    /// <summary>A percentile of the latency in microseconds.</summary>
    public double Percentile(double share) => Stopwatch.GetElapsedTime(0, _times[(int)Math.Min(_times.Length - 1, _times.Length * share)]).TotalMicroseconds;

    public static Load Run(int port, byte[] request, int connections, TimeSpan time)
    {
        var times = new List<long>[connections];
        var threads = new Thread[connections];
        Exception? failure = null;
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < connections; i++)
        {
            var own = times[i] = new List<long>(200_000);
            threads[i] = new Thread(() =>
            {
                try
                {
                    using Socket socket = Connect(port);
                    byte[] buffer = new byte[64 * 1024];
                    while (clock.Elapsed < time)
                    {
                        long from = Stopwatch.GetTimestamp();
                        Exchange(socket, request, buffer);
                        own.Add(Stopwatch.GetTimestamp() - from);
                    }
                }
                catch (Exception e)
                {
                    failure = e;
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads) thread.Join();
        return failure is null ? new Load([.. times.SelectMany(t => t)], clock.Elapsed) : throw new InvalidOperationException("The load broke off.", failure);
    }

    public static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    /// <summary>Sends a request and reads its whole answer; the length of both headers and body.</summary>
    public static int Exchange(Socket socket, ReadOnlySpan<byte> request, byte[] buffer)
    {
        socket.Send(request);
        int length = 0;
        while (true)
        {
            int read = socket.Receive(buffer.AsSpan(length));
            if (read == 0) throw new EndOfStreamException();
            length += read;
            ReadOnlySpan<byte> answer = buffer.AsSpan(0, length);
            int end = answer.IndexOf("\r\n\r\n"u8);
            if (end < 0) continue;
            int at = answer[..end].IndexOf("Content-Length: "u8);
            ReadOnlySpan<byte> digits = answer[(at + 16)..];
            int body = 0;
            for (int i = 0; digits[i] is >= (byte)'0' and <= (byte)'9'; i++) body = (body * 10) + digits[i] - '0';
            if (!answer.StartsWith("HTTP/1.1 200"u8)) throw new InvalidOperationException(Encoding.UTF8.GetString(answer));
            if (length >= end + 4 + body) return length;
        }
    }
}
