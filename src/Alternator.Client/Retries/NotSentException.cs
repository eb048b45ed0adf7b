namespace Alternator.Client;

/// <summary>An attempt ended while nothing of the request had been sent: it was given up while it still waited for a connection, or another attempt was quicker.</summary>
internal sealed class NotSentException : OperationCanceledException
{
    public NotSentException(Exception innerException, CancellationToken cancellationToken)
        : base("The attempt was given up before it had a connection.", innerException, cancellationToken)
    {
    }

    /// <summary>The attempt has no <see cref="SendPermit"/>.</summary>
    public NotSentException()
        : base("Another attempt has sent the request.")
    {
    }

    /// <summary>Whether an exception of an attempt says so, however the SDK's chain has wrapped it.</summary>
    public static bool IsIn(Exception? exception)
    {
        while (exception is not null and not NotSentException)
        {
            exception = exception.InnerException;
        }
        return exception is not null;
    }
}
