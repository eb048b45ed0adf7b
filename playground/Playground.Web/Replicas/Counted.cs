namespace Playground.Web.Replicas;

/// <summary>What one replica of this service counted, as the others read it. <see cref="LastSecond"/> is the Unix second of the last value of every series.</summary>
public sealed record Counted(
    string Replica, long LastSecond, long Requests, long Failed, string? LastFailure, long Retried, double PerSecond, IReadOnlyDictionary<string, Served> Nodes);

/// <summary>What one node served for one replica: in total, per second, and in each of the last seconds.</summary>
public sealed record Served(long Total, double PerSecond, int[] Series)
{
    /// <summary>The sum of both, where <paramref name="other"/>'s series ends <paramref name="ahead"/> seconds after this one.</summary>
    public Served Plus(Served other, long ahead)
    {
        var series = (int[])Series.Clone();
        for (var i = 0; i < series.Length; i++)
        {
            var at = i - ahead;
            if (at >= 0 && at < other.Series.Length)
                series[i] += other.Series[at];
        }
        return new(Total + other.Total, PerSecond + other.PerSecond, series);
    }
}
