namespace Alternator.Client.Tests;

/// <summary>
/// What a node that is much slower than the others gets, in a model of a closed loop with pauses of the client, over many seeds.
/// Long runs: ALTERNATOR_LONG_TESTS=1.
/// </summary>
public sealed class SlowNodeTests
{
    private static readonly int[] Seeds = Environment.GetEnvironmentVariable("ALTERNATOR_LONG_TESTS") == "1"
        ? [.. Enumerable.Range(1, 500)]
        : [1, 2, 3, 4, 5, 6, 11, 96]; // With 11 and 96 the first trial of the recovered node meets a pause of the client.

    public static TheoryData<int, int, double, int> Loads => new()
    {
        { 50, 16, 0.5, 200 },
        { 50, 16, 2, 60 },
        { 50, 16, 10, 20 },
        { 50, 4, 2, 60 },
        { 50, 64, 2, 60 },
        { 100, 16, 2, 60 },
        { 20, 16, 1, 30 },
    };

    [Theory]
    [MemberData(nameof(Loads))]
    public void A_node_ten_to_fifty_times_slower_gets_less_than_a_two_hundredth_and_all_of_its_share_soon_after_it_has_recovered(int slowerMs, int concurrency, double pausesPerSecond, int pauseMs)
    {
        foreach (int seed in Seeds)
        {
            var loop = new ClosedLoop(seed, 3, concurrency, pausesPerSecond, TimeSpan.FromMilliseconds(pauseMs));
            int[] fair = loop.Run(TimeSpan.FromSeconds(1)).Sent;
            Assert.All(fair, sent => Assert.InRange(sent, fair.Sum() * 0.25, fair.Sum() * 0.42));

            loop.Latency[1] += TimeSpan.FromMilliseconds(slowerMs);
            loop.Run(TimeSpan.FromSeconds(0.5));
            (int[] sent, TimeSpan[] took) = loop.Run(TimeSpan.FromSeconds(5));
            double share = (double)sent[1] / sent.Sum();
            Assert.True(share < 0.005, $"seed {seed}: the slow node got {share:P2} of {sent.Sum()} requests");
            if (pausesPerSecond * pauseMs <= 150 && concurrency <= 16)
            {
                TimeSpan p99 = took[took.Length * 99 / 100];
                Assert.True(p99 < TimeSpan.FromMilliseconds(12), $"seed {seed}: the 99th percentile is {p99.TotalMilliseconds:0.0} ms");
            }

            loop.Latency[1] -= TimeSpan.FromMilliseconds(slowerMs);
            loop.Run(TimeSpan.FromSeconds(8));
            sent = loop.Run(TimeSpan.FromSeconds(1)).Sent;
            Assert.True(sent[1] > sent.Sum() * 0.25, $"seed {seed}: eight seconds after its recovery the node gets {sent[1]} of {sent.Sum()} requests");
        }
    }

    [Fact]
    public void Before_it_is_known_to_be_slow_a_node_gets_a_few_dozen_requests()
    {
        foreach (int seed in Seeds)
        {
            var loop = new ClosedLoop(seed, 3, 16, 0.5, TimeSpan.FromMilliseconds(30));
            loop.Run(TimeSpan.FromSeconds(1));
            loop.Latency[1] += TimeSpan.FromMilliseconds(50);
            Assert.InRange(loop.Run(TimeSpan.FromSeconds(0.5)).Sent[1], 1, 40);
        }
    }

    [Fact]
    public void A_node_that_is_a_little_slower_still_works()
    {
        foreach (int seed in Seeds)
        {
            var loop = new ClosedLoop(seed, 3, 16, 0.5, TimeSpan.FromMilliseconds(30));
            loop.Latency[1] += TimeSpan.FromMilliseconds(1);
            loop.Run(TimeSpan.FromSeconds(1));
            int[] sent = loop.Run(TimeSpan.FromSeconds(4)).Sent;
            Assert.InRange((double)sent[1] / sent.Sum(), 0.1, 0.3);
        }
    }
}
