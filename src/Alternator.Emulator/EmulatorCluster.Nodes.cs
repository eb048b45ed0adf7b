using System.Net;
using System.Net.Sockets;
using Alternator.Emulator.Nodes;
using Microsoft.AspNetCore.Connections;

namespace Alternator.Emulator;

/// <content>Joining and leaving.</content>
public sealed partial class EmulatorCluster
{
    private const int MaxNodes = 100;
    private int _lastNumber;

    /// <summary>Adds a node at the next free address.</summary>
    /// <param name="datacenter">Its datacenter; null takes the first node's.</param>
    /// <param name="rack">Its rack; null takes the rack with the fewest nodes of the datacenter.</param>
    /// <param name="joining">How long it is joining: known to the others, not serving and not listed.</param>
    /// <param name="cancellationToken">Gives up; the node does not join.</param>
    /// <returns>The node, serving.</returns>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    /// <exception cref="ObjectDisposedException">The cluster was disposed while the node was joining.</exception>
    public async Task<EmulatorNode> AddNodeAsync(
        string? datacenter = null, string? rack = null, TimeSpan joining = default, CancellationToken cancellationToken = default)
    {
        EmulatorNode node;
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Nodes.Count >= MaxNodes) throw new InvalidOperationException($"An emulated cluster has at most {MaxNodes} nodes.");
            datacenter ??= Nodes is [var first, ..] ? first.Datacenter : _options.Datacenter;
            rack ??= EmptiestRack(datacenter);
            node = NewNode(++_lastNumber, datacenter, rack);
            if (joining <= TimeSpan.Zero) node = OpenAtNextFreeAddress(node);
            Membership.Add(node);
        }
        finally
        {
            _changing.Release();
        }

        try
        {
            if (joining > TimeSpan.Zero)
            {
                using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
                await Task.Delay(joining, given.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                await node.StartAsync().ConfigureAwait(false);
            }

            node.SetState(EmulatorNodeState.Up);
            node.AnnounceState();
            return node;
        }
        catch
        {
            Membership.Remove(node);
            throw;
        }
    }

    /// <summary>Takes a node out of the cluster for good.</summary>
    /// <param name="node">One of <see cref="Nodes"/>.</param>
    /// <param name="drain">True lets running requests finish first, as a decommission does: no longer listed, new connections refused. Slow answers are waited for, requests that a paused or black-holed node holds are not. False resets at once.</param>
    /// <param name="cancellationToken">Ends the draining; what still runs is reset.</param>
    /// <exception cref="ArgumentException">The node is not of this cluster, or was removed before.</exception>
    public async Task RemoveNodeAsync(EmulatorNode node, bool drain = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!Nodes.Contains(node)) throw new ArgumentException($"{node.Name} is not a node of this cluster.", nameof(node));
        node.SetState(EmulatorNodeState.Leaving);
        await node.CloseListenersAsync(reset: !drain).ConfigureAwait(false);
        node.AnnounceState();
        while (drain && node.IsAnswering && !cancellationToken.IsCancellationRequested)
            await Task.Delay(10, CancellationToken.None).ConfigureAwait(false);
        node.SetState(EmulatorNodeState.Removed);
        await node.CloseListenersAsync(reset: true).ConfigureAwait(false);
        Membership.Remove(node);
        node.AnnounceState();
    }

    private async Task OpenAllAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(cancellationToken).ConfigureAwait(false);
        if (_options.Control) _server.OpenControl(_options.ControlPort);
        foreach (EmulatorDatacenter datacenter in EngineSettings.Datacenters(_options))
        {
            IReadOnlyList<string> racks = datacenter.Racks.Count > 0 ? datacenter.Racks : [.. _options.Racks];
            for (int i = 0; i < datacenter.Nodes; i++) Membership.Add(NewNode(++_lastNumber, datacenter.Name, racks[i % racks.Count]));
        }

        Port = await OpenListenersAsync(_options.Port, secure: false).ConfigureAwait(false);
        if (_options.HttpsPort is { } httpsPort) HttpsPort = await OpenListenersAsync(httpsPort, secure: true).ConfigureAwait(false);
        foreach (EmulatorNode node in Nodes)
        {
            node.SetState(EmulatorNodeState.Up);
            node.AnnounceState();
        }
    }

    private async Task<int> OpenListenersAsync(int port, bool secure)
    {
        if (port != 0)
        {
            foreach (EmulatorNode node in Nodes) OpenListener(node, NewListener(node, port, secure), secure);
        }
        else
        {
            IReadOnlyList<NodeListener> opened = await NodeAddresses.OpenOnFreePortAsync(
                candidate => [.. Nodes.Select(n => NewListener(n, candidate, secure))]).ConfigureAwait(false);
            for (int i = 0; i < opened.Count; i++) Nodes[i].SetListener(opened[i], secure);
        }

        return Nodes[0].Listener(secure)!.EndPoint.Port;
    }

    private NodeListener NewListener(EmulatorNode node, int firstPort, bool secure) =>
        _server.NewListener(EndPointOf(node, firstPort), secure, node);

    internal IPEndPoint EndPointOf(EmulatorNode node, int firstPort) =>
        new(node.Place.Listen, _options.Addressing == NodeAddressing.OnePort ? firstPort : firstPort + node.Place.Number - 1);

    private static void OpenListener(EmulatorNode node, NodeListener listener, bool secure)
    {
        try
        {
            listener.Open();
        }
        catch (SocketException e)
        {
            throw NodeAddresses.Explain(e, listener.EndPoint);
        }

        node.SetListener(listener, secure);
    }

    internal void Open(EmulatorNode node)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        OpenListener(node, node.Http ?? NewListener(node, Port, secure: false), secure: false);
        if (HttpsPort is { } httpsPort) OpenListener(node, node.Https ?? NewListener(node, httpsPort, secure: true), secure: true);
    }

    /// <summary>Another program may have the next address at this port; a cluster that chose its port freely goes on to the one after.</summary>
    private EmulatorNode OpenAtNextFreeAddress(EmulatorNode node)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Open(node);
                return node;
            }
            catch (AddressInUseException) when (attempt < 50)
            {
                node.Http?.CloseAsync();
                node = NewNode(++_lastNumber, node.Datacenter, node.Rack);
            }
        }
    }

    private EmulatorNode NewNode(int number, string datacenter, string rack)
    {
        IPAddress first = IPAddress.Parse(_options.Address);
        bool onePort = _options.Addressing == NodeAddressing.OnePort;
        IPAddress listen = onePort ? NodeAddresses.Next(first, number - 1) : first;
        IPAddress listed = onePort ? listen : NodeAddresses.Next(IPAddress.Parse(_options.SyntheticAddress), number - 1);
        return new EmulatorNode(this, new NodePlace($"node{number}", number, listed, listen, datacenter, rack, _chance.NextGuid()));
    }

    private string EmptiestRack(string datacenter)
    {
        EmulatorDatacenter? known = EngineSettings.Datacenters(_options).FirstOrDefault(d => d.Name == datacenter);
        IEnumerable<string> racks = known is { Racks.Count: > 0 } ? known.Racks : _options.Racks;
        return racks.MinBy(rack => Nodes.Count(n => n.Datacenter == datacenter && n.Rack == rack))!;
    }
}
