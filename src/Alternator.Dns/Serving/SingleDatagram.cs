using System.Net;
using System.Net.Sockets;

namespace Alternator.Dns.Serving;

/// <summary>
/// A batch of one, on every platform: two system calls per query. .NET can't choose the address that a datagram leaves from, so for a socket that is bound to
/// all addresses the answer goes through another one, which is bound to the address that was asked; and there the query costs an allocation.
/// </summary>
internal sealed class SingleDatagram(Socket socket, int querySize, int responseSize, Func<IPAddress, Socket> socketAt) : DatagramBatch
{
    private readonly byte[] _query = GC.AllocateArray<byte>(querySize, pinned: true);
    private readonly byte[] _response = GC.AllocateArray<byte>(responseSize, pinned: true);
    private readonly bool _isAskedAddressTold = AskedAddress.IsTold(socket);
    private readonly int _sizeOfSource = new SocketAddress(socket.AddressFamily).Size;
    private readonly EndPoint _anywhere = new IPEndPoint(socket.AddressFamily is AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
    private SocketAddress _source = new(socket.AddressFamily);
    private IPAddress? _asked;
    private int _received, _answered;

    public override int Receive()
    {
        _answered = 0;
        try
        {
            _received = _isAskedAddressTold ? ReceiveWithAskedAddress() : ReceiveOnly();
            return 1;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.MessageSize)
        {
            // Windows tells about a datagram that was cut; its beginning is there all the same.
            _received = _query.Length;
            return 1;
        }
        catch (SocketException exception) when (IsHarmless(exception.SocketErrorCode))
        {
            return 0;
        }
    }

    public override ReadOnlySpan<byte> Query(int index) => _query.AsSpan(0, _received);

    public override ReadOnlySpan<byte> Source(int index) => _source.Buffer.Span[.._source.Size];

    public override Span<byte> Response(int index) => _response;

    public override void Answer(int index, int length) => _answered = length;

    public override LateAnswer Later(int index) => new SocketLateAnswer(Sender(), Source(index));

    public override string? Send()
    {
        if (_answered == 0)
            return null;

        try
        {
            Sender().SendTo(_response.AsSpan(0, _answered), SocketFlags.None, _source);
            return null;
        }
        catch (SocketException exception)
        {
            return exception.Message;
        }
    }

    private int ReceiveOnly()
    {
        _source.Size = _sizeOfSource;
        return socket.ReceiveFrom(_query, SocketFlags.None, _source);
    }

    private int ReceiveWithAskedAddress()
    {
        EndPoint source = _anywhere;
        SocketFlags flags = SocketFlags.None;
        _asked = null;
        int received = socket.ReceiveMessageFrom(_query.AsSpan(), ref flags, ref source, out IPPacketInformation information);
        _source = source.Serialize();
        _asked = information.Address;
        return received;
    }

    private Socket Sender() => _asked is null ? socket : socketAt(_asked);

    private static bool IsHarmless(SocketError error) =>
        error is SocketError.ConnectionReset or SocketError.Interrupted or SocketError.NetworkReset or SocketError.HostUnreachable
            or SocketError.NetworkUnreachable or SocketError.ConnectionRefused;
}
