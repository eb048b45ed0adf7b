using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Alternator.Dns.Serving;

/// <summary>
/// Up to <see cref="Slots"/> datagrams with one system call for receiving them and one for sending the responses. A single query waits for nobody:
/// the first datagram ends the wait, and what else has arrived comes along.
/// <para>
/// Every slot has its own piece of pinned arrays: the query, the sender's address, the address that was asked and the response. The kernel is given
/// these pieces once; this code reads and writes them as bounded spans only.
/// </para>
/// </summary>
internal sealed class LinuxDatagramBatch : DatagramBatch
{
    /// <summary>Few enough that the last response isn't late, enough that system calls are a small part of the cost.</summary>
    public const int Slots = 32;

    private const int SourceSize = 28; // sockaddr_in6, the longer of the two.
    private const int Interrupted = 4, Again = 11, NotImplemented = 38; // errno

    private readonly Socket _owner;
    private readonly SafeSocketHandle _socket;
    private readonly int _querySize, _responseSize, _controlSize;
    private readonly byte[] _queries, _sources, _controls, _responses;
    private readonly LinuxMessages.Vector[] _vectors;
    private readonly LinuxMessages.MultipleMessage[] _receiving, _sending;
    private int _answered;

    public LinuxDatagramBatch(Socket socket, int querySize, int responseSize)
    {
        _owner = socket;
        _socket = socket.SafeHandle;
        _querySize = querySize;
        _responseSize = responseSize;
        _controlSize = AskedAddress.IsTold(socket) ? LinuxPacketInfo.Room : 0;
        _queries = Pinned<byte>(Slots * querySize);
        _sources = Pinned<byte>(Slots * SourceSize);
        _controls = Pinned<byte>(Slots * _controlSize);
        _responses = Pinned<byte>(Slots * responseSize);
        _vectors = Pinned<LinuxMessages.Vector>(2 * Slots);
        _receiving = Pinned<LinuxMessages.MultipleMessage>(Slots);
        _sending = Pinned<LinuxMessages.MultipleMessage>(Slots);
        for (int i = 0; i < Slots; i++)
        {
            _vectors[i] = new() { Base = Address(_queries, i * querySize), Length = (nuint)querySize };
            _receiving[i].Message = new() { Name = Address(_sources, i * SourceSize), Vectors = Address(_vectors, i), VectorCount = 1 };
            if (_controlSize > 0)
                _receiving[i].Message.Control = Address(_controls, i * _controlSize);
        }
    }

    /// <summary>True on Linux, unless the kernel or a sandbox around this process doesn't know the calls.</summary>
    public static bool IsSupported(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return false;

        try
        {
            LinuxMessages.MultipleMessage none = default;
            return LinuxMessages.Receive(socket.SafeHandle, ref none, 0, LinuxMessages.DontWait, 0) >= 0 || Marshal.GetLastPInvokeError() != NotImplemented;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    public override int Receive()
    {
        _answered = 0;
        for (int i = 0; i < Slots; i++)
        {
            _receiving[i].Message.NameLength = SourceSize;
            _receiving[i].Message.ControlLength = (nuint)_controlSize;
        }

        int received = LinuxMessages.Receive(_socket, ref _receiving[0], Slots, LinuxMessages.WaitForOne, 0);
        if (received >= 0)
            return received;

        int error = Marshal.GetLastPInvokeError();
        return error is Interrupted or Again ? 0 : throw new SocketException((int)SocketError.SocketError, Marshal.GetPInvokeErrorMessage(error));
    }

    public override ReadOnlySpan<byte> Query(int index) => _queries.AsSpan(index * _querySize, (int)_receiving[index].Length);

    public override ReadOnlySpan<byte> Source(int index) => _sources.AsSpan(index * SourceSize, (int)_receiving[index].Message.NameLength);

    public override Span<byte> Response(int index) => _responses.AsSpan(index * _responseSize, _responseSize);

    public override void Answer(int index, int length)
    {
        _vectors[Slots + _answered] = new() { Base = Address(_responses, index * _responseSize), Length = (nuint)length };
        ref LinuxMessages.Message received = ref _receiving[index].Message;
        _sending[_answered].Message = new()
        {
            Name = received.Name,
            NameLength = received.NameLength,
            Vectors = Address(_vectors, Slots + _answered),
            VectorCount = 1,
            Control = received.Control,
            ControlLength = (nuint)LinuxPacketInfo.ToAnswerFrom(Control(index)),
        };
        _answered++;
    }

    public override LateAnswer Later(int index) => _controlSize == 0
        ? new SocketLateAnswer(_owner, Source(index))
        : new LinuxLateAnswer(_socket, Source(index), Control(index)[..LinuxPacketInfo.ToAnswerFrom(Control(index))]);

    private Span<byte> Control(int index) => _controls.AsSpan(index * _controlSize, (int)_receiving[index].Message.ControlLength);

    public override string? Send()
    {
        int next = 0, failure = 0;
        while (next < _answered)
        {
            int sent = LinuxMessages.Send(_socket, ref _sending[next], (uint)(_answered - next), 0);
            if (sent > 0)
            {
                next += sent;
                continue;
            }

            // The call fails for its first message only; the others are none the worse for it.
            int error = Marshal.GetLastPInvokeError();
            if (error == Interrupted)
                continue;

            failure = error;
            next++;
        }

        return failure == 0 ? null : Marshal.GetPInvokeErrorMessage(failure);
    }

    internal static T[] Pinned<T>(int length) where T : unmanaged => GC.AllocateArray<T>(length, pinned: true);

    internal static nint Address<T>(T[] pinned, int index) where T : unmanaged => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, index);
}
