using System.Net.Sockets;
using System.Runtime.InteropServices;
using Message = Alternator.Dns.Serving.LinuxMessages.MultipleMessage;
using Vector = Alternator.Dns.Serving.LinuxMessages.Vector;

namespace Alternator.Dns.Serving;

/// <summary>Through a socket with all addresses, from the one that was asked.</summary>
internal sealed class LinuxLateAnswer(SafeSocketHandle socket, ReadOnlySpan<byte> source, ReadOnlySpan<byte> control) : LateAnswer
{
    private readonly byte[] _source = Pinned(source), _control = Pinned(control);

    public override void Send(ReadOnlySpan<byte> response)
    {
        byte[] bytes = Pinned(response);
        Vector[] vector = LinuxDatagramBatch.Pinned<Vector>(1);
        vector[0] = new() { Base = LinuxDatagramBatch.Address(bytes, 0), Length = (nuint)bytes.Length };
        Message[] message = LinuxDatagramBatch.Pinned<Message>(1);
        message[0].Message = new()
        {
            Name = LinuxDatagramBatch.Address(_source, 0),
            NameLength = (uint)_source.Length,
            Vectors = LinuxDatagramBatch.Address(vector, 0),
            VectorCount = 1,
            Control = LinuxDatagramBatch.Address(_control, 0),
            ControlLength = (nuint)_control.Length,
        };
        int sent = LinuxMessages.Send(socket, ref message[0], 1, 0);
        int error = Marshal.GetLastPInvokeError();
        GC.KeepAlive(bytes);
        GC.KeepAlive(vector);
        GC.KeepAlive(this);
        if (sent < 0)
            throw new SocketException((int)SocketError.SocketError, Marshal.GetPInvokeErrorMessage(error));
    }

    private static byte[] Pinned(ReadOnlySpan<byte> bytes)
    {
        byte[] pinned = LinuxDatagramBatch.Pinned<byte>(bytes.Length);
        bytes.CopyTo(pinned);
        return pinned;
    }
}
