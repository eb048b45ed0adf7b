namespace Alternator.Client;

/// <summary>One request and its answer, over whatever connection it gets.</summary>
internal interface IExchange<TAnswer>
{
    /// <summary>Whether it may be sent: asked once, when there is a connection.</summary>
    bool MaySend { get; }

    /// <summary>Puts the request into <see cref="NodeConnection.Outgoing"/>. Called once, or not at all when there is no connection.</summary>
    void Write(NodeConnection connection);

    /// <summary>Makes of a complete answer what is kept of it: the connection and its buffers go to the next exchange.</summary>
    TAnswer Read(NodeConnection connection);
}
