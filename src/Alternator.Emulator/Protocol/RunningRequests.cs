using System.Collections.Concurrent;
using System.Net;

namespace Alternator.Emulator.Protocol;

/// <summary>An API request that a node is working on.</summary>
internal readonly record struct RunningRequest(IPEndPoint? Remote, bool Secure, string? User, string? UserAgent);

/// <summary>
/// The connections of the cluster, so that somebody who asks can see which API requests run. A connection enters once;
/// whether it has a request running is one field of its own.
/// </summary>
internal sealed class RunningRequests
{
    private readonly ConcurrentDictionary<NodeRequest, byte> _requests = new();

    public void Add(NodeRequest request) => _requests.TryAdd(request, 0);

    public void Remove(NodeRequest request) => _requests.TryRemove(request, out _);

    public IEnumerable<RunningRequest> Of(EmulatorNode node)
    {
        foreach (NodeRequest request in _requests.Keys)
        {
            if (request.Executing && request.Connection.Node == node)
                yield return new RunningRequest(request.Connection.Remote, request.Connection.Secure, request.User, request.UserAgent);
        }
    }
}
