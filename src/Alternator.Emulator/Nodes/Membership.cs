using System.Collections.Immutable;

namespace Alternator.Emulator.Nodes;

/// <summary>
/// Who is in the cluster and what each node believes of the others. A node lists another one when that is joined, not
/// hidden and, as far as it has noticed, alive: it stopped, paused, came back or was cut off by a partition only
/// <see cref="EmulatorOptions.NoticeDelay"/> ago counts as before. Joining, leaving and hiding are known at once, as
/// topology changes are.
/// </summary>
internal sealed class Membership(TimeProvider time, TimeSpan noticeDelay)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(EmulatorNode Seer, EmulatorNode Seen), Belief> _beliefs = [];
    private readonly HashSet<(EmulatorNode, EmulatorNode)> _cuts = [];
    private ImmutableArray<EmulatorNode> _nodes = [];

    /// <summary>All nodes, in the order of their joining.</summary>
    public ImmutableArray<EmulatorNode> Nodes
    {
        get
        {
            lock (_lock) return _nodes;
        }
    }

    /// <summary>
    /// ScyllaDB makes indexes on tablets only where the replication factor (1 with fewer than three nodes, else 3) is 1
    /// or the number of racks, in every datacenter.
    /// </summary>
    public bool AllowsIndexesOnTablets()
    {
        ImmutableArray<EmulatorNode> nodes = Nodes;
        return nodes.Length < 3 || nodes.GroupBy(n => n.Datacenter).All(dc => dc.Select(n => n.Rack).Distinct().Count() == 3);
    }

    public void Add(EmulatorNode node)
    {
        lock (_lock) _nodes = _nodes.Add(node);
    }

    public void Remove(EmulatorNode node)
    {
        lock (_lock)
        {
            _nodes = _nodes.Remove(node);
            _cuts.RemoveWhere(c => c.Item1 == node || c.Item2 == node);
            foreach ((EmulatorNode, EmulatorNode) pair in _beliefs.Keys.Where(p => p.Seer == node || p.Seen == node).ToArray())
                _beliefs.Remove(pair);
        }
    }

    /// <summary>Cuts every node of <paramref name="side"/> off from every other node.</summary>
    public void Cut(IReadOnlyCollection<EmulatorNode> side)
    {
        lock (_lock)
        {
            foreach (EmulatorNode one in side)
            {
                foreach (EmulatorNode other in _nodes)
                {
                    if (side.Contains(other)) continue;
                    _cuts.Add((one, other));
                    _cuts.Add((other, one));
                }
            }

            Review();
        }
    }

    /// <summary>Ends all partitions.</summary>
    public void Heal()
    {
        lock (_lock)
        {
            _cuts.Clear();
            Review();
        }
    }

    public bool AreCut(EmulatorNode one, EmulatorNode other)
    {
        lock (_lock) return _cuts.Contains((one, other));
    }

    /// <summary>Told whenever a node's state or faults change.</summary>
    public void Changed(EmulatorNode node)
    {
        lock (_lock)
        {
            if (!_nodes.Contains(node)) return;
            Review();
        }
    }

    /// <summary>The nodes that <paramref name="seer"/> takes for joined and alive, itself included.</summary>
    public IEnumerable<EmulatorNode> ListedBy(EmulatorNode seer)
    {
        var listed = new List<EmulatorNode>();
        lock (_lock)
        {
            long now = time.GetTimestamp();
            foreach (EmulatorNode seen in _nodes)
            {
                if (seen.State is EmulatorNodeState.Up or EmulatorNodeState.Stopped && !seen.Faults.Hidden && Believes(seer, seen, now))
                    listed.Add(seen);
            }
        }

        return listed;
    }

    private bool Believes(EmulatorNode seer, EmulatorNode seen, long now)
    {
        bool actual = Reaches(seer, seen);
        if (noticeDelay <= TimeSpan.Zero || seer == seen) return actual;
        if (!_beliefs.TryGetValue((seer, seen), out Belief? belief))
        {
            _beliefs.Add((seer, seen), new Belief(actual, now));
            return actual;
        }

        if (belief.Noticed != belief.Actual && time.GetElapsedTime(belief.Since, now) >= noticeDelay) belief.Noticed = belief.Actual;
        if (actual != belief.Actual)
        {
            belief.Actual = actual;
            belief.Since = now;
        }

        return belief.Noticed;
    }

    /// <summary>Records every belief as of now, so that a change is dated when it happens and not when somebody asks.</summary>
    private void Review()
    {
        if (noticeDelay <= TimeSpan.Zero) return;
        long now = time.GetTimestamp();
        foreach (EmulatorNode seer in _nodes)
        {
            foreach (EmulatorNode seen in _nodes) Believes(seer, seen, now);
        }
    }

    private bool Reaches(EmulatorNode seer, EmulatorNode seen) =>
        seer == seen
        || (seen.State is not (EmulatorNodeState.Stopped or EmulatorNodeState.Removed) && !seen.Faults.Paused && !_cuts.Contains((seer, seen)));

    private sealed class Belief(bool actual, long since)
    {
        public bool Noticed { get; set; } = actual;

        public bool Actual { get; set; } = actual;

        public long Since { get; set; } = since;
    }
}
