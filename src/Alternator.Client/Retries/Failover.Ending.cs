using System.Runtime.ExceptionServices;
using System.Text;
using Amazon.Runtime;

// A value task may be consumed once: here it is hooked once (the gate's opener) and its result is taken once.
#pragma warning disable CA2012

namespace Alternator.Client;

// How a request ends: what becomes of attempts that are still in flight, and what the caller is told.
internal sealed partial class Failover<TCall, TResult>
{
    private readonly List<Flight> _leftovers = [];

    /// <summary>Abandons what is still in flight and gives the gate back if nothing is.</summary>
    private void Leave(Exception? thrown)
    {
        long now = Now;
        bool cancelled = cancellationToken.IsCancellationRequested;
        foreach (Flight flight in _flights)
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
                Flight flight = _leftovers[i];
                if (!flight.Answer.IsCompleted)
                {
                    continue;
                }
                _leftovers.RemoveAt(i);
                try
                {
                    _ = flight.Answer.Result;
                }
                catch (Exception)
                {
                    // The caller has another answer, or none; this one came too late to matter.
                }
            }
        }
    }

    private string NoNode() => view.Snapshot.Nodes.IsEmpty
        ? $"No node of {view.Snapshot.Scope} is known. {executor.Nodes.Status.LastError}"
        : "Every node is down.";

    /// <summary>The attempts are spent: the last answer of a node when there was one, else the whole story.</summary>
    private Exception Spent(string why) => _last is AmazonServiceException ? Rethrown(_last) : Unavailable(why);

    private AlternatorUnavailableException Unavailable(string why)
    {
        var message = new StringBuilder($"{traits.Operation} could not be done. {why}");
        foreach ((AlternatorNode node, string error) in _failures)
        {
            message.Append($" {node.CanonicalEndpoint}: {error.TrimEnd('.')}.");
        }
        foreach (AlternatorNode node in _plan.Nodes.Except(_failures.Select(static failure => failure.Node)))
        {
            string state = node.State switch { NodeState.Active => "active", NodeState.Quarantined => "quarantined", _ => "down" };
            message.Append($" {node.CanonicalEndpoint}: not tried, {state}{(node.LastError is { } error ? $" ({error.TrimEnd('.')})" : "")}.");
        }
        return new AlternatorUnavailableException(message.ToString(), _last);
    }

    private static Exception Rethrown(Exception exception)
    {
        ExceptionDispatchInfo.Throw(exception);
        return exception;
    }

    private sealed class Flight(AttemptOutcome attempt, ValueTask<TResult> answer, int number, CancellationTokenSource? cancellation)
    {
        public AttemptOutcome Attempt { get; } = attempt;

        public ValueTask<TResult> Answer { get; } = answer;

        public int Number { get; } = number;

        /// <summary>When the node is to be probed again because of this attempt.</summary>
        public long NextSuspicionAt { get; set; }

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
}
