namespace Alternator.Client;

/// <summary>Any node, with equal probability.</summary>
internal sealed class RandomChoice(Random random) : ILoadBalancer
{
    public int Choose(ReadOnlySpan<AlternatorNode> candidates) => random.Next(candidates.Length);
}
