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
}
