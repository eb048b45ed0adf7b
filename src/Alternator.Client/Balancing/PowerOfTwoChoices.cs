namespace Alternator.Client;

/// <summary>
/// Of two random nodes the one with the lower load. Load is the decayed latency score times one more than the outstanding
/// requests (the request to come counts). While one of the two has no score yet, outstanding requests alone decide, and between
/// equals it is the one without. A winner in its slow start yields to the loser in as many cases as its share is smaller: it gets
/// less, but never nothing.
/// </summary>
internal sealed class PowerOfTwoChoices(TimeProvider clock, TimeSpan slowStart, Random random) : ILoadBalancer
{
    // The share of its fair traffic with which a newcomer starts.
    private const double FirstShare = 0.1;

    private readonly double _slowStartTicks = slowStart.TotalSeconds * clock.TimestampFrequency;

    public int Choose(ReadOnlySpan<AlternatorNode> candidates)
    {
        if (candidates.Length == 1)
        {
            return 0;
        }
        int first = random.Next(candidates.Length);
        int second = random.Next(candidates.Length - 1);
        if (second >= first)
        {
            second++;
        }
        AlternatorNode a = candidates[first];
        AlternatorNode b = candidates[second];
        long now = clock.GetTimestamp();
        double loadOfA = a.ActiveRequests + 1;
        double loadOfB = b.ActiveRequests + 1;
        bool secondWins;
        if (a.Score.Measured && b.Score.Measured)
        {
            secondWins = loadOfB * b.Score.At(now) < loadOfA * a.Score.At(now);
        }
        else
        {
            secondWins = loadOfB < loadOfA || (loadOfB == loadOfA && !b.Score.Measured);
        }
        double shareOfA = Share(a, now);
        double shareOfB = Share(b, now);
        if (shareOfA != shareOfB)
        {
            double ratio = secondWins ? shareOfB / shareOfA : shareOfA / shareOfB;
            secondWins ^= ratio < 1 && random.NextDouble() >= ratio;
        }
        return secondWins ? second : first;
    }

    private double Share(AlternatorNode node, long now)
    {
        double age = now - node.AdmittedAt;
        return age >= _slowStartTicks ? 1 : FirstShare + ((1 - FirstShare) * age / _slowStartTicks);
    }
}
