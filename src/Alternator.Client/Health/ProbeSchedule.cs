using System.Collections.Immutable;

namespace Alternator.Client;

/// <summary>
/// When which node is to be probed. Does no I/O itself: it is told of suspicions and of probes that have ended, and says who is due.
/// <list type="bullet">
/// <item>A suspect, a node that has just failed a request, is due at once and then ten times a second, until it answers or is down.</item>
/// <item>A down or quarantined node is due a second after it became so; then after twice the time whenever it doesn't answer, up to the probe
/// period, and after a second whenever it does. While every node is down a second is the longest pause: nothing else tells that one is back.</item>
/// <item>An active node is due only where the options want it, when it has answered nothing for as long as they say.</item>
/// </list>
/// </summary>
internal sealed class ProbeSchedule(NodeHealthOptions options, TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SuspicionPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Dictionary<AlternatorNode, Entry> _entries = [];

    /// <summary>A node has failed a request. Returns whether that makes it a suspect; false when it is one already.</summary>
    public bool Suspect(AlternatorNode node)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(node, out Entry entry) && entry.Suspected)
            {
                return false;
            }
            _entries[node] = new Entry(clock.GetTimestamp(), TimeSpan.Zero, Suspected: true);
            return true;
        }
    }

    public bool IsSuspect(AlternatorNode node)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(node, out Entry entry) && entry.Suspected;
        }
    }

    /// <summary>A probe of a node has ended.</summary>
    public void Probed(AlternatorNode node, ProbeOutcome outcome)
    {
        bool alive = outcome is ProbeOutcome.Answered or ProbeOutcome.AnsweredWrongly;
        long now = clock.GetTimestamp();
        lock (_lock)
        {
            bool known = _entries.TryGetValue(node, out Entry entry);
            if (known && entry.Suspected && !alive)
            {
                _entries[node] = entry with { Since = now, Pause = SuspicionPause };
                return;
            }
            bool backOff = outcome != ProbeOutcome.Answered && known && !entry.Suspected;
            _entries[node] = new Entry(now, AtMost(options.ProbePeriod, backOff ? entry.Pause * 2 : FirstPause), Suspected: false);
        }
    }

    /// <summary>The nodes to probe now: suspects before down ones before quarantined ones. And how long until the next is due.</summary>
    public ImmutableArray<AlternatorNode> Due(NodeView view, out TimeSpan pause)
    {
        pause = options.ProbePeriod;
        bool allDown = view.Active.Length + view.Quarantined.Length == 0;
        bool probesActive = options.ActiveProbeInterval > TimeSpan.Zero;
        var due = ImmutableArray.CreateBuilder<(int Rank, AlternatorNode Node)>();
        lock (_lock)
        {
            foreach (AlternatorNode node in view.Watched)
            {
                NodeState state = node.State;
                bool known = _entries.TryGetValue(node, out Entry entry);
                bool suspected = known && entry.Suspected;
                // A request that was answered since has cleared it of the suspicion; one that is down has been found guilty.
                if (suspected && (state == NodeState.Down || node.Health.Failures == 0))
                {
                    suspected = known = false;
                }
                if (state == NodeState.Active && !suspected && !probesActive)
                {
                    _entries.Remove(node);
                    continue;
                }
                if (!known)
                {
                    _entries[node] = entry = new Entry(clock.GetTimestamp(), AtMost(options.ProbePeriod, FirstPause), Suspected: false);
                }
                TimeSpan rest = state == NodeState.Active && !suspected
                    ? options.ActiveProbeInterval - clock.GetElapsedTime(Math.Max(entry.Since, node.LastAnswerAt))
                    : (allDown ? AtMost(FirstPause, entry.Pause) : entry.Pause) - clock.GetElapsedTime(entry.Since);
                if (rest <= TimeSpan.Zero)
                {
                    due.Add((suspected ? 0 : state == NodeState.Down ? 1 : state == NodeState.Quarantined ? 2 : 3, node));
                }
                else
                {
                    pause = AtMost(rest, pause);
                }
            }
        }
        due.Sort(static (a, b) => a.Rank.CompareTo(b.Rank));
        return [.. due.Select(static entry => entry.Node)];
    }

    private static TimeSpan AtMost(TimeSpan most, TimeSpan time) => time < most ? time : most;

    private readonly record struct Entry(long Since, TimeSpan Pause, bool Suspected);
}
