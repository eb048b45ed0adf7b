using System.Net;
using Alternator.Testing;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Alternator.Client.Tests;

/// <summary>What ails a simulated node.</summary>
internal enum Ailment
{
    None,
    Crashed,
    BlackHole,
    Slow,
    Errors,
    Garbage,
    Cut,
    Unreachable,
}

/// <summary>
/// A cluster that lives in one thread and a clock that stands still: every answer comes by a timer, every fault and delay from one seed.
/// A run with the same seed is the same run.
/// </summary>
internal sealed class SimulatedCluster(FakeTimeProvider clock, Random random) : INodeChannel
{
    private static readonly TimeSpan GossipDelay = TimeSpan.FromSeconds(20);

    public List<SimulatedNode> Nodes { get; } = [];

    public SimulatedNode Add(string datacenter, string rack)
    {
        int number = Nodes.Count + 1;
        var node = new SimulatedNode(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), datacenter, rack);
        Nodes.Add(node);
        return node;
    }

    public SimulatedNode Find(Uri endpoint) => Nodes.Find(node => node.Endpoint.Host == endpoint.Host)!;

    public async Task<LocalNodesAnswer> GetLocalNodesAsync(Uri endpoint, string query, CancellationToken cancellationToken)
    {
        SimulatedNode node = Find(endpoint);
        await ReachAsync(node, cancellationToken).ConfigureAwait(false);
        if (node.Ailment == Ailment.Garbage)
        {
            throw new FormatException("garbage");
        }
        string datacenter = Parameter(query, "dc") ?? node.Datacenter;
        string? rack = Parameter(query, "rack");
        IEnumerable<SimulatedNode> listed = node.Ailment == Ailment.Cut
            ? [node]
            : Nodes.Where(other => other.Member && (other.Ailment is not (Ailment.Crashed or Ailment.Cut) || clock.Elapsed - other.Since < GossipDelay));
        return LocalNodesAnswer.Parse(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
            listed.Where(other => other.Datacenter == datacenter && (rack is null || other.Rack == rack)).Select(other => other.Address.ToString())));
    }

    /// <summary>Serves one request of a client.</summary>
    public async ValueTask<string> ServeAsync(AlternatorNode target, CancellationToken cancellationToken)
    {
        SimulatedNode node = Find(target.Endpoint);
        node.Received++;
        await ReachAsync(node, cancellationToken).ConfigureAwait(false);
        if (node.Ailment == Ailment.Errors && random.NextDouble() < 0.5)
        {
            throw new AmazonDynamoDBException("timeout", ErrorType.Receiver, "InternalServerError", "", HttpStatusCode.InternalServerError);
        }
        node.Served++;
        return node.Address.ToString();
    }

    private async ValueTask ReachAsync(SimulatedNode node, CancellationToken cancellationToken)
    {
        switch (node.Ailment)
        {
            case Ailment.Crashed or Ailment.Cut:
                await PauseAsync(TimeSpan.FromMilliseconds(0.2), cancellationToken).ConfigureAwait(false);
                throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused");
            case Ailment.Unreachable:
                await ConnectInVainAsync(cancellationToken).ConfigureAwait(false);
                break;
            case Ailment.BlackHole:
                await PauseAsync(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
                break;
            case Ailment.Slow:
                await PauseAsync(TimeSpan.FromMilliseconds(50 + (20 * random.NextDouble())), cancellationToken).ConfigureAwait(false);
                break;
            default:
                await PauseAsync(TimeSpan.FromMilliseconds(0.5 + (2 * random.NextDouble())), cancellationToken).ConfigureAwait(false);
                break;
        }
        // A node that died meanwhile doesn't answer any more.
        if (node.Ailment == Ailment.Crashed)
        {
            throw new IOException("Connection reset by peer");
        }
        if (node.Ailment == Ailment.BlackHole)
        {
            await PauseAsync(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask ConnectInVainAsync(CancellationToken cancellationToken)
    {
        TimeSpan limit = new ConnectionOptions().ConnectTimeout;
        try
        {
            await PauseAsync(limit, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            throw new NotSentException(exception, cancellationToken);
        }
        throw new HttpRequestException(HttpRequestError.ConnectionError, $"No connection within {limit.TotalMilliseconds:0} ms.");
    }

    // Not Task.Delay: its cancellation goes over the thread pool, and the run would depend on it.
    private async ValueTask PauseAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource();
        using ITimer timer = clock.CreateTimer(_ => done.TrySetResult(), null, time, Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration registration = cancellationToken.Register(() => done.TrySetCanceled(cancellationToken));
        await done.Task.ConfigureAwait(false);
    }

    private static string? Parameter(string query, string name)
    {
        foreach (string part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith(name + "=", StringComparison.Ordinal))
            {
                return Uri.UnescapeDataString(part[(name.Length + 1)..]);
            }
        }
        return null;
    }

    internal sealed class SimulatedNode(IPAddress address, string datacenter, string rack)
    {
        public IPAddress Address { get; } = address;

        public Uri Endpoint { get; } = new($"http://{address}:8000");

        public string Datacenter { get; } = datacenter;

        public string Rack { get; } = rack;

        public bool Member { get; set; } = true;

        public Ailment Ailment { get; private set; }

        /// <summary>When the node last changed.</summary>
        public TimeSpan Since { get; private set; }

        public int Received { get; set; }

        public int Served { get; set; }

        public void Become(Ailment ailment, TimeSpan now)
        {
            Ailment = ailment;
            Since = now;
        }
    }
}
