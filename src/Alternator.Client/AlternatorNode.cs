using System.Collections.Immutable;
using System.Net;

namespace Alternator.Client;

/// <summary>
/// One node of the cluster as this process knows it. Its identity is its canonical endpoint. One instance lives as long as the
/// <see cref="AlternatorNodes"/> that knows it, also while the node is absent from the cluster, so that its history is kept.
/// </summary>
public sealed class AlternatorNode
{
    private readonly TimeProvider _clock;
    private int _activeRequests;
    private long _lastAnswerAt;
    private long _admittedAt;
    private volatile string? _lastError;

    internal AlternatorNode(Uri endpoint, NodeHealthOptions health, TimeProvider clock, TimeSpan latencyHalfLife, ulong rotation)
    {
        _clock = clock;
        CanonicalEndpoint = Client.CanonicalEndpoint.Of(endpoint);
        Endpoint = new Uri(CanonicalEndpoint);
        RequestUri = new Uri(CanonicalEndpoint + "/");
        Address = IPAddress.TryParse(Endpoint.DnsSafeHost, out IPAddress? address) ? address.ToString() : null;
        Health = new NodeHealth(health);
        Score = new LatencyScore(clock, latencyHalfLife);
        Rotation = rotation;
        _admittedAt = clock.GetTimestamp();
    }

    /// <summary>Scheme, host and port under which this process reaches the node.</summary>
    public Uri Endpoint { get; }

    /// <summary>The node's identity: <see cref="Endpoint"/> in lower case, without the scheme's own port and without a path.</summary>
    public string CanonicalEndpoint { get; }

    /// <summary>The address under which the cluster lists the node, an IP address; <see langword="null"/> while it isn't known.</summary>
    public string? Address { get; private set; }

    /// <summary>The node's datacenter, when known.</summary>
    public string? Datacenter { get; internal set; }

    /// <summary>The node's rack, when known.</summary>
    public string? Rack { get; internal set; }

    /// <summary>Whether the node is active, quarantined or down.</summary>
    public NodeState State => Health.State;

    /// <summary>Requests that were sent to the node and aren't answered yet.</summary>
    public int ActiveRequests => Volatile.Read(ref _activeRequests);

    /// <summary>The node's decayed latency score; zero before its first answer.</summary>
    public TimeSpan Latency => Score.Value(_clock.GetTimestamp());

    /// <summary>The last failure of a request or probe of this node, or <see langword="null"/>.</summary>
    public string? LastError => _lastError;

    /// <summary>Where API requests go: the endpoint with the path <c>/</c>.</summary>
    internal Uri RequestUri { get; }

    internal NodeHealth Health { get; }

    internal LatencyScore Score { get; }

    /// <summary>The node's random place in the rotation of round robin; the same for as long as the node is known.</summary>
    internal ulong Rotation { get; }

    /// <summary>When the node last answered anything, in timestamp ticks; zero for never.</summary>
    internal long LastAnswerAt => Volatile.Read(ref _lastAnswerAt);

    /// <summary>When the node last became usable, in timestamp ticks: the start of its slow start.</summary>
    internal long AdmittedAt => Volatile.Read(ref _admittedAt);

    /// <summary>The list in which the node was last found: the live nodes of its datacenter or rack at that time.</summary>
    internal ImmutableArray<IPAddress> Neighbours { get; private set; }

    /// <summary>When the node was listed last, in timestamp ticks.</summary>
    internal long ListedAt { get; private set; }

    internal void Listed(string address, ImmutableArray<IPAddress> neighbours, long now)
    {
        Address = address;
        Neighbours = neighbours;
        ListedAt = now;
    }

    internal void Admit(long now) => Volatile.Write(ref _admittedAt, now);

    internal void Answered(long now) => Volatile.Write(ref _lastAnswerAt, now);

    internal void RequestStarted() => Interlocked.Increment(ref _activeRequests);

    internal void RequestEnded() => Interlocked.Decrement(ref _activeRequests);

    internal void Failed(string error) => _lastError = error;

    /// <inheritdoc/>
    public override string ToString() => CanonicalEndpoint;
}
