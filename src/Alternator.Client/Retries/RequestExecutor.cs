using Amazon.Runtime;

namespace Alternator.Client;

/// <summary>
/// Sends a request to one node after another until one gives an answer. In order: wait for the first list of nodes if there has
/// never been one; choose a node; send; tell the node's health and latency score what came of it, exactly once; on a failure that
/// another node may not have, choose the next.
/// </summary>
internal sealed class RequestExecutor(AlternatorNodes nodes, BalancingOptions balancing, RetryOptions retry, HedgingOptions hedging, TimeProvider clock)
{
    private readonly ILoadBalancer _balancer = balancing.Create(clock, Random.Shared);
    private readonly RetryOptions _retry = retry.Copy();
    private readonly HedgingOptions _hedging = hedging.Copy();

    public async ValueTask<TResult> ExecuteAsync<TCall, TResult>(TCall call, RequestTraits traits, CancellationToken cancellationToken)
        where TCall : INodeCall<TResult>
    {
        nodes.NoteRequest();
        NodeView view = await nodes.GetViewAsync(cancellationToken).ConfigureAwait(false);
        HashSet<AlternatorNode> tried = [];
        Exception? last = null;
        for (int attempt = 0; attempt < _retry.MaxAttempts; attempt++)
        {
            AlternatorNode[] candidates = [.. view.Active.Where(node => !tried.Contains(node))];
            candidates = candidates.Length > 0 ? candidates : [.. view.Quarantined.Concat(view.Down).Where(node => !tried.Contains(node))];
            if (candidates.Length == 0)
            {
                break;
            }
            AlternatorNode node = candidates[_balancer.Choose(candidates)];
            tried.Add(node);
            int generation = node.Health.Generation;
            long start = clock.GetTimestamp();
            using var timeout = new CancellationTokenSource(_retry.AttemptTimeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
            node.RequestStarted();
            try
            {
                TResult result = await call.SendAsync(node, attempt, either.Token).ConfigureAwait(false);
                long now = clock.GetTimestamp();
                node.Answered(now);
                node.Score.Observe(now - start, now);
                if (node.Health.RequestSucceeded(generation))
                {
                    nodes.StateChanged(node);
                }
                return result;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                AttemptFailure failure = AttemptFailure.Of(exception);
                node.Failed(exception.Message);
                if (failure.NodeFailed ? node.Health.RequestFailed(generation) : failure.NodeAnswered && node.Health.RequestSucceeded(generation))
                {
                    nodes.StateChanged(node);
                }
                if (!failure.Retryable)
                {
                    throw;
                }
                last = exception;
            }
            finally
            {
                node.RequestEnded();
            }
        }
        if (last is AmazonServiceException)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(last);
        }
        throw new AlternatorUnavailableException($"No node could serve {traits.Operation}. {string.Join(" ", view.Snapshot.Nodes.Select(node => $"{node.CanonicalEndpoint} ({node.State}): {node.LastError}"))}", last);
    }
}
