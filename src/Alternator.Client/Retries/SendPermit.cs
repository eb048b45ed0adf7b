namespace Alternator.Client;

/// <summary>
/// Which attempt of a request that can't be repeated without harm may send it: the first that has a connection, and no other until that one
/// has failed. So a second node can be asked beside one that is silent while it is connected to, and still only one of them gets the request.
/// </summary>
internal sealed class SendPermit
{
    private const int Nobody = -1;

    private int _holder = Nobody;

    /// <summary>Whether an attempt has sent the request, or is about to.</summary>
    public bool IsTaken => Volatile.Read(ref _holder) != Nobody;

    /// <summary>Asks whether an attempt may send. One that hears no has to end with <see cref="NotSentException"/>.</summary>
    public bool TryTake(int attempt) => Interlocked.CompareExchange(ref _holder, attempt, Nobody) == Nobody;

    public bool IsTakenBy(int attempt) => Volatile.Read(ref _holder) == attempt;

    /// <summary>The attempt has failed, and the request may be sent again.</summary>
    public void GiveBack(int attempt) => Interlocked.CompareExchange(ref _holder, Nobody, attempt);

    /// <summary>Whoever has it, has ended.</summary>
    public void Reset() => Volatile.Write(ref _holder, Nobody);
}
