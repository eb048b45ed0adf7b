using System.Diagnostics.CodeAnalysis;
using System.Net;
using Alternator.Emulator.Nodes;

namespace Alternator.Emulator;

/// <summary>Whether a node takes part in its cluster.</summary>
public enum EmulatorNodeState
{
    /// <summary>It knows the cluster and doesn't serve yet; no node lists it.</summary>
    Joining,

    /// <summary>It serves, with the faults that <see cref="EmulatorNode.Faults"/> names.</summary>
    Up,

    /// <summary>Connections to it are refused.</summary>
    Stopped,

    /// <summary>It serves what is open, and no node lists it any more.</summary>
    Leaving,

    /// <summary>It is no longer part of the cluster.</summary>
    Removed,
}

/// <summary>
/// One node of an emulated cluster: an address that serves the API, and the switches that break it. All nodes share one
/// store. Every switch takes effect at once for new requests and can be thrown while requests are running.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim holds nothing to dispose of unless its wait handle is asked for.")]
public sealed partial class EmulatorNode
{
    private readonly EmulatorCluster _cluster;
    private readonly Lock _switching = new();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private long _requests;
    private long _authenticationFailures;
    private int _running;
    private int _errorsGiven;
    private volatile NodeFaults _faults = NodeFaults.None;
    private volatile TaskCompletionSource _faultsChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile EmulatorNodeState _state = EmulatorNodeState.Joining;
    private int _announced = (int)EmulatorNodeState.Joining;

    internal EmulatorNode(EmulatorCluster cluster, NodePlace place)
    {
        _cluster = cluster;
        Place = place;
        HostId = place.HostId;
        AddressText = place.Address.ToString();
    }

    internal NodePlace Place { get; }

    internal NodeListener? Http { get; set; }

    internal string AddressText { get; }

    internal NodeListener? Https { get; set; }

    /// <summary>Its name, <c>node1</c> and so on.</summary>
    public string Name => Place.Name;

    /// <summary>Its address as <c>/localnodes</c> lists it.</summary>
    public IPAddress Address => Place.Address;

    /// <summary>Where it listens, or will once it has joined, for example <c>http://127.0.0.1:8000</c>.</summary>
    public Uri Endpoint => new($"http://{Http?.EndPoint ?? _cluster.EndPointOf(this, _cluster.Port)}");

    /// <summary>Where it listens for HTTPS, or will once it has joined; null without HTTPS.</summary>
    public Uri? HttpsEndpoint => _cluster.HttpsPort is not { } port ? null : new($"https://{Https?.EndPoint ?? _cluster.EndPointOf(this, port)}");

    /// <summary>Its datacenter.</summary>
    public string Datacenter => Place.Datacenter;

    /// <summary>Its rack.</summary>
    public string Rack => Place.Rack;

    /// <summary>Its host id, as system tables show it.</summary>
    public Guid HostId { get; }

    /// <summary>Whether it takes part in the cluster.</summary>
    public EmulatorNodeState State => _state;

    /// <summary>What is wrong with it. Setting the value replaces all faults at once.</summary>
    public NodeFaults Faults
    {
        get => _faults;
        set => ChangeFaults(_ => value ?? NodeFaults.None);
    }

    /// <summary>API requests that it answered, errors included.</summary>
    public long RequestCount => Interlocked.Read(ref _requests);

    /// <summary>API requests that it is executing; those that wait in a paused node, and answers that are held back, are not counted.</summary>
    public int RunningRequests => Volatile.Read(ref _running);

    /// <summary>Requests whose signature was missing or wrong, counted when authorization is enforced or only reported.</summary>
    public long AuthenticationFailures => Interlocked.Read(ref _authenticationFailures);

    /// <summary>Open connections.</summary>
    public int ActiveConnections => (Http?.ConnectionCount ?? 0) + (Https?.ConnectionCount ?? 0);

    /// <summary>Added to the clock by which this node judges the age of signatures.</summary>
    public TimeSpan ClockSkew { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Endpoint} {Datacenter}/{Rack} {State}";

    internal NodeListener? Listener(bool secure) => secure ? Https : Http;

    /// <summary>A request is being served, or its answer is on its way out.</summary>
    internal bool IsAnswering => RunningRequests > 0 || Http is { IsAnswering: true } || Https is { IsAnswering: true };

    internal void SetListener(NodeListener listener, bool secure)
    {
        if (secure) Https = listener;
        else Http = listener;
    }

    internal void CountAuthenticationFailure() => Interlocked.Increment(ref _authenticationFailures);

    internal int EnterRequest() => Interlocked.Increment(ref _running);

    internal void LeaveRequest()
    {
        Interlocked.Decrement(ref _running);
        Interlocked.Increment(ref _requests);
    }

    /// <summary>Completes when the faults have changed since the call.</summary>
    internal Task FaultsChanged => _faultsChanged.Task;

    internal void SetState(EmulatorNodeState state)
    {
        _state = state;
        _cluster.Membership.Changed(this);
    }

    /// <summary>Tells who listens on the cluster, once its sockets are what its state says.</summary>
    internal void AnnounceState()
    {
        int state = (int)_state;
        if (Interlocked.Exchange(ref _announced, state) != state) _cluster.OnNodeStateChanged(this);
    }

    /// <summary>Counts an error that is about to be answered; false when it would be one too many, or the fault has changed. The last one ends the fault.</summary>
    internal bool TakesError(ErrorAnswers errors)
    {
        if (errors.Times is not { } times) return true;
        bool isLast;
        lock (_switching)
        {
            if (!ReferenceEquals(_faults.Errors, errors) || _errorsGiven >= times) return false;
            isLast = ++_errorsGiven == times;
        }

        if (isLast) ChangeFaults(f => ReferenceEquals(f.Errors, errors) ? f with { Errors = null } : f);
        return true;
    }

    private void ChangeFaults(Func<NodeFaults, NodeFaults> change)
    {
        TaskCompletionSource changed;
        lock (_switching)
        {
            ErrorAnswers? before = _faults.Errors;
            _faults = change(_faults);
            if (!ReferenceEquals(before, _faults.Errors)) _errorsGiven = 0;
            changed = Interlocked.Exchange(ref _faultsChanged, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        _cluster.Membership.Changed(this);
        changed.TrySetResult();
    }
}
