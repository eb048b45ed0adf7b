using Alternator.Emulator.Faults;
using Alternator.Emulator.Nodes;

namespace Alternator.Emulator;

/// <content>The switches.</content>
public sealed partial class EmulatorNode
{
    /// <summary>Refuses connections and resets those that are open. Completes when the listening sockets are closed.</summary>
    public async Task StopAsync()
    {
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (State is EmulatorNodeState.Removed) return;
            SetState(EmulatorNodeState.Stopped);
            await CloseListenersAsync(reset: true).ConfigureAwait(false);
            AnnounceState();
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Listens again at the same address and port; faults stay as they are.</summary>
    /// <exception cref="InvalidOperationException">The node was removed from the cluster, or the cluster is disposed.</exception>
    /// <exception cref="Microsoft.AspNetCore.Connections.AddressInUseException">Something else took the port meanwhile.</exception>
    public async Task StartAsync()
    {
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (State is EmulatorNodeState.Leaving or EmulatorNodeState.Removed)
                throw new InvalidOperationException($"{Name} has left the cluster; add a new node with EmulatorCluster.AddNodeAsync.");
            _cluster.Open(this);
            SetState(EmulatorNodeState.Up);
            AnnounceState();
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Accepts connections and answers nothing until <see cref="Resume"/>; held requests are served then.</summary>
    public void Pause() => ChangeFaults(f => f with { Paused = true });

    /// <summary>Ends <see cref="Pause"/>.</summary>
    public void Resume() => ChangeFaults(f => f with { Paused = false });

    /// <summary>Accepts and reads, never answers and executes nothing. The swallowed requests' connections are reset when the fault ends.</summary>
    public void BlackHole() => ChangeFaults(f => f with { BlackHole = true });

    /// <summary>Makes answers late by <paramref name="delay"/> plus up to <paramref name="jitter"/>.</summary>
    /// <param name="delay">Added to every affected answer.</param>
    /// <param name="jitter">Upper end of a uniformly distributed addition.</param>
    /// <param name="share">Share of the answers concerned, 0 to 1.</param>
    public void SlowDown(TimeSpan delay, TimeSpan jitter = default, double share = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(jitter, TimeSpan.Zero);
        Share.ThrowIfOutOfRange(share);
        ChangeFaults(f => f with { Slow = new SlowAnswers(delay, jitter, share) });
    }

    /// <summary>Answers a share of the API requests with an error.</summary>
    /// <param name="share">Share of the requests concerned, 0 to 1.</param>
    /// <param name="kind">The error.</param>
    /// <param name="executed">The operation is executed before it is answered with the error.</param>
    /// <param name="operation">The only operation concerned, for example <c>PutItem</c>; null concerns all.</param>
    /// <param name="times">The fault ends after that many errors; null lets it last.</param>
    /// <exception cref="ArgumentException">There is no such operation, or a number is out of its range.</exception>
    public void ReturnErrors(
        double share = 1, NodeError kind = NodeError.InternalServerError, bool executed = false, string? operation = null, int? times = null)
    {
        Share.ThrowIfOutOfRange(share);
        var errors = new ErrorAnswers(kind, share, executed) { Operation = operation, Times = times };
        ChangeFaults(f => f with { Errors = errors });
    }

    /// <summary>Resets the connection of a share of the requests.</summary>
    /// <param name="at">Before or within the answer.</param>
    /// <param name="share">Share of the requests concerned, 0 to 1.</param>
    public void ResetConnections(ResetPoint at = ResetPoint.BeforeAnswer, double share = 1)
    {
        Share.ThrowIfOutOfRange(share);
        ChangeFaults(f => f with { Resets = new ConnectionResets(at, share) });
    }

    /// <summary>Sends something else in place of a share of the answers.</summary>
    /// <param name="form">What is sent.</param>
    /// <param name="on">The requests concerned.</param>
    /// <param name="share">Share of the answers concerned, 0 to 1.</param>
    public void BreakAnswers(BrokenForm form, RequestKinds on = RequestKinds.All, double share = 1)
    {
        Share.ThrowIfOutOfRange(share);
        ChangeFaults(f => f with { Broken = new BrokenAnswers(form, share, on) });
    }

    /// <summary>Leaves <c>/localnodes</c> of every node at once, and serves as before.</summary>
    public void Hide() => ChangeFaults(f => f with { Hidden = true });

    /// <summary>Ends every fault and starts the node if it was stopped. Partitions stay: see <see cref="EmulatorCluster.Heal"/>.</summary>
    public async Task ReviveAsync()
    {
        ChangeFaults(_ => NodeFaults.None);
        if (State is EmulatorNodeState.Stopped) await StartAsync().ConfigureAwait(false);
    }

    internal async Task CloseListenersAsync(bool reset)
    {
        if (Http is { } http) await http.CloseAsync(reset).ConfigureAwait(false);
        if (Https is { } https) await https.CloseAsync(reset).ConfigureAwait(false);
    }

    internal void ResetAllConnections()
    {
        Http?.ResetConnections();
        Https?.ResetConnections();
    }

    /// <summary>
    /// What becomes of a connection that was just accepted: null when it is served, else a task that completes when it may
    /// be served, or is cancelled when it is to be reset.
    /// </summary>
    internal Task? HoldNewConnection(NodeConnection connection)
    {
        NodeFaults faults = Faults;
        return faults.Paused || faults.BlackHole ? HeldConnection.WaitAsync(this, connection) : null;
    }
}
