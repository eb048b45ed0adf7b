using Alternator.Client;

namespace Playground.Web.Nodes;

/// <summary>Writes down what the client finds out by itself: a node that it stops sending to, a node that is back, a node that joined or left.</summary>
public sealed class NodeWatch(AlternatorNodes nodes, Events events) : IHostedService
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _everActive = [];
    private Dictionary<string, NodeState> _known = [];
    private IDisposable? _subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = nodes.Subscribe(Compare);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        return Task.CompletedTask;
    }

    private void Compare(ClusterSnapshot snapshot)
    {
        lock (_lock)
        {
            var now = snapshot.Nodes.ToDictionary(node => node.Endpoint.Authority, node => node.State);
            foreach (var (node, state) in now)
            {
                var again = state == NodeState.Active && !_everActive.Add(node) ? " again" : "";
                if (!_known.TryGetValue(node, out var before))
                    events.Add($"the client found {node}{again}");
                else if (before != state)
                    events.Add(state switch
                    {
                        NodeState.Active => $"the client sends to {node}{again}",
                        NodeState.Quarantined => $"the client put {node} in quarantine",
                        _ => $"the client sends nothing to {node} any more",
                    });
            }
            foreach (var node in _known.Keys.Except(now.Keys))
                events.Add($"the cluster no longer lists {node}");
            _known = now;
        }
    }
}
