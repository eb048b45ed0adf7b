// A value task may be consumed once: here it is hooked once (the gate's opener) and its result is taken once.
#pragma warning disable CA2012

namespace Alternator.Client;

// When another attempt begins: at once after a failure, after a pause when every node has failed, beside one that is silent.
internal sealed partial class Failover<TCall, TResult>
{
    private const int MostInFlight = 3;
    private static readonly TimeSpan SuspicionInterval = TimeSpan.FromSeconds(2);

    /// <summary>Begins further attempts where it is time to. Returns when to look again, if nothing happens before.</summary>
    private long StartWhatIsDue(long now)
    {
        long wake = long.MaxValue;
        bool allSilent = true;
        foreach (Flight<TResult> flight in _flights)
        {
            long rest = executor.Patience.Rest(now - flight.Attempt.StartedAt);
            if (rest <= 0)
            {
                Suspect(flight, now);
                wake = Math.Min(wake, flight.NextSuspicionAt);
            }
            else
            {
                allSilent = false;
                wake = Math.Min(wake, now + rest);
            }
            wake = Math.Min(wake, flight.Attempt.StartedAt + executor.TicksOf(_retry.AttemptTimeout));
        }
        if (_flights.Count == 0)
        {
            if (now < _resumeAt)
            {
                return _resumeAt;
            }
            return StartOrPause(now);
        }
        bool second = _hedge || (allSilent && permit is null or { IsTaken: false } && executor.Patience.Ends);
        if (second && _flights.Count < MostInFlight && _attempts < _retry.MaxAttempts && StartBeside(now))
        {
            wake = Math.Min(wake, now + executor.Patience.Rest(0));
        }
        return wake;
    }

    /// <summary>Nothing is in flight: the next node of the plan, or a pause before the plan begins anew.</summary>
    private long StartOrPause(long now)
    {
        if (_attempts >= _retry.MaxAttempts)
        {
            throw Spent($"{_attempts} attempts were made, as many as MaxAttempts allows.");
        }
        AlternatorNode? node = _plan.Next();
        if (node is null && _attempts == 0)
        {
            throw Unavailable(NoNode());
        }
        if (node is null)
        {
            _plan.NewCycle();
            _payment.NewCycle();
            TimeSpan most = _retry.Backoff * Math.Pow(2, Math.Min(_cycles++, 20));
            most = most < _retry.MaxBackoff ? most : _retry.MaxBackoff;
            _resumeAt = now + (long)(executor.Random.NextDouble() * executor.TicksOf(most)) + 1;
            return _resumeAt;
        }
        if (!_payment.TryPay())
        {
            ClientMetrics.BudgetExhausted.Add(1);
            throw Spent("The retry budget is spent: too many requests of this client have had to be repeated.");
        }
        if (_attempts > 0)
        {
            ClientMetrics.Retries.Add(1, new KeyValuePair<string, object?>("alternator.retry.reason", _reason));
        }
        Start(node, now);
        return now + executor.Patience.Rest(0);
    }

    /// <summary>Another attempt beside those in flight, if there is a node and the budget for it.</summary>
    private bool StartBeside(long now)
    {
        bool hedge = _hedge;
        _hedge = false;
        if (_plan.Next() is not { } node)
        {
            return false;
        }
        if (!(hedge ? executor.HedgeBudget.TryTake() : _payment.TryPay()))
        {
            if (!hedge)
            {
                ClientMetrics.BudgetExhausted.Add(1);
            }
            _plan.PutBack(node);
            return false;
        }
        if (hedge)
        {
            ClientMetrics.Hedges.Add(1);
        }
        else
        {
            ClientMetrics.Retries.Add(1, new KeyValuePair<string, object?>("alternator.retry.reason", "silence"));
        }
        Start(node, now);
        return true;
    }

    private void Start(AlternatorNode node, long now)
    {
        // The gate's own token belongs to the first attempt, which may be in flight still.
        var cancellation = new CancellationTokenSource();
        AttemptOutcome attempt = AttemptOutcome.Start(executor.Nodes, node, now);
        int number = _attempts++;
        ValueTask<TResult> answer = RequestExecutor.Send<TCall, TResult>(call, node, number, permit, cancellation.Token);
        if (!answer.IsCompleted)
        {
            answer.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_gate!.Opener);
        }
        _flights.Add(new Flight<TResult>(attempt, answer, number, cancellation));
    }

    private void Suspect(Flight<TResult> flight, long now)
    {
        flight.Attempt.Node.Score.ObserveAtLeast(now - flight.Attempt.StartedAt, now);
        if (now >= flight.NextSuspicionAt)
        {
            flight.NextSuspicionAt = now + executor.TicksOf(SuspicionInterval);
            AttemptGate gate = _gate!;
            executor.Nodes.SuspectSilent(flight.Attempt.Node, dead =>
            {
                flight.FoundDead = dead;
                gate.Opener();
            });
        }
    }
}
