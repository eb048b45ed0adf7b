using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Alternator.Benchmarks.Dns;

/// <summary>What one measurement saw.</summary>
internal sealed record UdpResult(long Answers, long Lost, long Wrong, TimeSpan Time, double[] LatenciesMicroseconds)
{
    public double PerSecond => Answers / Time.TotalSeconds;

    public double Percentile(double share) => LatenciesMicroseconds.Length == 0
        ? double.NaN
        : LatenciesMicroseconds[Math.Min(LatenciesMicroseconds.Length - 1, (int)(share * LatenciesMicroseconds.Length))];
}

/// <summary>
/// Keeps a number of queries under way on one socket and checks every answer: id, response code and number of records. Sends and receives many
/// datagrams per system call (sendmmsg, recvmmsg), so that it costs less than the server that it measures. Linux only.
/// </summary>
internal sealed unsafe class UdpLoad : IDisposable
{
    private const int Batch = 64, MessageSize = 1500, WaitForOne = 0x10000;

    private readonly Socket _socket;
    private readonly byte[] _query;
    private readonly int _window, _expectedCode, _expectedAnswers;
    private readonly long[] _sentAt = new long[65536];
    private readonly byte* _memory;
    private readonly MessageHeader* _sending, _receiving;
    private readonly byte* _queries, _answers;
    private ushort _nextId;
    private int _underWay;

    public UdpLoad(IPEndPoint server, byte[] query, int window, int expectedCode, int expectedAnswers)
    {
        _query = query;
        _window = window;
        _expectedCode = expectedCode;
        _expectedAnswers = expectedAnswers;
        _socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 21, ReceiveTimeout = 500 };
        _socket.Connect(server);

        int headers = Batch * sizeof(MessageHeader), vectors = Batch * sizeof(Vector), data = Batch * MessageSize;
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)(2 * (headers + vectors + data)));
        _sending = (MessageHeader*)_memory;
        _receiving = (MessageHeader*)(_memory + headers);
        var vector = (Vector*)(_memory + (2 * headers));
        _queries = _memory + (2 * (headers + vectors));
        _answers = _queries + data;
        for (int i = 0; i < Batch; i++)
        {
            query.CopyTo(new Span<byte>(_queries + (i * MessageSize), MessageSize));
            vector[i] = new Vector { Base = _queries + (i * MessageSize), Length = (nuint)query.Length };
            vector[Batch + i] = new Vector { Base = _answers + (i * MessageSize), Length = MessageSize };
            _sending[i] = new MessageHeader { Vectors = vector + i, VectorCount = 1 };
            _receiving[i] = new MessageHeader { Vectors = vector + Batch + i, VectorCount = 1 };
        }
    }

    public UdpResult Run(TimeSpan time)
    {
        long answers = 0, lost = 0, wrong = 0;
        var latencies = new List<double>(1 << 16);
        long start = Stopwatch.GetTimestamp();
        _underWay = 0;
        Fill();
        while (true)
        {
            int received = Receive();
            long now = Stopwatch.GetTimestamp();
            if (received == 0)
            {
                lost += _underWay;
                _underWay = 0;
            }

            for (int i = 0; i < received; i++)
            {
                var answer = new ReadOnlySpan<byte>(_answers + (i * MessageSize), (int)_receiving[i].Length);
                ushort id = BinaryPrimitives.ReadUInt16BigEndian(answer);
                if (!IsRight(answer))
                    wrong++;
                if ((answers & 0x3F) == 0)
                    latencies.Add((now - _sentAt[id]) * 1e6 / Stopwatch.Frequency);
                answers++;
                _underWay--;
            }

            if (Stopwatch.GetElapsedTime(start, now) >= time)
            {
                while (_underWay > 0 && Receive() is > 0 and int rest)
                    _underWay -= rest;
                latencies.Sort();
                return new UdpResult(answers, lost, wrong, Stopwatch.GetElapsedTime(start, now), [.. latencies]);
            }

            Fill();
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        NativeMemory.Free(_memory);
    }

    private bool IsRight(ReadOnlySpan<byte> answer) =>
        answer.Length > 12
        && (answer[2] & 0x80) != 0
        && (answer[3] & 0xF) == _expectedCode
        && BinaryPrimitives.ReadUInt16BigEndian(answer[6..]) == _expectedAnswers
        && answer.Slice(12, _query.Length - 12 - 11).SequenceEqual(_query.AsSpan(12, _query.Length - 12 - 11));

    private void Fill()
    {
        while (_underWay < _window)
        {
            int count = Math.Min(Batch, _window - _underWay);
            long now = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                ushort id = _nextId++;
                _sentAt[id] = now;
                BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(_queries + (i * MessageSize), 2), id);
            }

            int sent = sendmmsg((int)_socket.Handle, _sending, (uint)count, 0);
            if (sent < 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            _underWay += sent;
        }
    }

    /// <summary>Waits for one answer and takes what else is there; 0 when none comes in half a second.</summary>
    private int Receive()
    {
        int received = recvmmsg((int)_socket.Handle, _receiving, Batch, WaitForOne, null);
        if (received > 0)
            return received;

        int error = Marshal.GetLastPInvokeError();
        const int Again = 11, Interrupted = 4;
        return error is Again or Interrupted ? 0 : throw new Win32Exception(error);
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int sendmmsg(int socket, MessageHeader* messages, uint count, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int recvmmsg(int socket, MessageHeader* messages, uint count, int flags, void* timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct mmsghdr of Linux on 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
        public int Padding;
        public uint Length;
    }
}
