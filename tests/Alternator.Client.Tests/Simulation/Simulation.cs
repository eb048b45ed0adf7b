using Alternator.Testing;
using Xunit.Sdk;

namespace Alternator.Client.Tests;

/// <summary>
/// One run of a cluster under load, from one seed. Invariants are checked throughout and at the end; a violation carries the seed, and
/// <c>ALTERNATOR_SIMULATION_SEED</c> replays it.
/// </summary>
internal sealed class Simulation : IDisposable
{
    private readonly SynchronizationContext? _context = SynchronizationContext.Current;
    private readonly List<string> _story = [];
    private readonly HashSet<int> _answered = [];
    private readonly List<Task> _requests = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private int _sent;

    public Simulation(int seed, int nodes, RoutingScope? scope = null, int datacenters = 1, BalancingPolicy policy = BalancingPolicy.PowerOfTwo, RetryOptions? retry = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        Seed = seed;
        Random = new Random(seed);
        Cluster = new SimulatedCluster(Clock, new Random(Random.Next()));
        for (int i = 0; i < nodes; i++)
        {
            Cluster.Add($"dc{(i % datacenters) + 1}", $"rack{(i / datacenters % 3) + 1}");
        }
        var options = new AlternatorNodesOptions { Scope = scope ?? RoutingScope.Cluster };
        // Two contact points of each datacenter.
        foreach (SimulatedCluster.SimulatedNode node in Cluster.Nodes.Take(2 * datacenters))
        {
            options.Endpoints.Add(node.Endpoint);
        }
        Nodes = new AlternatorNodes(options, null, Clock, new NodesSeams { Channel = Cluster, Random = new Random(Random.Next()), Inline = true });
        Executor = new RequestExecutor(Nodes, new BalancingOptions { Policy = policy }, retry ?? new RetryOptions(), new HedgingOptions(), Clock, new Random(Random.Next()));
    }

    public int Seed { get; }

    public Random Random { get; }

    public FakeTimeProvider Clock { get; } = new();

    public SimulatedCluster Cluster { get; }

    public AlternatorNodes Nodes { get; }

    public RequestExecutor Executor { get; }

    public TimeSpan Longest { get; private set; }

    public int Failures { get; private set; }

    public int Answers => _answered.Count;

    public int Sent => _sent;

    public Action<AlternatorNode>? Chosen { get; set; }

    /// <summary>Whether requests may fail: while no node can answer.</summary>
    public bool MayFail { get; set; }

    public void Tell(string what) => _story.Add($"{Clock.Elapsed.TotalSeconds:0.000}: {what}");

    /// <summary>Lets time pass while requests come at a rate, evenly distributed.</summary>
    public void Load(TimeSpan time, double perSecond)
    {
        TimeSpan end = Clock.Elapsed + time;
        TimeSpan step = TimeSpan.FromSeconds(1 / perSecond);
        while (Clock.Elapsed < end)
        {
            _requests.Add(RequestAsync(_sent++));
            Clock.Advance(step);
        }
    }

    /// <summary>Starts many requests at once, and forgets how long others have taken.</summary>
    public void Burst(int requests)
    {
        Longest = TimeSpan.Zero;
        for (int i = 0; i < requests; i++)
        {
            _requests.Add(RequestAsync(_sent++));
        }
    }

    /// <summary>Waits for every request to end.</summary>
    public void Drain()
    {
        TimeSpan limit = Clock.Elapsed + TimeSpan.FromMinutes(2);
        while (_requests.Exists(static request => !request.IsCompleted))
        {
            Check(Clock.Elapsed < limit && Clock.FireNext(), "a request never ended");
        }
        foreach (Task request in _requests)
        {
            Check(request.IsCompletedSuccessfully, $"a request ended with {request.Exception?.InnerException}");
        }
        Check(Answers + Failures == _sent, $"{_sent} requests were sent, {Answers} answered and {Failures} refused");
        Check(Nodes.View.Watched.Sum(static node => node.ActiveRequests) == 0, "an attempt was never reported as ended");
    }

    public void Become(SimulatedCluster.SimulatedNode node, Ailment ailment)
    {
        Tell($"{node.Address} becomes {ailment}");
        node.Become(ailment, Clock.Elapsed);
    }

    public AlternatorNode Known(SimulatedCluster.SimulatedNode node) => Nodes.Registry.GetOrAdd(node.Endpoint);

    public void Check(bool holds, string violation)
    {
        if (!holds)
        {
            string state = string.Join("\n", Nodes.View.Watched.Select(node => $"  {node.CanonicalEndpoint} {node.State} failures {node.Health.Failures} active {node.ActiveRequests} latency {node.Latency.TotalMilliseconds:0.0} ms {node.LastError}").Take(40));
            throw new XunitException($"seed {Seed}: at {Clock.Elapsed.TotalSeconds:0.000} s {violation}\n{string.Join("\n", _story.TakeLast(40))}\n{state}\nReplay with ALTERNATOR_SIMULATION_SEED={Seed}");
        }
    }

    public void Dispose()
    {
        ValueTask stopping = Nodes.DisposeAsync();
        for (int i = 0; i < 10_000 && !stopping.IsCompleted; i++)
        {
            Clock.FireNext();
        }
        SynchronizationContext.SetSynchronizationContext(_context);
    }

    private async Task RequestAsync(int number)
    {
        TimeSpan begun = Clock.Elapsed;
        var traits = new RequestTraits { Operation = "GetItem", IsRead = true, IsIdempotent = true };
        try
        {
            await Executor.ExecuteAsync<Call, string>(new Call(this), traits, CancellationToken.None).ConfigureAwait(false);
            Check(_answered.Add(number), $"request {number} was answered twice");
        }
        catch (Amazon.Runtime.AmazonServiceException exception)
        {
            Failures++;
            Check(MayFail, $"request {number} failed: {exception.Message}");
        }
        Check(Environment.CurrentManagedThreadId == _thread, "a request continued on another thread, so that the run can't be replayed");
        TimeSpan took = Clock.Elapsed - begun;
        Longest = took > Longest ? took : Longest;
    }

    private readonly struct Call(Simulation simulation) : INodeCall<string>
    {
        public ValueTask<string> SendAsync(AlternatorNode node, int attempt, SendPermit? permit, CancellationToken attemptToken)
        {
            simulation.Chosen?.Invoke(node);
            permit?.TryTake(attempt);
            return simulation.Cluster.ServeAsync(node, attemptToken);
        }
    }
}
