using System.Runtime.CompilerServices;

namespace Alternator.Client;

/// <summary>
/// Brings a request to a node that answers it. In order:
/// <list type="number">
/// <item>There has never been a list of nodes: wait for the first.</item>
/// <item>Choose a node and send. Nearly every request ends here, and allocates nothing but its own state.</item>
/// <item>The node failed, said that it can't, or is silent for too long: <see cref="Failover{TCall, TResult}"/> takes over, with further
/// nodes, until one answers or the time, the attempts or the budget are spent.</item>
/// </list>
/// Every attempt is reported to its node's health and latency score exactly once.
/// </summary>
internal sealed class RequestExecutor
{
    private readonly LatencyPercentile? _readLatency;
    private readonly long _leastHedgeDelay;
    private readonly ScopedView? _scope;
    private readonly long _overall;

    public RequestExecutor(AlternatorNodes nodes, BalancingOptions balancing, RetryOptions retry, HedgingOptions hedging, TimeProvider clock, Random? random = null)
    {
        Nodes = nodes;
        Clock = clock;
        Random = random ?? Random.Shared;
        Retry = retry.Copy();
        Balancer = balancing.Create(clock, Random);
        Budget = new RetryBudget(Retry.Budget, Retry.BudgetReserve, clock, RetryOptions.ReserveFilledIn);
        Patience = new Patience(Retry, clock);
        _overall = TicksOf(Retry.OverallTimeout);
        HedgingOptions hedges = hedging.Copy();
        HedgeBudget = new RetryBudget(hedges.Budget, hedges.Enabled ? 10 : 0, clock, Timeout.InfiniteTimeSpan);
        if (hedges.Enabled)
        {
            _readLatency = new LatencyPercentile(hedges.Percentile, clock.TimestampFrequency);
            _leastHedgeDelay = TicksOf(hedges.MinDelay);
        }
    }

    /// <summary>Another executor's, with other settings for some of its requests. Budgets are common, so that what is special about some
    /// requests doesn't add to what a cluster may be burdened with.</summary>
    public RequestExecutor(RequestExecutor basis, RetryOptions retry, HedgingOptions hedging, ILoadBalancer balancer, RoutingScope? scope)
    {
        Nodes = basis.Nodes;
        Clock = basis.Clock;
        Random = basis.Random;
        Retry = retry.Copy();
        Balancer = balancer;
        Budget = basis.Budget;
        Patience = Retry.AttemptTimeout == basis.Retry.AttemptTimeout && Retry.SecondAttemptAfter == basis.Retry.SecondAttemptAfter ? basis.Patience : new Patience(Retry, Clock);
        _overall = TicksOf(Retry.OverallTimeout);
        HedgeBudget = basis._readLatency is null && hedging.Enabled ? new RetryBudget(hedging.Budget, 10, Clock, Timeout.InfiniteTimeSpan) : basis.HedgeBudget;
        if (hedging.Enabled)
        {
            _readLatency = basis._readLatency ?? new LatencyPercentile(hedging.Percentile, Clock.TimestampFrequency);
            _leastHedgeDelay = TicksOf(hedging.MinDelay);
        }
        _scope = scope is null ? basis._scope : new ScopedView(scope);
    }

    public AlternatorNodes Nodes { get; }

    public TimeProvider Clock { get; }

    public Random Random { get; }

    public RetryOptions Retry { get; }

    public ILoadBalancer Balancer { get; }

    public RetryBudget Budget { get; }

    public RetryBudget HedgeBudget { get; }

    public Patience Patience { get; }

    /// <summary>Sends a request until a node answers it.</summary>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">A node's answer that no other node would give differently, or the last
    /// one when all gave the like; <see cref="AlternatorUnavailableException"/> when there was none.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public ValueTask<TResult> ExecuteAsync<TCall, TResult>(TCall call, in RequestTraits traits, CancellationToken cancellationToken)
        where TCall : INodeCall<TResult> => RunAsync<TCall, TResult>(call, traits, cancellationToken);

    public long TicksOf(TimeSpan time) => (long)(time.TotalSeconds * Clock.TimestampFrequency);

    public TimeSpan TimeOf(long ticks) => TimeSpan.FromSeconds((double)ticks / Clock.TimestampFrequency);

    /// <summary>Notes how long a read took, for the delay of hedges.</summary>
    public void NoteRead(long ticks) => _readLatency?.Add(ticks);

    // A value task may be consumed once: here it is hooked once (the gate's opener) and its result is taken once.
#pragma warning disable CA2012
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TResult> RunAsync<TCall, TResult>(TCall call, RequestTraits traits, CancellationToken cancellationToken)
        where TCall : INodeCall<TResult>
    {
        cancellationToken.ThrowIfCancellationRequested();
        Nodes.NoteRequest();
        Budget.Deposit();
        if (!Nodes.TryGetView(out NodeView view))
        {
            view = await Nodes.WaitForViewAsync(cancellationToken).ConfigureAwait(false);
        }
        if (_scope is not null)
        {
            view = _scope.Of(view);
        }
        OperationTelemetry telemetry = OperationTelemetry.Start(traits);
        SendPermit? permit = traits.IsIdempotent ? null : new SendPermit();
        long begun = Clock.GetTimestamp();
        AlternatorNode? node = Sampled(view, traits) ?? QueryPlan.First(view, Balancer, traits);
        if (node is null)
        {
            return await new Failover<TCall, TResult>(this, call, traits, view, telemetry, permit, begun, cancellationToken).RunAsync().ConfigureAwait(false);
        }

        AttemptGate gate = AttemptGate.Rent(Clock, cancellationToken);
        AttemptOutcome attempt = AttemptOutcome.Start(Nodes, node, begun);
        ValueTask<TResult> answer = Send<TCall, TResult>(call, node, 0, permit, gate.Token);
        bool hedge = false;
        if (!answer.IsCompleted)
        {
            long hedgeDelay = HedgeDelay(traits);
            long limit = Math.Min(hedgeDelay, _overall);
            long rest = Math.Min(limit, Patience.Rest(0));
            answer.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(gate.Opener);
            do
            {
                // Set anew each time: a timer may open the gate a little before its time by this clock, and only once.
                gate.OpenAfter(TimeOf(rest));
                await gate.WaitAsync().ConfigureAwait(false);
                long waited = Clock.GetTimestamp() - begun;
                rest = Math.Min(limit - waited, Patience.Rest(waited));
                hedge = waited >= hedgeDelay && !answer.IsCompleted;
            }
            while (rest > 0 && !answer.IsCompleted && !cancellationToken.IsCancellationRequested);
        }
        if (answer.IsCompletedSuccessfully)
        {
            long now = Clock.GetTimestamp();
            attempt.Succeeded(now);
            Patience.Answered(now - begun);
            if (traits.IsRead)
            {
                NoteRead(now - begun);
            }
            telemetry.AttemptEnded(node, 0, TimeOf(now - begun), error: null);
            telemetry.Ended(node, 1, TimeOf(now - begun), exception: null);
            gate.Return();
            return answer.Result;
        }
        return await new Failover<TCall, TResult>(this, call, traits, view, telemetry, permit, begun, cancellationToken)
            .ContinueAsync(gate, attempt, answer, hedge).ConfigureAwait(false);
    }

#pragma warning restore CA2012

    /// <summary>Sends, with an exception in the task wherever it is thrown.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueTask<TResult> Send<TCall, TResult>(TCall call, AlternatorNode node, int attempt, SendPermit? permit, CancellationToken cancellationToken)
        where TCall : INodeCall<TResult>
    {
        try
        {
            return call.SendAsync(node, attempt, permit, cancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<TResult>(exception);
        }
    }

    /// <summary>Now and then a quarantined node, for a request that may fail there without harm.</summary>
    private AlternatorNode? Sampled(NodeView view, in RequestTraits traits)
    {
        AlternatorNode[] quarantined = view.Quarantined;
        if (quarantined.Length == 0 || view.Active.Length == 0 || !traits.IsIdempotent || traits.HasAffinity || traits.Votes is not null
            || Random.NextDouble() >= Nodes.Options.Health.QuarantineSampling)
        {
            return null;
        }
        AlternatorNode node = quarantined[Random.Next(quarantined.Length)];
        return node.State == NodeState.Quarantined ? node : null;
    }

    /// <summary>After how long a read is hedged.</summary>
    private long HedgeDelay(in RequestTraits traits)
    {
        if (_readLatency is null || !traits.IsRead)
        {
            return long.MaxValue;
        }
        HedgeBudget.Deposit();
        return Math.Max(_readLatency.Value, _leastHedgeDelay);
    }
}
