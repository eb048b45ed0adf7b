using System.Runtime.ExceptionServices;
using Amazon.Runtime;

// A value task may be consumed once: here it is hooked once (the gate's opener) and its result is taken once.
#pragma warning disable CA2012

namespace Alternator.Client;

// How a request ends: what becomes of attempts that are still in flight, and what the caller is told.
internal sealed partial class Failover<TCall, TResult>
{
    private readonly List<Flight<TResult>> _leftovers = [];

    /// <summary>Abandons what is still in flight and gives the gate back if nothing is.</summary>
    private void Leave(Exception? thrown)
    {
        long now = Now;
        bool cancelled = cancellationToken.IsCancellationRequested;
        // Nobody sends any more.
        permit?.TryTake(int.MaxValue);
        foreach (Flight<TResult> flight in _flights)
        {
            // Beaten by another attempt, or given up by the caller: the node isn't blamed.
            flight.Attempt.Abandoned(now, slow: !cancelled);
            telemetry.AttemptEnded(flight.Attempt.Node, flight.Number, executor.TimeOf(now - flight.Attempt.StartedAt), thrown is null ? "superseded" : "cancelled");
            _leftovers.Add(flight);
            flight.Cancel(_gate!);
        }
        _flights.Clear();
        if (_leftovers.Count == 0)
        {
            _gate!.Return();
        }
        else
        {
            _gate!.Retire(ObserveLeftovers);
        }
    }

    /// <summary>Looks at the exceptions of abandoned attempts as they end, so that none goes unobserved.</summary>
    private void ObserveLeftovers()
    {
        lock (_leftovers)
        {
            for (int i = _leftovers.Count - 1; i >= 0; i--)
            {
                Flight<TResult> flight = _leftovers[i];
                if (!flight.Answer.IsCompleted)
                {
                    continue;
                }
                _leftovers.RemoveAt(i);
                try
                {
                    _ = flight.Answer.Result;
                }
                catch (Exception exception)
                {
                    // The caller has another answer, or none; this one came too late to matter but for what it has cost.
                    if (NotSentException.IsIn(exception))
                    {
                        NoLoad(flight);
                    }
                }
            }
        }
    }

    private void NoLoad(Flight<TResult> flight)
    {
        if (!flight.CostNothing)
        {
            flight.CostNothing = true;
            _payment.WasNoLoad();
        }
    }

    private string NoNode() => view.Snapshot.Nodes.IsEmpty
        ? $"No node of {view.Snapshot.Scope} is known. {executor.Nodes.Status.LastError}"
        : "Every node is down.";

    /// <summary>The attempts are spent: the last answer of a node when there was one, else the whole story.</summary>
    private Exception Spent(string why) => _failures is [.., { Exception: AmazonServiceException last }] ? Rethrown(last) : Unavailable(why);

    private AlternatorUnavailableException Unavailable(string why) =>
        new($"{traits.Operation} could not be done. {why}", _failures, _plan.Nodes.Except(_failures.Select(static failure => failure.Node)));

    private static Exception Rethrown(Exception exception)
    {
        ExceptionDispatchInfo.Throw(exception);
        return exception;
    }
}
