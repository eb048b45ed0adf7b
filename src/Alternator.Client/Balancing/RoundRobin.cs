namespace Alternator.Client;

/// <summary>One node after another, in the shuffled order of the candidates.</summary>
internal sealed class RoundRobin : ILoadBalancer
{
    private uint _turn = uint.MaxValue;

    public int Choose(ReadOnlySpan<AlternatorNode> candidates) => (int)(Interlocked.Increment(ref _turn) % (uint)candidates.Length);
}
