namespace Alternator.Client;

/// <summary>
/// Hedged reads: a read that takes longer than most is sent to a second node too, and the first answer wins. Cuts the tail of the
/// latency at the cost of a few percent more reads.
/// </summary>
public sealed class HedgingOptions
{
    /// <summary>Whether reads are hedged. Default: false.</summary>
    public bool Enabled { get; set; }

    /// <summary>The share of reads that are quick enough not to be hedged, from 0.5 to below 1. Default: 0.95.</summary>
    public double Percentile { get; set; } = 0.95;

    /// <summary>The shortest time before a read is hedged. Default: 1 ms.</summary>
    public TimeSpan MinDelay { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Hedges as a share of the reads. Default: 0.05.</summary>
    public double Budget { get; set; } = 0.05;

    internal HedgingOptions Copy()
    {
        if (Percentile is not (>= 0.5 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Percentile), Percentile, "Percentile is a share, from 0.5 to below 1.");
        }
        if (Budget is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Budget), Budget, "Budget is a share of the reads, from 0 to 1.");
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(MinDelay, TimeSpan.Zero);
        return (HedgingOptions)MemberwiseClone();
    }
}
