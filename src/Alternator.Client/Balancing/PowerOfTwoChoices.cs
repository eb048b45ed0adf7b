namespace Alternator.Client;

/// <summary>
/// Of two random nodes the one with the lower load. Load is the decayed latency score times one more than the outstanding
/// requests (the request to come counts). While one of the two has no score yet, outstanding requests alone decide. A node in its
/// slow start weighs more, up to ten times.
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
        double loadOfA = (a.ActiveRequests + 1) / Share(a, now);
        double loadOfB = (b.ActiveRequests + 1) / Share(b, now);
        if (a.Score.Measured && b.Score.Measured)
        {
            loadOfA *= a.Score.At(now);
            loadOfB *= b.Score.At(now);
        }
        return loadOfB < loadOfA ? second : first;
    }

    private double Share(AlternatorNode node, long now)
    {
        double age = now - node.AdmittedAt;
        return age >= _slowStartTicks ? 1 : FirstShare + ((1 - FirstShare) * age / _slowStartTicks);
    }
}
