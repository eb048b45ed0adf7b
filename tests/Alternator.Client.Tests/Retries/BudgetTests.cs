using System.Net;
using Alternator.Testing;
using Amazon.DynamoDBv2;
using static Alternator.Client.Tests.ExecutorFixture;

namespace Alternator.Client.Tests;

/// <summary>What further attempts cost: a token of the budget, when nodes have to work for the request more than once.</summary>
public sealed class BudgetTests : IAsyncLifetime
{
    private readonly ExecutorFixture _fixture = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task Attempts_that_never_reached_a_node_cost_nothing_while_there_are_nodes_left_to_try()
    {
        await ReadyAsync(reserve: 0);
        _fixture.Behaviour = (_, attempt, _) => attempt < 2 ? Refused() : new("ok");
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("ok", await _fixture.Send(Read));
        }
    }

    [Fact]
    public async Task Coming_back_to_a_node_costs_whatever_became_of_it()
    {
        await ReadyAsync(reserve: 2);
        _fixture.Behaviour = (_, _, _) => Refused();
        var error = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => _fixture.Run(_fixture.Send(Read)));
        Assert.Contains("budget", error.Message, StringComparison.Ordinal);
        Assert.Equal(3 + 2, _fixture.Sent.Count);
    }

    [Fact]
    public async Task Only_the_first_node_that_was_reached_is_for_nothing()
    {
        await ReadyAsync(reserve: 0);
        _fixture.Behaviour = (_, attempt, _) => attempt == 0 ? Refused() : Error(HttpStatusCode.InternalServerError, "InternalServerError");
        await Assert.ThrowsAsync<AmazonDynamoDBException>(() => _fixture.Send(Read));
        Assert.Equal(2, _fixture.Sent.Count);
    }

    [Fact]
    public async Task An_overloaded_node_has_been_reached()
    {
        await ReadyAsync(reserve: 0);
        _fixture.Behaviour = (_, _, _) => Error(HttpStatusCode.BadRequest, "RequestLimitExceeded");
        await Assert.ThrowsAsync<AmazonDynamoDBException>(() => _fixture.Send(Read));
        Assert.Single(_fixture.Sent);
    }

    [Fact]
    public async Task A_second_attempt_beside_one_that_never_got_a_connection_gives_its_token_back()
    {
        await ReadyAsync(reserve: 1);
        _fixture.Behaviour = (_, attempt, token) => attempt == 0 ? Connecting(token) : new("ok");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("ok", await _fixture.Run(_fixture.Send(Read)));
        }
        Assert.Equal(10, _fixture.Sent.Count);
    }

    [Fact]
    public async Task A_second_attempt_beside_one_that_was_sent_does_not()
    {
        await ReadyAsync(reserve: 1);
        _fixture.Behaviour = (_, attempt, token) => attempt == 0 ? _fixture.After(TimeSpan.FromMilliseconds(900), "late", token) : new("ok");
        Assert.Equal("ok", await _fixture.Run(_fixture.Send(Read)));
        Assert.Equal("late", await _fixture.Run(_fixture.Send(Read)));
    }

    [Fact]
    public async Task An_attempt_whose_node_dies_costs_nothing()
    {
        await ReadyAsync(reserve: 0);
        _fixture.Behaviour = (node, attempt, token) =>
        {
            if (attempt > 0)
            {
                return new("ok");
            }
            _fixture.Cluster.Nodes[node.Address!] = async (_, cancelled) => { await Never(cancelled); return default; };
            return Never(token);
        };
        Assert.Equal("ok", await _fixture.Run(_fixture.Send(Read)));
        Assert.Equal("ok", await _fixture.Run(_fixture.Send(Counter)));
    }

    [Fact]
    public async Task Waiting_with_every_node_asked_takes_no_further_token()
    {
        await using var fixture = new ExecutorFixture(2);
        fixture.Retry.Budget = 0;
        fixture.Retry.BudgetReserve = 3;
        await fixture.ReadyAsync();
        fixture.Behaviour = (_, _, token) => fixture.After(TimeSpan.FromSeconds(9), "slow", token);
        Assert.Equal("slow", await fixture.Run(fixture.Send(Read)));
        Assert.True(fixture.Executor.Budget.TryTake() && fixture.Executor.Budget.TryTake(), "More tokens are gone than further attempts were made.");
    }

    [Fact]
    public void A_spent_reserve_is_there_again_after_ten_seconds_however_few_requests_there_were()
    {
        var clock = new FakeTimeProvider();
        var budget = new RetryBudget(0.2, 100, clock, RetryOptions.ReserveFilledIn);
        Assert.Equal(100, Take(budget));
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(40, Take(budget));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(100, Take(budget));
    }

    [Fact]
    public async Task The_reserve_of_a_client_comes_back_by_itself()
    {
        await ReadyAsync(reserve: 10);
        _fixture.Behaviour = (_, attempt, _) => attempt == 0 ? Error(HttpStatusCode.InternalServerError, "InternalServerError") : new("ok");
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("ok", await _fixture.Send(Read));
        }
        await Assert.ThrowsAsync<AmazonDynamoDBException>(() => _fixture.Send(Read));
        _fixture.Clock.Stall(TimeSpan.FromSeconds(1));
        Assert.Equal("ok", await _fixture.Send(Read));
        await Assert.ThrowsAsync<AmazonDynamoDBException>(() => _fixture.Send(Read));
    }

    [Fact]
    public void Looking_often_loses_nothing_of_what_fills_by_itself()
    {
        var clock = new FakeTimeProvider();
        var budget = new RetryBudget(0.2, 100, clock, RetryOptions.ReserveFilledIn);
        int taken = Take(budget);
        for (int i = 0; i < 10_000; i++)
        {
            clock.Advance(TimeSpan.FromMicroseconds(295 + (i % 7)));
            taken += Take(budget);
        }
        Assert.Equal(100 + 29, taken);
    }

    [Fact]
    public void Where_it_is_not_wanted_nothing_fills_by_itself()
    {
        var clock = new FakeTimeProvider();
        var budget = new RetryBudget(0.5, 10, clock, Timeout.InfiniteTimeSpan);
        Assert.Equal(10, Take(budget));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, Take(budget));
        budget.Deposit();
        budget.Deposit();
        Assert.Equal(1, Take(budget));
    }

    [Fact]
    public void However_the_chain_wraps_it_what_was_not_sent_may_be_repeated()
    {
        var given = new NotSentException(new OperationCanceledException(), CancellationToken.None);
        foreach (Exception exception in (Exception[])[given, new TaskCanceledException("The operation was canceled.", given)])
        {
            AttemptFailure failure = AttemptFailure.Of(exception);
            Assert.Equal((false, false), (failure.MaybeExecuted, failure.WasLoad));
        }
        Assert.True(AttemptFailure.Of(new TaskCanceledException()).MaybeExecuted);
    }

    private static int Take(RetryBudget budget)
    {
        int taken = 0;
        while (budget.TryTake())
        {
            taken++;
        }
        return taken;
    }

    private static async ValueTask<string> Connecting(CancellationToken cancellationToken)
    {
        try
        {
            return await Never(cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            throw new NotSentException(exception, cancellationToken);
        }
    }

    private Task ReadyAsync(int reserve)
    {
        _fixture.Retry.Budget = 0;
        _fixture.Retry.BudgetReserve = reserve;
        return _fixture.ReadyAsync();
    }
}
