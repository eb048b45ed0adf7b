namespace Alternator.Client;

/// <summary>
/// The health of one node as a state machine without a clock or a socket: outcomes go in, states come out.
/// <list type="bullet">
/// <item>active: failures in a row take it down.</item>
/// <item>quarantined (also every new node): successes of requests, or one successful probe, make it active; failures of requests take it down.</item>
/// <item>down: only successful probes in a row bring it back, and only to quarantined. Never straight to active.</item>
/// </list>
/// Entering down raises the generation; an outcome of a request that was sent in another generation is stale and is dropped.
/// The usual outcome, success of an active node without failures, takes no lock and writes nothing.
/// </summary>
internal sealed class NodeHealth(NodeHealthOptions options)
{
    private readonly Lock _lock = new();
    private volatile NodeState _state = options.Enabled ? NodeState.Quarantined : NodeState.Active;
    private volatile int _generation;
    private volatile int _failures;
    private int _successes;

    public NodeState State => _state;

    /// <summary>How often the node has gone down; carried by every attempt.</summary>
    public int Generation => _generation;

    /// <summary>Failures in a row. Kept when the node goes down.</summary>
    public int Failures => _failures;

    /// <summary>A request was answered by the node, whatever the status but 500, 502, 503 and 504. Returns whether the state changed.</summary>
    public bool RequestSucceeded(int generation)
    {
        if (!options.Enabled || (_state == NodeState.Active && _failures == 0))
        {
            return false;
        }
        lock (_lock)
        {
            if (generation != _generation || _state == NodeState.Down)
            {
                return false;
            }
            _failures = 0;
            if (_state == NodeState.Quarantined && ++_successes >= options.QuarantineSuccessesToActive)
            {
                return Enter(NodeState.Active);
            }
            return false;
        }
    }

    /// <summary>A request got no answer from the node. Returns whether the state changed.</summary>
    public bool RequestFailed(int generation)
    {
        if (!options.Enabled)
        {
            return false;
        }
        lock (_lock)
        {
            if (generation != _generation || _state == NodeState.Down)
            {
                return false;
            }
            _failures++;
            _successes = 0;
            int threshold = _state == NodeState.Active ? options.ActiveFailuresToDown : options.QuarantineFailuresToDown;
            return _failures >= threshold && Enter(NodeState.Down);
        }
    }

    /// <summary>The node answered a probe, or a request that was tried although it was down. Returns whether the state changed.</summary>
    public bool ProbeSucceeded()
    {
        if (!options.Enabled)
        {
            return false;
        }
        lock (_lock)
        {
            return _state switch
            {
                NodeState.Quarantined => Enter(NodeState.Active),
                NodeState.Down when ++_successes >= options.ProbeSuccessesToQuarantined => Enter(NodeState.Quarantined),
                _ => false,
            };
        }
    }

    /// <summary>The node didn't answer a probe. Where active nodes are probed too, that counts as a failed request. Returns whether the state changed.</summary>
    public bool ProbeFailed()
    {
        lock (_lock)
        {
            if (_state != NodeState.Down)
            {
                return options.ActiveProbeInterval > TimeSpan.Zero && RequestFailed(_generation);
            }
            _successes = 0;
            return false;
        }
    }

    /// <summary>The node left requests unanswered, and the probe that was to tell slow from dead too: down at once.</summary>
    public bool Unresponsive(int generation)
    {
        if (!options.Enabled)
        {
            return false;
        }
        lock (_lock)
        {
            if (generation != _generation || _state == NodeState.Down)
            {
                return false;
            }
            _failures++;
            return Enter(NodeState.Down);
        }
    }

    private bool Enter(NodeState state)
    {
        _state = state;
        _successes = 0;
        if (state == NodeState.Down)
        {
            _generation++;
        }
        else
        {
            _failures = 0;
        }
        return true;
    }
}
