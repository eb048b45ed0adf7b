using Microsoft.Extensions.Logging;

namespace Alternator.Client;

/// <summary>What the rounds of discovery have found out, for those who look: the status, the metrics and the log, which tells changes only.</summary>
internal sealed partial class DiscoveryReport(RoutingScope preferred, TimeProvider clock, ILogger logger)
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _confirmedAt;
    private string? _lastError;
    private bool _matchesNothing;
    private int _failedRounds;

    /// <summary>Rounds in a row that didn't confirm the list of nodes.</summary>
    public int FailedRounds => Volatile.Read(ref _failedRounds);

    public ScopeStatus Status(ClusterSnapshot snapshot)
    {
        lock (_lock)
        {
            return new ScopeStatus
            {
                Preferred = preferred,
                InUse = snapshot.FromDiscovery ? snapshot.Scope : null,
                MatchesNothing = _matchesNothing,
                ConfirmedAt = _confirmedAt,
                Age = clock.GetUtcNow() - _confirmedAt,
                LastError = _lastError,
            };
        }
    }

    /// <summary>The cluster has told its nodes.</summary>
    public void Confirmed(ClusterSnapshot before, ClusterSnapshot now, int joined, int left)
    {
        string? recovered;
        lock (_lock)
        {
            _confirmedAt = clock.GetUtcNow();
            recovered = _lastError;
            _lastError = null;
            _failedRounds = 0;
        }
        ClientMetrics.Discoveries.Add(1, new KeyValuePair<string, object?>("alternator.discovery.outcome", now.IsFallback ? "fallback" : "confirmed"));
        if (recovered is not null)
        {
            LogRefreshedAgain(logger);
        }
        if (joined + left > 0)
        {
            LogNodesChanged(logger, now.Nodes.Length, now.Scope.Name, joined, left);
        }
        if (now.IsFallback != before.IsFallback)
        {
            if (now.IsFallback)
            {
                ClientMetrics.ScopeFallbacks.Add(1);
                LogFallback(logger, now.Scope.Name, preferred.Name);
            }
            else
            {
                LogReturned(logger, preferred.Name);
            }
        }
    }

    /// <summary>A round has ended without a list; the last one stays.</summary>
    /// <param name="error">Why.</param>
    /// <param name="mistake">What was thrown, when it isn't the cluster's fault.</param>
    public void Unconfirmed(string error, Exception? mistake = null)
    {
        bool news;
        lock (_lock)
        {
            news = _lastError is null;
            _lastError = error;
            _failedRounds++;
        }
        ClientMetrics.Discoveries.Add(1, new KeyValuePair<string, object?>("alternator.discovery.outcome", "failed"));
        if (news && mistake is not null)
        {
            LogRoundFailed(logger, mistake);
        }
        else if (news)
        {
            LogKeptLastList(logger, error);
        }
    }

    /// <summary>What the cluster says of the preferred scope.</summary>
    public void PreferredScope(ScopeAnswer answer)
    {
        bool nothing = answer.Answered && answer.Listed.IsEmpty;
        bool news;
        lock (_lock)
        {
            news = nothing && !_matchesNothing;
            _matchesNothing = answer.Answered ? nothing : _matchesNothing;
        }
        if (news)
        {
            LogScopeMatchesNothing(logger, preferred.Name, preferred.Fallback?.Name ?? "nothing");
        }
    }

    /// <summary>The endpoints are used as the nodes.</summary>
    public void EndpointsStandIn() => LogEndpointsStandIn(logger);
}
