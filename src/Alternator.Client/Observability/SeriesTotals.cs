namespace Alternator.Client;

/// <summary>
/// What an observable up/down counter reports, added up by series. Exporters take the last report of a series for its value, so no series may be reported twice in one
/// observation; and they repeat the last value of one that falls silent, so a series that was ever reported goes on as zero when nothing is left of it.
/// </summary>
/// <typeparam name="TSeries">What tells series apart.</typeparam>
internal sealed class SeriesTotals<TSeries>
    where TSeries : notnull
{
    private readonly Lock _lock = new();
    private readonly HashSet<TSeries> _reported = [];

    public IReadOnlyCollection<KeyValuePair<TSeries, int>> Of(IEnumerable<(TSeries Series, int Part)> parts)
    {
        lock (_lock)
        {
            Dictionary<TSeries, int> totals = _reported.ToDictionary(static series => series, static _ => 0);
            foreach ((TSeries series, int part) in parts)
            {
                totals[series] = totals.GetValueOrDefault(series) + part;
            }
            _reported.UnionWith(totals.Keys);
            return totals;
        }
    }
}
