using Alternator.Client;

namespace Alternator.Aspire.Client.Configuration;

/// <summary>
/// Routing scopes as configuration writes them, which is also how the client names them in logs and in its health:
/// <c>cluster</c>, <c>datacenter dc1</c>, <c>rack dc1/rack1</c>.
/// </summary>
internal static class ScopeText
{
    /// <summary>The scope of the settings with its chain of fallbacks.</summary>
    public static RoutingScope Of(AlternatorClientSettings settings, string section, List<string> problems)
    {
        RoutingScope? fallback = null;
        foreach (var (index, text) in settings.FallbackScopes.Index().Reverse())
        {
            fallback = Parse(text, fallback);
            if (fallback is null)
            {
                problems.Add($"{section}:{nameof(settings.FallbackScopes)}:{index}: '{text}' is not a scope: write 'datacenter dc2', 'rack dc1/rack2', or 'cluster' as the last one.");
                return RoutingScope.Cluster;
            }
        }

        switch ((settings.Datacenter, settings.Rack))
        {
            case (null or "", null or ""):
                if (fallback is not null)
                {
                    problems.Add($"{section}:{nameof(settings.FallbackScopes)}: the whole cluster needs no fallback: set {nameof(settings.Datacenter)}, such as \"dc1\", or leave this out.");
                }

                return RoutingScope.Cluster;
            case (null or "", var rack):
                problems.Add($"{section}:{nameof(settings.Rack)}: a rack's name means nothing without its datacenter: set {nameof(settings.Datacenter)} beside '{rack}', such as \"dc1\".");
                return RoutingScope.Cluster;
            case ({ } datacenter, null or ""):
                return RoutingScope.Datacenter(datacenter, fallback);
            case ({ } datacenter, { } rack):
                return RoutingScope.Rack(datacenter, rack, fallback);
        }
    }

    private static RoutingScope? Parse(string text, RoutingScope? fallback) => text.Trim().Split(' ', 2, StringSplitOptions.TrimEntries) switch
    {
        ["cluster"] when fallback is null => RoutingScope.Cluster,
        ["datacenter", { Length: > 0 } name] => RoutingScope.Datacenter(name, fallback),
        ["rack", var path] when path.Split('/') is [{ Length: > 0 } datacenter, { Length: > 0 } rack] => RoutingScope.Rack(datacenter, rack, fallback),
        _ => null,
    };
}
