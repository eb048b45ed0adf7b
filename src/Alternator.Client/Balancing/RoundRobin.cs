namespace Alternator.Client;

/// <summary>One node after another, in the shuffled order of the candidates. A request takes one turn, however many attempts it needs.</summary>
internal sealed class RoundRobin : ILoadBalancer
{
    private uint _turn = uint.MaxValue;

    public int Choose(ReadOnlySpan<AlternatorNode> candidates) => (int)(Interlocked.Increment(ref _turn) % (uint)candidates.Length);

    // By the turn reached, not the failed node's successor, which would get all that the failed node had: so it is shared out.
    public int ChooseNext(ReadOnlySpan<AlternatorNode> candidates) => (int)(Volatile.Read(ref _turn) % (uint)candidates.Length);
}
