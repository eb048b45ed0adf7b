using Alternator.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.Aspire.Client.HealthChecks;

/// <summary>One node as the health check sees it.</summary>
internal sealed record NodeCondition(string Endpoint, NodeState State, string? LastError)
{
    /// <summary>A quarantined node that never failed is new, not ill.</summary>
    public bool IsFailing => State is NodeState.Down || (State is NodeState.Quarantined && LastError is not null);

    /// <summary>The state and the last failure, as the data of the health report shows them.</summary>
    public override string ToString() => LastError is null ? State.ToString() : $"{State}: {LastError}";
}

/// <summary>What the health check knows, and what follows from it. No clock, socket or client in here.</summary>
internal sealed record ClusterHealth
{
    /// <summary>Why the probing request failed; <see langword="null"/> when it was answered.</summary>
    public Exception? ProbeFailure { get; init; }

    /// <summary>The nodes of the scope in use, and those that are missed.</summary>
    public required IReadOnlyList<NodeCondition> Nodes { get; init; }

    /// <summary>The scope that was asked for.</summary>
    public required string PreferredScope { get; init; }

    /// <summary>The scope that the nodes are of; <see langword="null"/> while the cluster has told none.</summary>
    public string? ScopeInUse { get; init; }

    /// <summary>Whether the cluster said that the preferred scope has no live node.</summary>
    public bool ScopeMatchesNothing { get; init; }

    /// <summary>What the client knows of its cluster, together with the outcome of the probe.</summary>
    public static ClusterHealth Of(AlternatorNodes nodes, SeenNodes seen, Exception? probeFailure)
    {
        var status = nodes.Status;
        var snapshot = nodes.Snapshot;
        return new ClusterHealth
        {
            ProbeFailure = probeFailure,
            Nodes =
            [
                .. snapshot.Nodes.Select(node => new NodeCondition(node.CanonicalEndpoint, node.State, node.LastError)),
                .. seen.Missing(snapshot).Select(node => new NodeCondition(node.CanonicalEndpoint, NodeState.Down, "the cluster no longer lists it")),
            ],
            PreferredScope = status.Preferred.Name,
            ScopeInUse = status.InUse?.Name,
            ScopeMatchesNothing = status.MatchesNothing,
        };
    }

    /// <summary>The verdict, with a sentence that says what is wrong, and the state of each failing node in the data.</summary>
    public HealthCheckResult ToResult(HealthStatus failureStatus)
    {
        NodeCondition[] failing = [.. Nodes.Where(node => node.IsFailing)];
        var isFallback = ScopeInUse is not null && ScopeInUse != PreferredScope;

        Dictionary<string, object> data = new() { ["nodes"] = Nodes.Count, ["nodes.failing"] = failing.Length, ["scope"] = ScopeInUse ?? PreferredScope };
        foreach (var node in failing)
        {
            data[node.Endpoint] = node.ToString();
        }

        var count = $"{Nodes.Count - failing.Length} of {Nodes.Count} nodes are in good health";
        var named = failing.Length == 0 ? "" : $"; failing: {string.Join(", ", failing.Select(node => node.Endpoint))}";

        if (ProbeFailure is not null)
        {
            var reason = ProbeFailure is OperationCanceledException ? "no answer within the time of the check" : ProbeFailure.Message;
            return new HealthCheckResult(failureStatus, $"The cluster doesn't serve requests: {reason}", ProbeFailure, data);
        }

        if (ScopeMatchesNothing && !isFallback)
        {
            return new HealthCheckResult(
                failureStatus, $"The cluster has no live node in {PreferredScope}: is its name spelled as nodetool status prints it?", data: data);
        }

        if (isFallback)
        {
            return HealthCheckResult.Degraded($"{PreferredScope} has no live node, {ScopeInUse} is used instead; {count}{named}.", data: data);
        }

        return failing.Length > 0
            ? HealthCheckResult.Degraded($"{count}{named}.", data: data)
            : HealthCheckResult.Healthy($"{count}.", data);
    }
}
