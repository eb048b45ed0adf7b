namespace Alternator.Client;

/// <summary>
/// Chooses the node of an attempt. Called at the same time by many requests: implementations are safe for that, and neither block
/// nor allocate.
/// </summary>
public interface ILoadBalancer
{
    /// <summary>Chooses among the nodes that this attempt may use.</summary>
    /// <param name="candidates">At least one node, all in the same state of health, none tried before by this request. The order is
    /// random but steady: it stays while the nodes stay.</param>
    /// <returns>The index of the chosen node.</returns>
    int Choose(ReadOnlySpan<AlternatorNode> candidates);

    /// <summary>
    /// Chooses the node of a further attempt: a retry, a second attempt beside a silent one, a hedge. The same as <see cref="Choose"/> unless
    /// a policy makes a difference. One that deals requests out in turn does: were a further attempt a turn too, two nodes of which one fails would
    /// meet every request with the failing one.
    /// </summary>
    /// <param name="candidates">As for <see cref="Choose"/>.</param>
    /// <returns>The index of the chosen node.</returns>
    int ChooseNext(ReadOnlySpan<AlternatorNode> candidates) => Choose(candidates);
}
