using System.Net;
using Alternator.Testing;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.Client.Tests;

public sealed class PartitionKeyNamesTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Configured_names_need_no_look_up_and_halves_are_ignored()
    {
        var options = new AffinityOptions { Mode = AffinityMode.AnyWrite };
        options.PartitionKeys["t"] = "id";
        options.PartitionKeys["half"] = "";
        var source = new Source(_ => "never");
        using var names = new PartitionKeyNames(options, _clock) { Source = source };
        Assert.True(names.TryGet("t", out string key));
        Assert.Equal("id", key);
        Assert.Equal(0, source.Asked);
        Assert.False(names.TryGet("half", out _));
    }

    [Fact]
    public async Task A_name_is_learnt_once_in_the_background()
    {
        var gate = new TaskCompletionSource<string?>();
        var source = new Source(_ => throw new InvalidOperationException()) { Answer = gate.Task };
        using PartitionKeyNames names = Names(source);
        for (int i = 0; i < 100; i++)
        {
            Assert.False(names.TryGet("t", out _));
        }
        Assert.Equal(1, source.Asked);
        gate.SetResult("id");
        await names.Learning;
        Assert.True(names.TryGet("t", out string key));
        Assert.Equal("id", key);
        Assert.Equal(1, source.Asked);
    }

    [Fact]
    public async Task A_missing_table_is_not_asked_about_again_for_five_minutes()
    {
        var source = new Source(_ => throw new ResourceNotFoundException("no such table"));
        using PartitionKeyNames names = Names(source);
        Assert.False(names.TryGet("t", out _));
        await names.Learning;
        _clock.Advance(TimeSpan.FromMinutes(4.9));
        Assert.False(names.TryGet("t", out _));
        Assert.Equal(1, source.Asked);
        _clock.Advance(TimeSpan.FromMinutes(0.2));
        Assert.False(names.TryGet("t", out _));
        Assert.Equal(2, source.Asked);
    }

    [Fact]
    public async Task A_failure_is_tried_four_times_and_then_left_alone_for_a_while()
    {
        var source = new Source(_ => throw new AmazonDynamoDBException("down", ErrorType.Receiver, "InternalServerError", "", HttpStatusCode.InternalServerError));
        using PartitionKeyNames names = Names(source);
        names.TryGet("t", out _);
        Task learning = names.Learning;
        while (!learning.IsCompleted)
        {
            if (!_clock.FireNext())
            {
                await Task.Yield();
            }
        }
        Assert.Equal(4, source.Asked);
        names.TryGet("t", out _);
        Assert.Equal(4, source.Asked);
        _clock.Advance(TimeSpan.FromSeconds(31));
        names.TryGet("t", out _);
        Assert.Equal(5, source.Asked);
    }

    [Fact]
    public async Task What_was_learnt_is_forgotten_on_demand_but_not_what_was_configured()
    {
        var source = new Source(asked => asked == 1 ? "old" : "new");
        using PartitionKeyNames names = Names(source);
        names.TryGet("t", out _);
        await names.Learning;
        names.Forget("t");
        Assert.False(names.TryGet("t", out _));
        await names.Learning;
        Assert.True(names.TryGet("t", out string key));
        Assert.Equal("new", key);
    }

    private PartitionKeyNames Names(Source source) => new(new AffinityOptions { Mode = AffinityMode.AnyWrite }, _clock, new Random(1)) { Source = source };

    private sealed class Source(Func<int, string?> answer) : IPartitionKeySource
    {
        public int Asked { get; private set; }

        public Task<string?>? Answer { get; init; }

        public async Task<string?> GetPartitionKeyAsync(string table, CancellationToken cancellationToken)
        {
            Asked++;
            return Answer is not null ? await Answer : answer(Asked);
        }
    }
}
