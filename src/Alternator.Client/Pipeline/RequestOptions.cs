namespace Alternator.Client;

/// <summary>
/// What is different for some requests of a client: given to <see cref="AlternatorDynamoDBClient.With"/>. What is
/// <see langword="null"/> stays as the client has it, and follows the client when that is reconfigured.
/// </summary>
public sealed record RequestOptions
{
    /// <summary>Instead of <see cref="RetryOptions.AttemptTimeout"/>.</summary>
    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>Instead of <see cref="RetryOptions.OverallTimeout"/>.</summary>
    public TimeSpan? OverallTimeout { get; init; }

    /// <summary>Instead of <see cref="RetryOptions.SecondAttemptAfter"/>; <see cref="Timeout.InfiniteTimeSpan"/> switches it off.</summary>
    public TimeSpan? SecondAttemptAfter { get; init; }

    /// <summary>Instead of <see cref="RetryOptions.MaxAttempts"/>; 1 for no retry.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Instead of <see cref="RetryOptions.AmbiguousWrites"/>.</summary>
    public AmbiguousWrites? AmbiguousWrites { get; init; }

    /// <summary>Instead of <see cref="HedgingOptions.Enabled"/>.</summary>
    public bool? Hedging { get; init; }

    /// <summary>Instead of <see cref="AffinityOptions.Mode"/>.</summary>
    public AffinityMode? Affinity { get; init; }

    /// <summary>
    /// A datacenter or rack to keep to, within the nodes that the client uses: a scope that is wider than the client's adds no node.
    /// The nodes must have said where they are: needs <see cref="AlternatorNodesOptions.IdentifyNodes"/>.
    /// </summary>
    public RoutingScope? Scope { get; init; }

    /// <summary>
    /// The node to try first while it is active, out of <see cref="AlternatorNodes.Snapshot"/>; others follow when it fails, so give
    /// <see cref="MaxAttempts"/> 1 for this node or none. A key's own node comes before it: switch <see cref="Affinity"/> off for that.
    /// </summary>
    public AlternatorNode? PreferredNode { get; init; }

    /// <summary>The executor for these requests.</summary>
    /// <param name="basis">The client's own.</param>
    /// <param name="hedging">The client's settings, with <see cref="Hedging"/> in them.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    internal RequestExecutor Derive(RequestExecutor basis, HedgingOptions hedging)
    {
        RetryOptions retry = basis.Retry.Copy();
        retry.AttemptTimeout = AttemptTimeout ?? retry.AttemptTimeout;
        retry.OverallTimeout = OverallTimeout ?? retry.OverallTimeout;
        retry.SecondAttemptAfter = SecondAttemptAfter ?? retry.SecondAttemptAfter;
        retry.MaxAttempts = MaxAttempts ?? retry.MaxAttempts;
        retry.AmbiguousWrites = AmbiguousWrites ?? retry.AmbiguousWrites;
        ILoadBalancer balancer = PreferredNode is null ? basis.Balancer : new PreferredNode(PreferredNode, basis.Balancer);
        return new RequestExecutor(basis, retry, hedging, balancer, Scope);
    }
}
