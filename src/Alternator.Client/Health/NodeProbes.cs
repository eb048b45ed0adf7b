using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Alternator.Client;

/// <summary>
/// Asks nodes that get no traffic whether they are back: <c>GET /localnodes</c>, which needs no credentials. Active nodes are asked
/// only where that is wanted, and only when nothing else has heard of them for as long as the options say.
/// A node that has joined the ring is probed at once, so that it needn't wait for traffic to become active. Down nodes come
/// before quarantined ones, a few in parallel, one probe per node in flight. The first probe of a node comes a second after it went
/// down, the next ones after twice the time, up to the probe period; a node that answers is asked again after a second.
/// </summary>
internal sealed class NodeProbes(NodeRegistry registry, NodeHealthOptions options, INodeChannel channel, TimeProvider clock, ILogger logger, bool inline)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private readonly WakeSignal _wake = new(clock, inline);
    private readonly Lock _lock = new();
    private readonly Dictionary<AlternatorNode, Schedule> _schedules = [];
    private readonly Dictionary<AlternatorNode, Task<bool>> _inFlight = [];

    private bool ProbesActive => options.ActiveProbeInterval > TimeSpan.Zero;

    /// <summary>A node's state has changed: look again who is due.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Probes nodes now, in parallel.</summary>
    public async Task ProbeNowAsync(ImmutableArray<AlternatorNode> nodes, CancellationToken cancellationToken)
    {
        AlternatorNode[] due = [.. nodes.Where(node => node.State != NodeState.Active || ProbesActive)];
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(options.ProbeConcurrency, due.Length)).Select(_ => ProbeOnesAsync())).ConfigureAwait(false);

        async Task ProbeOnesAsync()
        {
            for (int i = Interlocked.Increment(ref next); i < due.Length; i = Interlocked.Increment(ref next))
            {
                await ProbeAsync(due[i], options.ProbeTimeout, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Probes whoever is due until the token is cancelled or the owner is gone.</summary>
    public async Task RunAsync(WeakReference<AlternatorNodes> owner, CancellationToken cancellationToken)
    {
        try
        {
            while (owner.TryGetTarget(out _))
            {
                ImmutableArray<AlternatorNode> due = Due(out TimeSpan pause);
                if (due.IsEmpty)
                {
                    await _wake.WaitAsync(pause, cancellationToken).ConfigureAwait(false);
                    continue;
                }
                await ProbeNowAsync(due, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <summary>One probe of a node, shared by all who want one at the same time. Returns whether the node answered.</summary>
    public Task<bool> ProbeAsync(AlternatorNode node, TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_inFlight.TryGetValue(node, out Task<bool>? probe))
            {
                probe = RunProbeAsync(node, timeout, cancellationToken);
                if (!probe.IsCompleted)
                {
                    _inFlight.Add(node, probe);
                }
            }
            return probe;
        }
    }

    private async Task<bool> RunProbeAsync(AlternatorNode node, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await channel.GetLocalNodesAsync(node.Endpoint, "", either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested &&
            exception is OperationCanceledException or HttpRequestException or IOException or FormatException or InvalidOperationException)
        {
            string error = exception is OperationCanceledException ? $"A probe was not answered within {timeout.TotalSeconds:0.###} s." : exception.Message;
            node.Failed(error);
            Plan(node, answered: false);
            ClientMetrics.Probes.Add(1, new KeyValuePair<string, object?>("alternator.probe.outcome", "failed"));
            if (node.Health.ProbeFailed())
            {
                NodeLog.StateChanged(logger, node.CanonicalEndpoint, node.State, "it did not answer a probe");
                registry.StateChanged(node);
            }
            return false;
        }
        finally
        {
            lock (_lock)
            {
                _inFlight.Remove(node);
            }
        }
        node.Answered(clock.GetTimestamp());
        Plan(node, answered: true);
        ClientMetrics.Probes.Add(1, new KeyValuePair<string, object?>("alternator.probe.outcome", "answered"));
        if (node.Health.ProbeSucceeded())
        {
            NodeLog.StateChanged(logger, node.CanonicalEndpoint, node.State, "it answered a probe");
            registry.StateChanged(node);
        }
        return true;
    }

    /// <summary>
    /// Tells a slow request from a dead node: a probe of a node that leaves a request unanswered. When the probe stays unanswered too
    /// and the node has answered nothing else meanwhile, the node is down at once.
    /// </summary>
    public async Task SuspectAsync(AlternatorNode node)
    {
        int generation = node.Health.Generation;
        long asked = clock.GetTimestamp();
        bool answered = await ProbeAsync(node, options.SuspicionTimeout, CancellationToken.None).ConfigureAwait(false);
        if (!answered && node.LastAnswerAt < asked && node.Health.Unresponsive(generation))
        {
            NodeLog.StateChanged(logger, node.CanonicalEndpoint, node.State, $"it left a request unanswered, and a probe as well: {node.LastError}");
            registry.StateChanged(node);
            Wake();
        }
    }

    private void Plan(AlternatorNode node, bool answered)
    {
        lock (_lock)
        {
            TimeSpan pause = answered || !_schedules.TryGetValue(node, out Schedule last)
                ? FirstPause
                : last.Pause * 2;
            pause = pause < options.ProbePeriod ? pause : options.ProbePeriod;
            _schedules[node] = new Schedule(clock.GetTimestamp(), pause);
        }
    }

    /// <summary>The nodes to probe now, down before quarantined; and when none, how long to wait.</summary>
    private ImmutableArray<AlternatorNode> Due(out TimeSpan pause)
    {
        NodeView view = registry.View;
        pause = options.ProbePeriod;
        var due = ImmutableArray.CreateBuilder<AlternatorNode>();
        lock (_lock)
        {
            foreach (AlternatorNode node in view.Watched)
            {
                if (node.State == NodeState.Active && !ProbesActive)
                {
                    _schedules.Remove(node);
                    continue;
                }
                if (!_schedules.TryGetValue(node, out Schedule schedule))
                {
                    schedule = _schedules[node] = new Schedule(clock.GetTimestamp(), FirstPause < options.ProbePeriod ? FirstPause : options.ProbePeriod);
                }
                TimeSpan rest = node.State == NodeState.Active
                    ? options.ActiveProbeInterval - clock.GetElapsedTime(Math.Max(schedule.Since, node.LastAnswerAt))
                    : schedule.Pause - clock.GetElapsedTime(schedule.Since);
                if (rest <= TimeSpan.Zero)
                {
                    due.Add(node);
                }
                else if (rest < pause)
                {
                    pause = rest;
                }
            }
        }
        due.Sort(static (a, b) => b.State.CompareTo(a.State));
        return due.DrainToImmutable();
    }

    private readonly record struct Schedule(long Since, TimeSpan Pause);
}
