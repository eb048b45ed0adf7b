using Playground.Web.Replicas;

namespace Alternator.EndToEnd.Tests.Measurements;

/// <summary>What several replicas counted, put together second by second.</summary>
public sealed class ServedTests
{
    private static readonly Served Mine = new(10, 2, [1, 2, 3, 4]);

    [Fact]
    public void Totals_rates_and_the_same_seconds_are_added()
    {
        var both = Mine.Plus(new(5, 1.5, [10, 20, 30, 40]), ahead: 0);
        Assert.Equal(15, both.Total);
        Assert.Equal(3.5, both.PerSecond);
        Assert.Equal([11, 22, 33, 44], both.Series);
        Assert.Equal([1, 2, 3, 4], Mine.Series);
    }

    [Theory]
    [InlineData(1, new[] { 1, 12, 23, 34 })]
    [InlineData(-1, new[] { 21, 32, 43, 4 })]
    [InlineData(9, new[] { 1, 2, 3, 4 })]
    public void A_series_that_ends_in_another_second_is_shifted(int ahead, int[] expected) =>
        Assert.Equal(expected, Mine.Plus(new(0, 0, [10, 20, 30, 40]), ahead).Series);
}
