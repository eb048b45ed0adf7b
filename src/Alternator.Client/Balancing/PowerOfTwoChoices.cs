namespace Alternator.Client;

/// <summary>
/// Of two nodes the one with the lower load. The first of the two is the next in turn, the second any other.
/// <list type="bullet">
/// <item>Latencies that differ by less than a factor of two, or by less than a millisecond, count as equal: that is noise. Then the node with
/// fewer outstanding requests wins, and between equals the one in turn. So N requests in sequence over N like nodes touch each once.</item>
/// <item>Otherwise load is the latency score times one more than the outstanding requests (the request to come counts), and for the slower
/// node times half of what it is slower by. With the plain product a node ten times slower would still get a hundredth as many
/// requests as another, and the 99th percentile would consist of them.</item>
/// <item>While one of the two has too few answers for a score, outstanding requests alone decide, and between equals it is the one without.</item>
/// <item>A winner in its slow start yields to the loser in as many cases as its share is smaller: it gets less, but never nothing.</item>
/// </list>
/// </summary>
internal sealed class PowerOfTwoChoices(TimeProvider clock, TimeSpan slowStart, Random random) : ILoadBalancer
{
    // The share of its fair traffic with which a newcomer starts.
    private const double FirstShare = 0.1;

    // Shares nearer to each other than this are those of nodes that became active together.
    private const double EqualShares = 0.95;

    private const double EqualLatencies = 2;

    private readonly double _slowStartTicks = slowStart.TotalSeconds * clock.TimestampFrequency;
    private readonly double _equalLatencyTicks = 0.001 * clock.TimestampFrequency;
    private uint _turn = uint.MaxValue;

    public int Choose(ReadOnlySpan<AlternatorNode> candidates) => Choose(candidates, Interlocked.Increment(ref _turn));

    // A request takes one turn, however many attempts it needs.
    public int ChooseNext(ReadOnlySpan<AlternatorNode> candidates) => Choose(candidates, Volatile.Read(ref _turn));

    private int Choose(ReadOnlySpan<AlternatorNode> candidates, uint turn)
    {
        if (candidates.Length == 1)
        {
            return 0;
        }
        int first = (int)(turn % (uint)candidates.Length);
        int second = random.Next(candidates.Length - 1);
        if (second >= first)
        {
            second++;
        }
        AlternatorNode a = candidates[first];
        AlternatorNode b = candidates[second];
        long now = clock.GetTimestamp();
        bool secondWins = IsBetter(b, a, now);
        double shareOfA = Share(a, now);
        double shareOfB = Share(b, now);
        double ratio = secondWins ? shareOfB / shareOfA : shareOfA / shareOfB;
        secondWins ^= ratio < EqualShares && random.NextDouble() >= ratio;
        return secondWins ? second : first;
    }

    /// <summary>Whether the other node is to be preferred to the one in turn.</summary>
    private bool IsBetter(AlternatorNode other, AlternatorNode inTurn, long now)
    {
        int outstanding = inTurn.ActiveRequests;
        int othersOutstanding = other.ActiveRequests;
        if (!inTurn.Score.Measured || !other.Score.Measured)
        {
            return othersOutstanding < outstanding || (othersOutstanding == outstanding && inTurn.Score.Measured && !other.Score.Measured);
        }
        double latency = inTurn.Score.At(now);
        double othersLatency = other.Score.At(now);
        double difference = Math.Abs(latency - othersLatency);
        double ratio = Math.Max(latency, othersLatency) / Math.Min(latency, othersLatency);
        if (difference < _equalLatencyTicks || ratio < EqualLatencies)
        {
            return othersOutstanding < outstanding;
        }
        double load = latency * (outstanding + 1);
        double othersLoad = othersLatency * (othersOutstanding + 1);
        double penalty = ratio / EqualLatencies;
        return latency > othersLatency ? othersLoad < load * penalty : othersLoad * penalty < load;
    }

    private double Share(AlternatorNode node, long now)
    {
        double age = now - node.AdmittedAt;
        return age >= _slowStartTicks ? 1 : FirstShare + ((1 - FirstShare) * age / _slowStartTicks);
    }
}
