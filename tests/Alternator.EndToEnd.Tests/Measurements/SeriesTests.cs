using Playground.Web.Measurements;

namespace Alternator.EndToEnd.Tests.Measurements;

/// <summary>The page's numbers: percentiles and requests per second.</summary>
public sealed class SeriesTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.99)]
    public void A_percentile_is_within_6_percent_of_the_exact_one(double share)
    {
        var random = new Random(7);
        var exact = Enumerable.Range(0, 20_000).Select(_ => Math.Exp(random.NextDouble() * 14)).Order().ToArray();
        var histogram = new LatencyHistogram();
        foreach (var microseconds in exact)
            histogram.Add(TimeSpan.FromMicroseconds(microseconds));

        var expected = exact[(int)Math.Ceiling(share * exact.Length) - 1] / 1000;
        Assert.InRange(histogram.PercentileMilliseconds(share)!.Value, expected * 0.94, expected * 1.06);
    }

    [Fact]
    public void Without_values_there_is_no_percentile() => Assert.Null(new LatencyHistogram().PercentileMilliseconds(0.5));

    [Fact]
    public void Latencies_from_zero_to_an_hour_have_a_place()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(TimeSpan.Zero);
        histogram.Add(TimeSpan.FromHours(1));
        Assert.Equal(0, histogram.PercentileMilliseconds(0.5));
        Assert.InRange(histogram.PercentileMilliseconds(1)!.Value, 0.94 * 3_600_000, 1.06 * 3_600_000);
    }

    [Fact]
    public void A_second_without_requests_is_zero_and_the_rate_is_the_mean_of_the_last_two()
    {
        var series = new Series();
        for (var i = 0; i < 30; i++)
            series.Add(100, TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 10; i++)
            series.Add(102, TimeSpan.FromMilliseconds(1));

        var view = series.View(last: 102, length: 4);
        Assert.Equal([0, 30, 0, 10], view.Counts);
        Assert.Equal(5, view.PerSecond);
        Assert.Equal(40, view.Total);
    }

    [Fact]
    public void Percentiles_forget_what_is_older_than_ten_seconds_and_the_ring_forgets_what_it_overwrites()
    {
        var series = new Series();
        series.Add(100, TimeSpan.FromMilliseconds(500));
        series.Add(115, TimeSpan.FromMilliseconds(1));
        Assert.InRange(series.View(115, 62).P99!.Value, 0.9, 1.1);

        series.Add(100 + Series.Seconds, TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, series.View(100 + Series.Seconds, 62).Counts.Sum());
        Assert.Equal(3, series.View(100 + Series.Seconds, 62).Total);
    }
}
