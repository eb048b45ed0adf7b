using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;

namespace Alternator.StandIn.Node;

/// <summary>How far a node is.</summary>
internal enum NodeState { Joining, Normal, Leaving }

/// <summary>What a node tells about itself.</summary>
internal sealed record Member(string Cluster, string Address, Guid HostId, string Datacenter, string Rack, long Started, NodeState State);

/// <summary>
/// Who is in the cluster, as this node sees it: it asks every node that it has heard of several times a second. One that refuses is down at once, one that is silent after some
/// seconds, and both stay known.
/// </summary>
internal sealed class Ring(Member own, HttpClient http)
{
    public const int Port = 7000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private sealed record Peer(Member? Member, long Heard, bool Up);

    private readonly ConcurrentDictionary<string, Peer> _peers = new(StringComparer.Ordinal);

    public Member Own { get; private set; } = own;

    /// <summary>Every node that was ever heard of, with whether it is up.</summary>
    public IEnumerable<(Member Member, bool Up)> All =>
        _peers.Values.Where(p => p.Member is not null).Select(p => (p.Member!, p.Up)).Prepend((Own, true)).OrderBy(m => m.Item1.Address, StringComparer.Ordinal);

    /// <summary>The nodes that serve, the one that has done so for longest first.</summary>
    public IReadOnlyList<Member> Live => [.. All.Where(m => m.Up && m.Member.State == NodeState.Normal).Select(m => m.Member).OrderBy(m => m.Started).ThenBy(m => m.Address, StringComparer.Ordinal)];

    public void Become(NodeState state) => Own = Own with { State = state };

    public void Know(IEnumerable<string> addresses)
    {
        foreach (string address in addresses.Where(a => a != Own.Address))
            _peers.TryAdd(address, new Peer(null, Stopwatch.GetTimestamp(), false));
    }

    public void Down(string address)
    {
        if (_peers.TryGetValue(address, out Peer? peer))
            _peers[address] = peer with { Up = false };
    }

    public void Hear(Member member)
    {
        if (member.HostId == Own.HostId || IsStranger(member))
            return;
        // A node that came back under another address is one node.
        foreach ((string address, Peer peer) in _peers)
        {
            if (peer.Member?.HostId == member.HostId && address != member.Address)
                _peers.TryRemove(address, out _);
        }
        _peers[member.Address] = new Peer(member, Stopwatch.GetTimestamp(), true);
    }

    /// <summary>Whether a node is of another cluster. An address that was a neighbour's in an earlier run may be anybody's today.</summary>
    private bool IsStranger(Member member) => member.Cluster != Own.Cluster;

    /// <summary>Asks everybody once.</summary>
    public Task GossipAsync(CancellationToken cancellationToken) => Task.WhenAll(_peers.Keys.Select(address => GossipAsync(address, cancellationToken)));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string[] saved = [];
        while (!cancellationToken.IsCancellationRequested)
        {
            await GossipAsync(cancellationToken);
            // Not its own address, which may be anybody's when it boots again.
            string[] known = [.. All.Select(m => m.Member.Address).Where(address => address != Own.Address)];
            if (!known.SequenceEqual(saved))
                NodeIdentity.SavePeers(saved = known);
            await Task.WhenAny(Task.Delay(Pace, cancellationToken));
        }
    }

    private async Task GossipAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(1));
            using HttpResponseMessage response = await http.PostAsJsonAsync(new Uri($"http://{address}:{Port}/gossip"), Own, limit.Token);
            Member[] known = (await response.Content.ReadFromJsonAsync<Member[]>(limit.Token))!;
            if (IsStranger(known[0]))
            {
                Down(address);
                return;
            }
            Hear(known[0]);
            Know(known.Select(m => m.Address));
        }
        catch (HttpRequestException)
        {
            Down(address);
        }
        catch (OperationCanceledException)
        {
            if (_peers.TryGetValue(address, out Peer? peer) && Stopwatch.GetElapsedTime(peer.Heard) > Patience)
                Down(address);
        }
    }
}
