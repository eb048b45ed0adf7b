namespace Alternator.Client;

/// <summary>An attempt was given up while it still waited for a connection: nothing of the request has been sent.</summary>
internal sealed class NotSentException(Exception innerException, CancellationToken cancellationToken)
    : OperationCanceledException("The attempt was given up before it had a connection.", innerException, cancellationToken)
{
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
