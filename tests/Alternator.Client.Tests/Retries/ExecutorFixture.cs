using System.Net;
using Alternator.Testing;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Alternator.Client.Tests;

/// <summary>Three nodes, one clock that stands still, one thread: what a request does is seen step by step.</summary>
internal sealed class ExecutorFixture : IAsyncDisposable
{
    private RequestExecutor? _executor;
    private AlternatorNodes? _nodes;

    public ExecutorFixture(int nodes = 3)
    {
        string[] addresses = [.. Enumerable.Range(1, nodes).Select(i => $"10.0.0.{i}")];
        foreach (string address in addresses)
        {
            Cluster.Lists(address, addresses);
            Options.Endpoints.Add(new Uri($"http://{address}:8000"));
        }
    }

    public FakeTimeProvider Clock { get; } = new();

    public FakeCluster Cluster { get; } = new();

    public AlternatorNodesOptions Options { get; } = new();

    public BalancingOptions Balancing { get; } = new() { Policy = BalancingPolicy.RoundRobin };

    public RetryOptions Retry { get; } = new();

    public HedgingOptions Hedging { get; } = new();

    /// <summary>What a node does with a request: by default it answers at once with its own address.</summary>
    public Func<AlternatorNode, int, CancellationToken, ValueTask<string>> Behaviour { get; set; } = (node, _, _) => new(node.Address!);

    /// <summary>How a node is connected to, when not at once.</summary>
    public Func<AlternatorNode, CancellationToken, ValueTask>? Connects { get; set; }

    /// <summary>The nodes that were sent requests, in order.</summary>
    public List<AlternatorNode> Sent { get; } = [];

    public AlternatorNodes Nodes => _nodes ??= new AlternatorNodes(Options, null, Clock, new NodesSeams { Channel = Cluster, Random = new Random(7), Inline = true });

    public RequestExecutor Executor
    {
        get => _executor ??= new RequestExecutor(Nodes, Balancing, Retry, Hedging, Clock, new Random(11));
        set => _executor = value;
    }

    public static RequestTraits Read { get; } = new() { Operation = "GetItem", Table = "t", IsRead = true, IsIdempotent = true };

    public static RequestTraits Counter { get; } = new() { Operation = "UpdateItem", Table = "t" };

    public Task<string> Send(RequestTraits traits, CancellationToken cancellationToken = default)
    {
        OneThread();
        return Executor.ExecuteAsync<Call, string>(new Call(this), traits, cancellationToken).AsTask();
    }

    /// <summary>Finds the nodes and probes them, so that all are active.</summary>
    public Task ReadyAsync()
    {
        OneThread();
        return Ready();

        async Task Ready()
        {
            await Nodes.RefreshAsync();
            Assert.All(Nodes.Snapshot.Nodes, node => Assert.Equal(NodeState.Active, node.State));
        }
    }

    // Without a context, continuations run where they are completed: on this thread, in a known order. Must be called from a method
    // that isn't async itself, because an async one restores its caller's context.
    private static void OneThread() => SynchronizationContext.SetSynchronizationContext(null);

    /// <summary>Lets timers fire, in order, until the task has ended.</summary>
    public Task<T> Run<T>(Task<T> task)
    {
        OneThread();
        for (int i = 0; !task.IsCompleted; i++)
        {
            Assert.True(i < 100_000 && Clock.FireNext(), "The request waits for nothing.");
        }
        return task;
    }

    public static async ValueTask<string> Never(CancellationToken cancellationToken)
    {
        // Not Task.Delay: its cancellation goes over the thread pool.
        var cancelled = new TaskCompletionSource<string>();
        using CancellationTokenRegistration registration = cancellationToken.Register(() => cancelled.TrySetCanceled(cancellationToken));
        return await cancelled.Task;
    }

    public async ValueTask<string> After(TimeSpan time, string answer, CancellationToken cancellationToken)
    {
        await Task.Delay(time, Clock, cancellationToken);
        return answer;
    }

    public static ValueTask<string> Refused() =>
        ValueTask.FromException<string>(new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused"));

    public static ValueTask<string> Reset() => ValueTask.FromException<string>(new IOException("Connection reset by peer"));

    public static ValueTask<string> Error(HttpStatusCode status, string code) =>
        ValueTask.FromException<string>(new AmazonDynamoDBException("no", ErrorType.Unknown, code, "", status));

    public ValueTask DisposeAsync() => _nodes?.DisposeAsync() ?? ValueTask.CompletedTask;

    private readonly struct Call(ExecutorFixture fixture) : INodeCall<string>
    {
        public ValueTask<string> SendAsync(AlternatorNode node, int attempt, SendPermit? permit, CancellationToken attemptToken)
        {
            if (fixture.Connects is { } connects)
            {
                return Connected(fixture, connects(node, attemptToken), node, attempt, permit, attemptToken);
            }
            return Sent(fixture, node, attempt, permit, attemptToken);
        }

        private static async ValueTask<string> Connected(ExecutorFixture fixture, ValueTask connected, AlternatorNode node, int attempt, SendPermit? permit, CancellationToken attemptToken)
        {
            await connected;
            return await Sent(fixture, node, attempt, permit, attemptToken);
        }

        private static ValueTask<string> Sent(ExecutorFixture fixture, AlternatorNode node, int attempt, SendPermit? permit, CancellationToken attemptToken)
        {
            if (permit is not null && !permit.TryTake(attempt))
            {
                throw new NotSentException();
            }
            attemptToken.ThrowIfCancellationRequested();
            fixture.Sent.Add(node);
            return fixture.Behaviour(node, attempt, attemptToken);
        }
    }
}
