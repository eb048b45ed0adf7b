using Alternator.Testing;

namespace Alternator.Client.Tests;

/// <summary>
/// A model of a client under load: so many requests in flight at any time, each answer followed by the next request. The client has one
/// core, which takes its time for every answer and now and then pauses, as a garbage collection or a neighbour makes it: then
/// everything in flight is late. Nodes answer after their own latency and an exponential share. One seed, one run.
/// </summary>
internal sealed class ClosedLoop
{
    private static readonly TimeSpan CostOfAnAnswer = TimeSpan.FromMicroseconds(80);

    private readonly FakeTimeProvider _clock = new();
    private readonly Random _random;
    private readonly ILoadBalancer _balancer;
    private readonly AlternatorNode[] _nodes;
    private readonly PriorityQueue<(int Node, long Sent), long> _answers = new();
    private readonly double _pausesPerSecond;
    private readonly TimeSpan _meanPause;
    private long _nextPause;
    private long _coreFree;

    public ClosedLoop(int seed, int nodes, int concurrency, double pausesPerSecond, TimeSpan meanPause)
    {
        _random = new Random(seed);
        _balancer = new PowerOfTwoChoices(_clock, TimeSpan.FromSeconds(10), new Random(_random.Next()));
        _nodes = [.. Enumerable.Range(1, nodes).Select(i => new AlternatorNode(new Uri($"http://10.0.0.{i}:8000"), new NodeHealthOptions(), _clock, TimeSpan.FromSeconds(2), (ulong)i))];
        Latency = new TimeSpan[nodes];
        Array.Fill(Latency, TimeSpan.FromMilliseconds(0.5));
        _pausesPerSecond = pausesPerSecond;
        _meanPause = meanPause;
        _nextPause = Drawn(TimeSpan.FromSeconds(1 / pausesPerSecond));
        for (int i = 0; i < concurrency; i++)
        {
            Send(0);
        }
    }

    /// <summary>How long each node takes at least.</summary>
    public TimeSpan[] Latency { get; }

    /// <summary>Lets the loop run. Returns how many requests each node was sent, and how long requests took, in order.</summary>
    public (int[] Sent, TimeSpan[] Took) Run(TimeSpan time)
    {
        int[] sent = new int[_nodes.Length];
        List<TimeSpan> took = [];
        long end = _clock.GetTimestamp() + time.Ticks;
        while (_answers.TryPeek(out (int Node, long Sent) answer, out long at) && Math.Max(at, _coreFree) < end)
        {
            _answers.Dequeue();
            long now = Math.Max(at, _coreFree);
            if (_nextPause <= now)
            {
                now = Math.Max(now, _nextPause + Drawn(_meanPause));
                _nextPause = now + Drawn(TimeSpan.FromSeconds(1 / _pausesPerSecond));
            }
            _clock.Advance(new TimeSpan(Math.Max(0, now - _clock.GetTimestamp())));
            _coreFree = now + CostOfAnAnswer.Ticks;
            _nodes[answer.Node].RequestEnded();
            _nodes[answer.Node].Score.Observe(now - answer.Sent, now);
            took.Add(new TimeSpan(now - answer.Sent));
            sent[Send(_coreFree)]++;
        }
        took.Sort();
        return (sent, [.. took]);
    }

    private int Send(long now)
    {
        int node = _balancer.Choose(_nodes);
        _nodes[node].RequestStarted();
        _answers.Enqueue((node, now), now + Latency[node].Ticks + Drawn(TimeSpan.FromMilliseconds(1)));
        return node;
    }

    private long Drawn(TimeSpan mean) => (long)(-Math.Log(1 - _random.NextDouble()) * mean.Ticks);
}
