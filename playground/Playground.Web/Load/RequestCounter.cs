namespace Playground.Web.Load;

/// <summary>
/// Requests as their caller sees them: answered, or failed after everything that the client could do.
/// This is the counter that stays at 0 on the page while one node is stopped, slowed or black-holed.
/// </summary>
public sealed class RequestCounter
{
    private long _requests;
    private long _failed;
    private volatile string? _lastFailure;

    public long Requests => Interlocked.Read(ref _requests);

    public long Failed => Interlocked.Read(ref _failed);

    public string? LastFailure => _lastFailure;

    public void Answered() => Interlocked.Increment(ref _requests);

    public void FailedWith(Exception exception)
    {
        Interlocked.Increment(ref _requests);
        _lastFailure = $"{exception.GetType().Name}: {exception.Message}";
        Interlocked.Increment(ref _failed);
    }
}
