namespace Alternator.Client.Tests.Wire;

/// <summary>A POST of nothing, whose result is the status of the answer; or one that fails while it is written.</summary>
internal readonly record struct BareExchange(bool Fails = false) : IExchange<int>
{
    public void Write(NodeConnection connection)
    {
        connection.Outgoing.Append("POST / HTTP/1.1\r\nHost: node\r\n"u8);
        if (Fails)
            throw new FormatException();
        connection.Outgoing.Append("Content-Length: 0\r\n\r\n"u8);
    }

    public int Read(NodeConnection connection) => connection.Head.Status;
}
