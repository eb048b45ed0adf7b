namespace Alternator.Emulator.Engine;

/// <summary>The building of an index over rows that were there before it: it goes through the tokens at an even pace, by the clock.</summary>
/// <remarks>
/// ScyllaDB builds views in the background; until it is done DescribeTable says CREATING with Backfilling, and the index can
/// be read and holds what has been built so far (alternator/executor.cc, is_view_built; db/view/view.cc). Nothing runs here:
/// whoever looks at the index first takes the building as far as the clock says it should be.
/// </remarks>
internal sealed class IndexBuild(TimeProvider time, TimeSpan duration)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>A building that begins now; null when it takes no time.</summary>
    public static IndexBuild? Of(EngineOptions options) =>
        options.IndexBuildTime > TimeSpan.Zero ? new IndexBuild(options.TimeProvider, options.IndexBuildTime) : null;

    /// <summary>True when everything should be in the index by now.</summary>
    public bool IsOver => Progress >= 1;

    /// <summary>The greatest token that has been gone through by now; null before the first.</summary>
    public long? Token
    {
        get
        {
            var progress = Progress;
            return progress >= 1 ? long.MaxValue
                : progress <= 0 ? null
                : unchecked(long.MinValue + (long)(ulong)(ulong.MaxValue * progress));
        }
    }

    private double Progress => (time.GetUtcNow() - _startedAt) / duration;
}
