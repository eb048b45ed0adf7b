namespace Alternator.Client;

/// <summary>
/// An attempt at a node, from its start to the one report of its outcome. The node's health learns of answers and failures, under the
/// generation in which the attempt began; the balancer's score learns how long it took, where a failure or an overload counts as slow:
/// a node that refuses quickly isn't quick.
/// </summary>
internal readonly struct AttemptOutcome
{
    private static readonly TimeSpan FailurePenalty = TimeSpan.FromSeconds(1);

    private readonly AlternatorNodes _nodes;
    private readonly int _generation;
    private readonly bool _wasDown;

    private AttemptOutcome(AlternatorNodes nodes, AlternatorNode node, long now)
    {
        _nodes = nodes;
        Node = node;
        _generation = node.Health.Generation;
        _wasDown = node.State == NodeState.Down;
        StartedAt = now;
        node.RequestStarted();
    }

    public AlternatorNode Node { get; }

    public long StartedAt { get; }

    /// <summary>Whether the node has gone down since the attempt began.</summary>
    public bool NodeWentDown => Node.Health.Generation != _generation;

    public static AttemptOutcome Start(AlternatorNodes nodes, AlternatorNode node, long now) => new(nodes, node, now);

    /// <summary>The node answered with success.</summary>
    public void Succeeded(long now)
    {
        Node.RequestEnded();
        Node.Score.Observe(now - StartedAt, now);
        Answered(now);
    }

    /// <summary>The attempt failed.</summary>
    public void Failed(in AttemptFailure failure, string error, long now)
    {
        Node.RequestEnded();
        if (failure.Retryable)
        {
            Node.Failed(error);
            Node.Score.ObserveAtLeast(Math.Max(now - StartedAt, Ticks(FailurePenalty)), now);
        }
        else
        {
            Node.Score.Observe(now - StartedAt, now);
        }
        if (failure.NodeAnswered)
        {
            Answered(now);
        }
        else if (failure.NodeFailed)
        {
            if (Node.Health.RequestFailed(_generation))
            {
                _nodes.StateChanged(Node, error);
            }
            else
            {
                _nodes.Suspect(Node);
            }
        }
    }

    /// <summary>Another attempt won, or the caller gave up: nothing is known but that it took at least so long.</summary>
    public void Abandoned(long now, bool slow)
    {
        Node.RequestEnded();
        if (slow)
        {
            Node.Score.ObserveAtLeast(now - StartedAt, now);
        }
    }

    private void Answered(long now)
    {
        Node.Answered(now);
        // A node that was tried although it was down has shown what a probe would have shown.
        if (_wasDown ? Node.Health.ProbeSucceeded() : Node.Health.RequestSucceeded(_generation))
        {
            _nodes.StateChanged(Node, "it answers requests");
        }
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _nodes.Clock.TimestampFrequency);
}
