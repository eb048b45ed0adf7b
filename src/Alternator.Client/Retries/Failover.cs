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
/// can be repeated without harm, the next node is asked as well, and the first answer wins. So is one that can't be repeated as long as no attempt has
/// a connection: the first that has one sends it. When it is sent, it keeps waiting, unless the probe too stays unanswered.</item>
/// <item>Attempts beyond the first that reaches a node are paid from the budget.</item>
/// </list>
/// Here is what becomes of attempts; in the parts are when another begins, and how the request ends.
/// </summary>
internal sealed partial class Failover<TCall, TResult>(
    RequestExecutor executor,
    TCall call,
    RequestTraits traits,
    NodeView view,
    OperationTelemetry telemetry,
    SendPermit? permit,
    long begun,
    CancellationToken cancellationToken)
    where TCall : INodeCall<TResult>
{
    private readonly RetryOptions _retry = executor.Retry;
    private readonly QueryPlan _plan = new(view, executor.Balancer, traits, executor.Nodes.Options.Health.TryDownNodes);
    private readonly AttemptPayment _payment = new(executor.Budget);
    private readonly List<Flight<TResult>> _flights = [];
    private readonly List<FailedAttempt> _failures = [];
    private AttemptGate? _gate;
    private int _attempts;
    private int _cycles;
    private long _resumeAt;
    private bool _hedge;
    private string _reason = "failure";

    private long Now => executor.Clock.GetTimestamp();

    /// <summary>Takes over a first attempt that is in flight or has failed.</summary>
    public ValueTask<TResult> ContinueAsync(AttemptGate gate, in AttemptOutcome attempt, ValueTask<TResult> answer, bool hedge)
    {
        _gate = gate;
        _hedge = hedge;
        _attempts = 1;
        _payment.First();
        _plan.Tried(attempt.Node);
        _flights.Add(new Flight<TResult>(attempt, answer, 0, null));
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
            Flight<TResult> flight = _flights[i];
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
                if (permit is not null && !permit.IsTakenBy(flight.Number) && exception is NotSentException)
                {
                    Outrun(flight, now);
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

    /// <summary>Another attempt had a connection first. The node isn't blamed, and may be asked when that one fails.</summary>
    private void Outrun(Flight<TResult> flight, long now)
    {
        flight.Attempt.Abandoned(now, slow: false);
        telemetry.AttemptEnded(flight.Attempt.Node, flight.Number, executor.TimeOf(now - flight.Attempt.StartedAt), "superseded");
        NoLoad(flight);
        _plan.PutBack(flight.Attempt.Node);
        if (!_flights.Exists(other => permit!.IsTakenBy(other.Number)))
        {
            // It was given up at the moment when it took the permit.
            permit!.Reset();
        }
    }

    /// <summary>Gives up attempts whose time is over, or whose node has proved dead while they waited.</summary>
    private void Expire(long now)
    {
        long limit = executor.TicksOf(_retry.AttemptTimeout);
        for (int i = 0; i < _flights.Count; i++)
        {
            Flight<TResult> flight = _flights[i];
            bool over = now - flight.Attempt.StartedAt >= limit;
            bool nodeGone = (flight.Attempt.NodeWentDown || flight.FoundDead) && (MaySendAgain(flight) || _retry.AmbiguousWrites == AmbiguousWrites.Retry);
            if (!over && !nodeGone)
            {
                continue;
            }
            _flights.RemoveAt(i--);
            _leftovers.Add(flight);
            flight.Cancel(_gate!);
            if (nodeGone)
            {
                Failed(flight, AttemptFailure.NodeDied, new TimeoutException("the node stopped answering while the request waited for it"), now);
            }
            else
            {
                Failed(flight, AttemptFailure.TimedOut, new TimeoutException($"no answer within {_retry.AttemptTimeout.TotalSeconds:0.###} s"), now);
            }
        }
    }

    // What is given up is cancelled first: then it takes no permit any more, or doesn't use it.
    private bool MaySendAgain(Flight<TResult> flight) => permit is null || !permit.IsTakenBy(flight.Number);

    private void Failed(Flight<TResult> flight, in AttemptFailure failure, Exception exception, long now)
    {
        AlternatorNode node = flight.Attempt.Node;
        bool ambiguous = failure.MaybeExecuted && !MaySendAgain(flight);
        permit?.GiveBack(flight.Number);
        flight.Attempt.Failed(failure, exception.Message, now);
        telemetry.AttemptEnded(node, flight.Number, executor.TimeOf(now - flight.Attempt.StartedAt), OperationTelemetry.ErrorType(exception));
        _failures.Add(new FailedAttempt(node, exception));
        if (!failure.WasLoad)
        {
            NoLoad(flight);
        }
        _reason = exception is TimeoutException ? "timeout" : exception is AmazonServiceException ? "server_error" : "failure";
        if (!failure.Retryable)
        {
            throw Rethrown(exception);
        }
        if (ambiguous && _retry.AmbiguousWrites == AmbiguousWrites.Surface)
        {
            throw exception is AmazonServiceException
                ? Rethrown(exception)
                : Unavailable("It is not known whether the write took place, and by the option AmbiguousWrites.Surface it isn't repeated.");
        }
    }
}
