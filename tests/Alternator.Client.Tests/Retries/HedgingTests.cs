using static Alternator.Client.Tests.ExecutorFixture;

namespace Alternator.Client.Tests;

public sealed class HedgingTests : IAsyncLifetime
{
    private readonly ExecutorFixture _fixture = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task By_default_reads_are_not_hedged()
    {
        await WarmUpAsync();
        Assert.Equal(1, await SlowReadAsync(Read));
    }

    [Fact]
    public async Task A_read_that_takes_longer_than_most_is_sent_to_a_second_node_and_the_first_answer_wins()
    {
        _fixture.Hedging.Enabled = true;
        await WarmUpAsync();
        TimeSpan before = _fixture.Clock.Elapsed;
        Assert.Equal(2, await SlowReadAsync(Read));
        Assert.InRange((_fixture.Clock.Elapsed - before).TotalMilliseconds, 2, 10);
    }

    [Fact]
    public async Task The_node_that_a_hedge_has_beaten_counts_as_slow()
    {
        _fixture.Hedging.Enabled = true;
        await WarmUpAsync();
        int before = _fixture.Sent.Count;
        Assert.Equal(2, await SlowReadAsync(Read));
        Assert.True(_fixture.Sent[before].Latency > 1.5 * _fixture.Sent[before + 1].Latency, $"{_fixture.Sent[before].Latency} after {_fixture.Sent[before + 1].Latency}");
    }

    [Fact]
    public async Task Writes_are_never_hedged()
    {
        _fixture.Hedging.Enabled = true;
        await WarmUpAsync();
        Assert.Equal(1, await SlowReadAsync(new RequestTraits { Operation = "PutItem", IsIdempotent = true }));
    }

    [Fact]
    public async Task Hedges_stay_within_their_budget()
    {
        _fixture.Hedging.Enabled = true;
        _fixture.Hedging.Budget = 0.05;
        await WarmUpAsync();
        int hedged = 0;
        for (int i = 0; i < 400; i++)
        {
            hedged += await SlowReadAsync(Read) - 1;
        }
        Assert.InRange(hedged, 10, 10 + (int)(0.05 * 600) + 1);
    }

    [Fact]
    public async Task The_least_delay_and_the_percentile_are_options()
    {
        _fixture.Hedging.Enabled = true;
        _fixture.Hedging.MinDelay = TimeSpan.FromMilliseconds(60);
        await WarmUpAsync();
        Assert.Equal(1, await SlowReadAsync(Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HedgingOptions { Percentile = 1 }.Copy());
        Assert.Throws<ArgumentOutOfRangeException>(() => new HedgingOptions { Budget = 2 }.Copy());
    }

    [Theory]
    [InlineData(0.5, 5)]
    [InlineData(0.95, 9.5)]
    public void The_percentile_is_right_within_an_eighth(double percentile, double expected)
    {
        var latencies = new LatencyPercentile(percentile, TimeSpan.TicksPerSecond);
        Assert.Equal(long.MaxValue, latencies.Value);
        for (int i = 0; i < 2048; i++)
        {
            latencies.Add(TimeSpan.FromMilliseconds(0.1 + (i * 7919 % 1000 / 100.0)).Ticks);
        }
        Assert.InRange(TimeSpan.FromTicks(latencies.Value).TotalMilliseconds, expected, expected * 1.3);
    }

    private async Task WarmUpAsync()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, token) => _fixture.After(TimeSpan.FromMilliseconds(2), "quick", token);
        for (int i = 0; i < 200; i++)
        {
            await _fixture.Run(_fixture.Send(Read));
        }
    }

    /// <summary>A request whose first node takes 50 ms. Returns the number of attempts.</summary>
    private async Task<int> SlowReadAsync(RequestTraits traits)
    {
        int before = _fixture.Sent.Count;
        _fixture.Behaviour = (_, attempt, token) => _fixture.After(TimeSpan.FromMilliseconds(attempt == 0 ? 50 : 2), "ok", token);
        await _fixture.Run(_fixture.Send(traits));
        return _fixture.Sent.Count - before;
    }
}
