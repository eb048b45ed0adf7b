namespace Alternator.Client;

/// <summary>One node before all others, as long as it is among the candidates; the rest as another balancer has it.</summary>
internal sealed class PreferredNode(AlternatorNode node, ILoadBalancer others) : ILoadBalancer
{
    public int Choose(ReadOnlySpan<AlternatorNode> candidates)
    {
        int index = candidates.IndexOf(node);
        return index >= 0 ? index : others.Choose(candidates);
    }

    public int ChooseNext(ReadOnlySpan<AlternatorNode> candidates)
    {
        int index = candidates.IndexOf(node);
        return index >= 0 ? index : others.ChooseNext(candidates);
    }
}
