namespace Alternator.Client;

/// <summary>An attempt in flight.</summary>
internal sealed class Flight<TResult>(AttemptOutcome attempt, ValueTask<TResult> answer, int number, CancellationTokenSource? cancellation)
{
    public AttemptOutcome Attempt { get; } = attempt;

    public ValueTask<TResult> Answer { get; } = answer;

    /// <summary>0 for the request's first attempt, then 1, 2…</summary>
    public int Number { get; } = number;

    /// <summary>When the node is to be probed again because of this attempt.</summary>
    public long NextSuspicionAt { get; set; }

    /// <summary>Whether the budget knows already that the attempt was no load for its node.</summary>
    public bool CostNothing { get; set; }

    /// <summary>Whether the node was found dead, which doesn't show in its state when it was down already.</summary>
    public bool FoundDead
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>Tells the attempt to end; the first one's token is the gate's.</summary>
    public void Cancel(AttemptGate gate)
    {
        if (cancellation is not null)
        {
            cancellation.Cancel();
        }
        else
        {
            gate.Cancel();
        }
    }
}
