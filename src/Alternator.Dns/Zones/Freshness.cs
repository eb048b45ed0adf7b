namespace Alternator.Dns.Zones;

/// <summary>How far the node list can be trusted.</summary>
internal enum Freshness
{
    /// <summary>A node confirmed it within the last refreshes.</summary>
    Fresh,

    /// <summary>Nothing answers: the last known good list is served.</summary>
    Stale,

    /// <summary>Nothing has answered for longer than a stale list may be served: SERVFAIL.</summary>
    Expired,
}
