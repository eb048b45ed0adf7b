using Amazon.Runtime;

// A value task may be consumed once: here it is hooked once (the gate's opener) and its result is taken once.
#pragma warning disable CA2012

namespace Alternator.Client;

/// <summary>
/// A request that its first node didn't answer well, or not yet. Holds the attempts in flight and decides, whenever something has
/// happened, what comes next:
/// <list type="number">
/// <item>An attempt succeeded: its answer is the result, the others are abandoned.</item>
/// <item>An attempt failed in a way that another node may not: the next node of the plan is tried at once. After the whole plan has
/// failed there is a pause, drawn at random and doubled each time, and a new cycle.</item>
/// <item>All attempts in flight are silent for longer than one's patience: the silent node is probed, to tell slow from dead; if the request
/// can be repeated without harm, the next node is asked as well, and the first answer wins. A request that can't be repeated keeps
/// waiting, unless the probe too stays unanswered.</item>
/// <item>Attempts beyond the first are paid from the budget.</item>
/// </list>
/// </summary>
internal sealed partial class Failover<TCall, TResult>(
    RequestExecutor executor,
    TCall call,
    RequestTraits traits,
    NodeView view,
    OperationTelemetry telemetry,
    long begun,
    CancellationToken cancellationToken)
    where TCall : INodeCall<TResult>
{
    private const int MostInFlight = 3;
    private static readonly TimeSpan SuspicionInterval = TimeSpan.FromSeconds(2);

    private readonly RetryOptions _retry = executor.Retry;
    private readonly QueryPlan _plan = new(view, executor.Balancer, traits, executor.Nodes.Options.Health.TryDownNodes);
    private readonly List<Flight> _flights = [];
    private readonly List<(AlternatorNode Node, string Error)> _failures = [];
    private AttemptGate? _gate;
    private int _attempts;
    private int _cycles;
    private long _resumeAt;
    private bool _hedge;
    private Exception? _last;
    private string _reason = "failure";

    private long Now => executor.Clock.GetTimestamp();

    /// <summary>Takes over a first attempt that is in flight or has failed.</summary>
    public ValueTask<TResult> ContinueAsync(AttemptGate gate, in AttemptOutcome attempt, ValueTask<TResult> answer, bool hedge)
    {
        _gate = gate;
        _hedge = hedge;
        _attempts = 1;
        _plan.Tried(attempt.Node);
        _flights.Add(new Flight(attempt, answer, 0, null));
        return RunAsync();
    }

    /// <summary>Runs to the end of the request.</summary>
    public async ValueTask<TResult> RunAsync()
    {
        _gate ??= AttemptGate.Rent(executor.Clock, cancellationToken);
        AlternatorNode? answeredBy = null;
        Exception? thrown = null;
        try
        {
            while (true)
            {
                if (Harvest(out TResult? result, out answeredBy))
                {
                    return result!;
                }
                cancellationToken.ThrowIfCancellationRequested();
                long now = Now;
                Expire(now);
                if (now - begun >= executor.TicksOf(_retry.OverallTimeout))
                {
                    throw Unavailable($"The time of {_retry.OverallTimeout.TotalSeconds:0.###} s was over.");
                }
                long wake = StartWhatIsDue(now);
                if (_flights.Exists(static flight => flight.Answer.IsCompleted))
                {
                    continue;
                }
                wake = Math.Min(wake, begun + executor.TicksOf(_retry.OverallTimeout));
                _gate.OpenAfter(executor.TimeOf(wake - now));
                await _gate.WaitAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            thrown = exception;
            throw;
        }
        finally
        {
            Leave(thrown);
            telemetry.Ended(answeredBy, _attempts, executor.TimeOf(Now - begun), thrown);
        }
    }

    /// <summary>Takes in the attempts that have ended. Returns whether one of them gave the result.</summary>
    private bool Harvest(out TResult? result, out AlternatorNode? answeredBy)
    {
        for (int i = 0; i < _flights.Count; i++)
        {
            Flight flight = _flights[i];
            if (!flight.Answer.IsCompleted)
            {
                continue;
            }
            _flights.RemoveAt(i--);
            long now = Now;
            try
            {
                result = flight.Answer.Result;
            }
            catch (Exception exception)
            {
                answeredBy = flight.Attempt.Node;
                if (cancellationToken.IsCancellationRequested)
                {
                    flight.Attempt.Abandoned(now, slow: false);
                    telemetry.AttemptEnded(flight.Attempt.Node, flight.Number, executor.TimeOf(now - flight.Attempt.StartedAt), "cancelled");
                    continue;
                }
                Failed(flight, AttemptFailure.Of(exception), exception, now);
                continue;
            }
            flight.Attempt.Succeeded(now);
            executor.Patience.Answered(now - flight.Attempt.StartedAt);
            if (traits.IsRead)
            {
                executor.NoteRead(now - flight.Attempt.StartedAt);
            }
            telemetry.AttemptEnded(flight.Attempt.Node, flight.Number, executor.TimeOf(now - flight.Attempt.StartedAt), error: null);
            answeredBy = flight.Attempt.Node;
            return true;
        }
        result = default;
        answeredBy = null;
        return false;
    }

    /// <summary>Gives up attempts whose time is over, or whose node has proved dead while they waited.</summary>
    private void Expire(long now)
    {
        long limit = executor.TicksOf(_retry.AttemptTimeout);
        for (int i = 0; i < _flights.Count; i++)
        {
            Flight flight = _flights[i];
            bool over = now - flight.Attempt.StartedAt >= limit;
            bool nodeGone = (flight.Attempt.NodeWentDown || flight.FoundDead) && (traits.IsIdempotent || _retry.AmbiguousWrites == AmbiguousWrites.Retry);
            if (!over && !nodeGone)
            {
                continue;
            }
            _flights.RemoveAt(i--);
            _leftovers.Add(flight);
            flight.Cancel(_gate!);
            Failed(flight, AttemptFailure.TimedOut, new TimeoutException(nodeGone
                ? "the node stopped answering while the request waited for it"
                : $"no answer within {_retry.AttemptTimeout.TotalSeconds:0.###} s"), now);
        }
    }

    private void Failed(Flight flight, in AttemptFailure failure, Exception exception, long now)
    {
        AlternatorNode node = flight.Attempt.Node;
        string error = exception.Message;
        flight.Attempt.Failed(failure, error, now);
        telemetry.AttemptEnded(node, flight.Number, executor.TimeOf(now - flight.Attempt.StartedAt), OperationTelemetry.ErrorType(exception));
        _failures.Add((node, error));
        _last = exception;
        _reason = exception is TimeoutException ? "timeout" : exception is AmazonServiceException ? "server_error" : "failure";
        if (!failure.Retryable)
        {
            throw Rethrown(exception);
        }
        if (failure.MaybeExecuted && !traits.IsIdempotent && _retry.AmbiguousWrites == AmbiguousWrites.Surface)
        {
            throw exception is AmazonServiceException
                ? Rethrown(exception)
                : Unavailable("It is not known whether the write took place, and by the option AmbiguousWrites.Surface it isn't repeated.");
        }
    }

    /// <summary>Begins further attempts where it is time to. Returns when to look again, if nothing happens before.</summary>
    private long StartWhatIsDue(long now)
    {
        long patience = executor.Patience.Ticks;
        long wake = long.MaxValue;
        bool allSilent = true;
        foreach (Flight flight in _flights)
        {
            long end = flight.Attempt.StartedAt + patience;
            if (now >= end)
            {
                Suspect(flight, now);
                wake = Math.Min(wake, flight.NextSuspicionAt);
            }
            else
            {
                allSilent = false;
                wake = Math.Min(wake, end);
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
        bool second = _hedge || (allSilent && traits.IsIdempotent && executor.Patience.Ends);
        if (second && _flights.Count < MostInFlight && _attempts < _retry.MaxAttempts && StartBeside(now))
        {
            wake = Math.Min(wake, now + patience);
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
            TimeSpan most = _retry.Backoff * Math.Pow(2, Math.Min(_cycles++, 20));
            most = most < _retry.MaxBackoff ? most : _retry.MaxBackoff;
            _resumeAt = now + (long)(executor.Random.NextDouble() * executor.TicksOf(most)) + 1;
            return _resumeAt;
        }
        if (_attempts > 0 && !executor.Budget.TryTake())
        {
            ClientMetrics.BudgetExhausted.Add(1);
            throw Spent("The retry budget is spent: too many requests of this client have had to be repeated.");
        }
        if (_attempts > 0)
        {
            ClientMetrics.Retries.Add(1, new KeyValuePair<string, object?>("alternator.retry.reason", _reason));
        }
        Start(node, now);
        return now + executor.Patience.Ticks;
    }

    /// <summary>Another attempt beside those in flight, if there is a node and the budget for it.</summary>
    private bool StartBeside(long now)
    {
        RetryBudget budget = _hedge ? executor.HedgeBudget : executor.Budget;
        bool hedge = _hedge;
        _hedge = false;
        if (!budget.TryTake())
        {
            if (!hedge)
            {
                ClientMetrics.BudgetExhausted.Add(1);
            }
            return false;
        }
        if (_plan.Next() is not { } node)
        {
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
        ValueTask<TResult> answer = RequestExecutor.Send<TCall, TResult>(call, node, number, cancellation.Token);
        if (!answer.IsCompleted)
        {
            answer.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_gate!.Opener);
        }
        _flights.Add(new Flight(attempt, answer, number, cancellation));
    }

    private void Suspect(Flight flight, long now)
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
