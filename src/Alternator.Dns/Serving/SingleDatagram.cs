using System.Net;
using System.Net.Sockets;

namespace Alternator.Dns.Serving;

/// <summary>A batch of one, on every platform: two system calls per query.</summary>
internal sealed class SingleDatagram(Socket socket, int querySize, int responseSize) : DatagramBatch
{
    private readonly byte[] _query = GC.AllocateArray<byte>(querySize, pinned: true);
    private readonly byte[] _response = GC.AllocateArray<byte>(responseSize, pinned: true);
    private readonly SocketAddress _source = new(socket.AddressFamily);
    private readonly int _sizeOfSource = new SocketAddress(socket.AddressFamily).Size;
    private int _received, _answered;

    public override int Receive()
    {
        _source.Size = _sizeOfSource;
        _answered = 0;
        try
        {
            _received = socket.ReceiveFrom(_query, SocketFlags.None, _source);
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

    public override string? Send()
    {
        if (_answered == 0)
            return null;

        try
        {
            socket.SendTo(_response.AsSpan(0, _answered), SocketFlags.None, _source);
            return null;
        }
        catch (SocketException exception)
        {
            return exception.Message;
        }
    }

    private static bool IsHarmless(SocketError error) =>
        error is SocketError.ConnectionReset or SocketError.Interrupted or SocketError.NetworkReset or SocketError.HostUnreachable
            or SocketError.NetworkUnreachable or SocketError.ConnectionRefused;
}
