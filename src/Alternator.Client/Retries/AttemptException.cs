namespace Alternator.Client;

/// <summary>An attempt ended without a usable answer of the node.</summary>
internal sealed class AttemptException : Exception
{
    public AttemptException(string message, bool maybeExecuted, bool nodeAnswered, Exception? innerException = null)
        : base(message, innerException)
    {
        MaybeExecuted = maybeExecuted;
        NodeAnswered = nodeAnswered;
    }

    /// <summary>Whether the node may have executed the request. When not, repeating it is safe whatever it does.</summary>
    public bool MaybeExecuted { get; }

    /// <summary>Whether response headers arrived: then the node is alive, and a broken body isn't held against it.</summary>
    public bool NodeAnswered { get; }
}
