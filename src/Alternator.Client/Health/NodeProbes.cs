using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Alternator.Client;

/// <summary>
/// Asks nodes how they are: <c>GET /localnodes</c>, which needs no credentials.
/// <list type="bullet">
/// <item>Nodes that get no traffic, whether they are back. <see cref="ProbeSchedule"/> says when.</item>
/// <item>Nodes that have just joined, at once, so that they needn't wait for traffic to become active.</item>
/// <item>Nodes that have failed a request. The balancer hardly sends them another, so that requests alone would take long to show what is the
/// matter: every probe that is refused counts like a failed request, until the node answers or is down. One that is left unanswered
/// as well takes the node down at once, like a request and a probe unanswered do.</item>
/// </list>
/// Probes of different nodes don't wait for each other; a few run at the same time, and one per node.
/// A probe never throws: what goes wrong is its outcome.
/// </summary>
internal sealed class NodeProbes(NodeRegistry registry, NodeHealthOptions options, INodeChannel channel, TimeProvider clock, ILogger logger, bool inline)
{
    private readonly WakeSignal _wake = new(clock, inline);
    private readonly ProbeSchedule _schedule = new(options, clock);
    private readonly Lock _lock = new();
    private readonly Dictionary<AlternatorNode, List<TaskCompletionSource<ProbeOutcome>>> _inFlight = [];
    private readonly Dictionary<AlternatorNode, List<Action<bool>>> _inquiries = [];
    private int _running;
    private CancellationToken _loop;

    /// <summary>A node's state has changed: look again who is due.</summary>
    public void Wake() => _wake.Set();

    /// <summary>A node has failed a request.</summary>
    public void Suspect(AlternatorNode node)
    {
        if (options.Enabled && options.SuspicionTimeout > TimeSpan.Zero && node.State != NodeState.Down && _schedule.Suspect(node))
        {
            _wake.Set();
        }
    }

    /// <summary>Probes whoever is due until the token is cancelled or the owner is gone. Ends when the last probe has.</summary>
    public async Task RunAsync(WeakReference<AlternatorNodes> owner, CancellationToken cancellationToken)
    {
        List<Task> running = [];
        _loop = cancellationToken;
        try
        {
            while (owner.TryGetTarget(out _))
            {
                running.RemoveAll(static probe => probe.IsCompleted);
                TimeSpan pause = StartDue(running, cancellationToken);
                await _wake.WaitAsync(pause, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
        finally
        {
            _loop = CancellationToken.None;
            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    /// <summary>Probes nodes now, in parallel.</summary>
    public async Task ProbeNowAsync(ImmutableArray<AlternatorNode> nodes, CancellationToken cancellationToken)
    {
        AlternatorNode[] due = [.. nodes.Where(node => node.State != NodeState.Active || options.ActiveProbeInterval > TimeSpan.Zero)];
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(options.ProbeConcurrency, due.Length)).Select(_ => ProbeOnesAsync())).ConfigureAwait(false);
        Wake();

        async Task ProbeOnesAsync()
        {
            for (int i = Interlocked.Increment(ref next); i < due.Length && !cancellationToken.IsCancellationRequested; i = Interlocked.Increment(ref next))
            {
                await ProbeAsync(due[i], options.ProbeTimeout, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Tells a slow request from a dead node: a probe of a node that leaves a request unanswered. When the probe gets no answer either
    /// and the node has answered nothing else meanwhile, the node is down at once.
    /// </summary>
    /// <param name="node">The silent node.</param>
    /// <param name="told">Called with whether the node is dead, once that is known.</param>
    public void SuspectSilent(AlternatorNode node, Action<bool> told)
    {
        lock (_lock)
        {
            if (_inquiries.TryGetValue(node, out List<Action<bool>>? waiting))
            {
                waiting.Add(told);
                return;
            }
            _inquiries.Add(node, [told]);
        }
        _ = InquireAsync(node);
    }

    private async Task InquireAsync(AlternatorNode node)
    {
        int generation = node.Health.Generation;
        long asked = clock.GetTimestamp();
        ProbeOutcome outcome = await ProbeAsync(node, options.SuspicionTimeout, _loop).ConfigureAwait(false);
        bool dead = outcome is ProbeOutcome.Refused or ProbeOutcome.Unanswered && node.LastAnswerAt < asked;
        if (dead && node.Health.Unresponsive(generation))
        {
            StateChanged(node, $"it left a request unanswered, and a probe as well: {node.LastError}");
        }
        Wake();
        List<Action<bool>>? waiting;
        lock (_lock)
        {
            _inquiries.Remove(node, out waiting);
        }
        foreach (Action<bool> told in waiting!)
        {
            // Requests continue here, and their callers: one must not wait for the other.
            if (inline)
            {
                told(dead);
            }
            else
            {
                ThreadPool.UnsafeQueueUserWorkItem(told, dead, preferLocal: false);
            }
        }
    }

    /// <summary>Starts the probes that are due, as many as may run. Returns when to look again unless something happens before.</summary>
    private TimeSpan StartDue(List<Task> running, CancellationToken cancellationToken)
    {
        ImmutableArray<AlternatorNode> due = _schedule.Due(registry.View, out TimeSpan pause);
        foreach (AlternatorNode node in due)
        {
            if (Volatile.Read(ref _running) >= options.ProbeConcurrency)
            {
                break;
            }
            lock (_lock)
            {
                if (_inFlight.ContainsKey(node))
                {
                    continue;
                }
            }
            running.Add(ProbeDueAsync(node, cancellationToken));
        }
        return pause;
    }

    private async Task ProbeDueAsync(AlternatorNode node, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _running);
        TimeSpan timeout = _schedule.IsSuspect(node) ? options.SuspicionTimeout : options.ProbeTimeout;
        await ProbeAsync(node, timeout, cancellationToken).ConfigureAwait(false);
        Interlocked.Decrement(ref _running);
        _wake.Set();
    }

    /// <summary>One probe of a node, shared by all who want one at the same time.</summary>
    private Task<ProbeOutcome> ProbeAsync(AlternatorNode node, TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_inFlight.TryGetValue(node, out List<TaskCompletionSource<ProbeOutcome>>? joined))
            {
                // Each with a task of its own: several who wait for one task continue on several threads, and no simulation could be replayed.
                var outcome = new TaskCompletionSource<ProbeOutcome>(inline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
                joined.Add(outcome);
                return outcome.Task;
            }
            _inFlight.Add(node, []);
        }
        return RunProbeAsync(node, timeout, cancellationToken);
    }

    private async Task<ProbeOutcome> RunProbeAsync(AlternatorNode node, TimeSpan timeout, CancellationToken cancellationToken)
    {
        int generation = node.Health.Generation;
        long asked = clock.GetTimestamp();
        (ProbeOutcome outcome, string? error) = await AskAsync(node, timeout, cancellationToken).ConfigureAwait(false);
        List<TaskCompletionSource<ProbeOutcome>>? joined;
        lock (_lock)
        {
            _inFlight.Remove(node, out joined);
        }
        if (outcome != ProbeOutcome.Cancelled)
        {
            Report(node, outcome, error, generation, asked);
        }
        foreach (TaskCompletionSource<ProbeOutcome> other in joined!)
        {
            other.SetResult(outcome);
        }
        return outcome;
    }

    private void Report(AlternatorNode node, ProbeOutcome outcome, string? error, int generation, long asked)
    {
        bool answered = outcome == ProbeOutcome.Answered;
        bool suspected = _schedule.IsSuspect(node);
        _schedule.Probed(node, outcome);
        ClientMetrics.Probes.Add(1, new KeyValuePair<string, object?>("alternator.probe.outcome", answered ? "answered" : "failed"));
        if (answered)
        {
            node.Answered(clock.GetTimestamp());
            if (node.Health.ProbeSucceeded())
            {
                StateChanged(node, "it answered a probe");
            }
            return;
        }
        node.Failed(error!);
        bool changed = suspected && outcome switch
        {
            ProbeOutcome.Refused => node.Health.RequestFailed(generation),
            ProbeOutcome.Unanswered => node.LastAnswerAt < asked && node.Health.Unresponsive(generation),
            _ => false,
        };
        if (changed || (!suspected && node.Health.ProbeFailed()))
        {
            StateChanged(node, suspected ? $"it failed a request, and probes after it: {error}" : "it did not answer a probe");
        }
    }

    private async Task<(ProbeOutcome Outcome, string? Error)> AskAsync(AlternatorNode node, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await channel.GetLocalNodesAsync(node.Endpoint, "", either.Token).ConfigureAwait(false);
            return (ProbeOutcome.Answered, null);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Whatever ended it now, the node isn't to blame.
            return (ProbeOutcome.Cancelled, null);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return (ProbeOutcome.Unanswered, $"A probe was not answered within {timeout.TotalSeconds:0.###} s.");
        }
        catch (Exception exception) when (exception is HttpRequestException { StatusCode: not null } or FormatException)
        {
            return (ProbeOutcome.AnsweredWrongly, exception.Message);
        }
        catch (Exception exception) // Of whatever type: the loop must outlive it, and it was the node's turn to answer.
        {
            return (ProbeOutcome.Refused, exception.Message);
        }
    }

    private void StateChanged(AlternatorNode node, string reason)
    {
        NodeLog.StateChanged(logger, node.CanonicalEndpoint, node.State, reason);
        registry.StateChanged(node);
    }
}
