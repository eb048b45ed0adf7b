namespace Alternator.Client.Tests.Wire;

/// <summary>A POST of nothing, whose result is the status of the answer; one that fails while it is written, or one that must not be sent.</summary>
internal readonly record struct BareExchange(bool Fails = false, bool Denied = false) : IExchange<int>
{
    public bool MaySend => !Denied;

    public void Write(NodeConnection connection)
    {
        connection.Outgoing.Append("POST / HTTP/1.1\r\nHost: node\r\n"u8);
        if (Fails)
            throw new FormatException();
        connection.Outgoing.Append("Content-Length: 0\r\n\r\n"u8);
    }

    public int Read(NodeConnection connection) => connection.Head.Status;
}
