using System.Net;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using static Alternator.Client.Tests.ExecutorFixture;

namespace Alternator.Client.Tests;

public sealed class RequestExecutorTests : IAsyncLifetime
{
    private readonly ExecutorFixture _fixture = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public async Task Round_robin_touches_every_node_once_before_any_twice(int count)
    {
        await using var fixture = new ExecutorFixture(count);
        await fixture.ReadyAsync();
        for (int round = 0; round < 3; round++)
        {
            fixture.Sent.Clear();
            for (int i = 0; i < count; i++)
            {
                await fixture.Send(Read);
            }
            Assert.Equal(count, fixture.Sent.Distinct().Count());
        }
    }

    [Fact]
    public async Task The_first_requests_of_a_client_that_was_never_started_are_spread_as_well()
    {
        for (int i = 0; i < 20; i++)
        {
            await _fixture.Run(_fixture.Send(Read));
        }
        Assert.Equal([6, 7, 7], _fixture.Sent.GroupBy(node => node).Select(group => group.Count()).Order());
    }

    [Theory]
    [InlineData(2, "10 20")]
    [InlineData(3, "7 11 9")]
    [InlineData(4, "5 7 7 6")]
    public async Task In_turn_a_request_takes_one_step_however_many_attempts_it_needs(int count, string expected)
    {
        await using var fixture = new ExecutorFixture(count);
        await fixture.ReadyAsync();
        AlternatorNode failing = fixture.Nodes.View.Active[0];
        fixture.Behaviour = (node, _, _) => node == failing ? Error(HttpStatusCode.InternalServerError, "InternalServerError") : new("ok");
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("ok", await fixture.Send(Read));
        }
        // Were a retry a turn too, two nodes of which one fails would meet every request with the failing one.
        Assert.Equal(expected, string.Join(' ', fixture.Nodes.View.Active.Select(node => fixture.Sent.Count(sent => sent == node))));
    }

    [Fact]
    public async Task A_refused_connection_is_retried_on_another_node_without_a_pause()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (node, attempt, _) => attempt == 0 ? Refused() : new("ok");
        TimeSpan before = _fixture.Clock.Elapsed;
        Assert.Equal("ok", await _fixture.Send(Read));
        Assert.Equal(2, _fixture.Sent.Distinct().Count());
        Assert.Equal(before, _fixture.Clock.Elapsed);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "InternalServerError")]
    [InlineData(HttpStatusCode.BadGateway, "x")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "x")]
    [InlineData(HttpStatusCode.GatewayTimeout, "x")]
    [InlineData(HttpStatusCode.BadRequest, "RequestLimitExceeded")]
    public async Task An_answer_that_another_node_may_better_is_retried_there(HttpStatusCode status, string code)
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, attempt, _) => attempt == 0 ? Error(status, code) : new("ok");
        Assert.Equal("ok", await _fixture.Send(Read));
        Assert.Equal(0, _fixture.Sent[0].Health.Failures);
    }

    [Fact]
    public async Task A_client_error_is_final_and_counts_for_the_node()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, _) => Refused();
        _fixture.Behaviour = (_, _, _) => Error(HttpStatusCode.BadRequest, "ValidationException");
        var error = await Assert.ThrowsAsync<AmazonDynamoDBException>(() => _fixture.Send(Read));
        Assert.Equal("ValidationException", error.ErrorCode);
        Assert.Single(_fixture.Sent);
        Assert.NotEqual(0, _fixture.Sent[0].LastAnswerAt + 1);
    }

    [Fact]
    public async Task No_node_is_tried_twice_before_all_were_and_then_there_is_a_pause()
    {
        await _fixture.ReadyAsync();
        List<TimeSpan> at = [];
        _fixture.Behaviour = (_, attempt, _) =>
        {
            at.Add(_fixture.Clock.Elapsed);
            return attempt < 4 ? Refused() : new("ok");
        };
        Assert.Equal("ok", await _fixture.Run(_fixture.Send(Read)));
        Assert.Equal(5, _fixture.Sent.Count);
        Assert.Equal(3, _fixture.Sent.Take(3).Distinct().Count());
        Assert.Equal(at[0], at[2]);
        Assert.True(at[3] > at[2], "No pause after a whole plan has failed.");
        Assert.True(at[3] - at[2] <= _fixture.Retry.Backoff);
        Assert.Equal(at[3], at[4]);
    }

    [Fact]
    public async Task When_every_attempt_failed_the_error_names_every_node_with_its_cause_in_an_AWS_type()
    {
        _fixture.Retry.MaxAttempts = 3;
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, _) => Refused();
        AmazonServiceException error = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => _fixture.Run(_fixture.Send(Read)));
        foreach (AlternatorNode node in _fixture.Nodes.Snapshot.Nodes)
        {
            Assert.Contains($"{node.CanonicalEndpoint}: Connection refused", error.Message, StringComparison.Ordinal);
        }
        Assert.Contains("GetItem", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxAttempts", error.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, error.StatusCode);
    }

    [Fact]
    public async Task The_error_names_a_node_once_with_its_causes_and_how_often_and_keeps_every_attempt()
    {
        _fixture.Retry.MaxAttempts = 6;
        await _fixture.ReadyAsync();
        AlternatorNode twice = _fixture.Nodes.Snapshot.Nodes[0], first = _fixture.Nodes.Snapshot.Nodes[1];
        _fixture.Behaviour = (node, _, _) => node == twice || (node == first && _fixture.Sent.Count(sent => sent == first) == 1) ? Refused() : Reset();
        var error = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => _fixture.Run(_fixture.Send(Read)));
        Assert.All(_fixture.Nodes.Snapshot.Nodes, node => Assert.Equal(2, error.Message.Split(node.CanonicalEndpoint).Length));
        Assert.Contains($"{twice}: Connection refused (2 times).", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{first}: Connection refused; Connection reset by peer.", error.Message, StringComparison.Ordinal);
        Assert.Equal(_fixture.Sent, error.Attempts.Select(static attempt => attempt.Node));
        Assert.Same(error.InnerException, error.Attempts[^1].Exception);
    }

    [Fact]
    public async Task The_error_names_the_nodes_that_were_not_tried_too()
    {
        _fixture.Retry.MaxAttempts = 1;
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, _) => Refused();
        var error = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => _fixture.Send(Read));
        Assert.All(_fixture.Nodes.Snapshot.Nodes.Except(_fixture.Sent), node => Assert.Contains($"{node}: not tried, active.", error.Message, StringComparison.Ordinal));
        Assert.Single(error.Attempts);
    }

    [Fact]
    public async Task When_every_node_answers_with_an_error_the_caller_gets_that_error()
    {
        _fixture.Retry.MaxAttempts = 3;
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, _) => Error(HttpStatusCode.InternalServerError, "InternalServerError");
        var error = await Assert.ThrowsAsync<AmazonDynamoDBException>(() => _fixture.Run(_fixture.Send(Read)));
        Assert.Equal("InternalServerError", error.ErrorCode);
        Assert.Equal(3, _fixture.Sent.Count);
    }

    [Fact]
    public async Task A_silent_node_costs_a_read_no_more_than_the_wait_for_a_second_attempt()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, attempt, token) => attempt == 0 ? Never(token) : new("ok");
        TimeSpan before = _fixture.Clock.Elapsed;
        Assert.Equal("ok", await _fixture.Run(_fixture.Send(Read)));
        Assert.Equal(_fixture.Retry.SecondAttemptAfter, _fixture.Clock.Elapsed - before);
        Assert.Equal(0, _fixture.Nodes.Snapshot.Nodes.Sum(node => node.ActiveRequests));
    }

    [Fact]
    public async Task One_silent_and_one_refusing_node_cost_no_more()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, attempt, token) => attempt switch { 0 => Never(token), 1 => Refused(), _ => new("ok") };
        TimeSpan before = _fixture.Clock.Elapsed;
        Assert.Equal("ok", await _fixture.Run(_fixture.Send(Read)));
        Assert.Equal(_fixture.Retry.SecondAttemptAfter, _fixture.Clock.Elapsed - before);
    }

    [Fact]
    public async Task However_many_nodes_are_silent_three_at_most_are_asked_at_the_same_time()
    {
        await using var fixture = new ExecutorFixture(6);
        fixture.Options.Health.SuspicionTimeout = TimeSpan.Zero;
        await fixture.ReadyAsync();
        fixture.Behaviour = (_, attempt, token) => fixture.After(TimeSpan.FromSeconds(8), $"answer {attempt}", token);
        Assert.Equal("answer 0", await fixture.Run(fixture.Send(Read)));
        Assert.Equal(3, fixture.Sent.Count);
    }

    [Fact]
    public async Task A_node_looks_slow_to_the_balancer_while_a_request_still_waits_for_it()
    {
        _fixture.Options.Health.SuspicionTimeout = TimeSpan.Zero;
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, token) => _fixture.After(TimeSpan.FromSeconds(2), "slow", token);
        Task<string> request = _fixture.Send(Counter);
        _fixture.Clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(TimeSpan.FromMilliseconds(200), Assert.Single(_fixture.Sent).Latency);
        await _fixture.Run(request);
    }

    [Fact]
    public async Task A_slow_answer_still_wins_when_it_comes_before_the_second_nodes()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, attempt, token) => _fixture.After(TimeSpan.FromMilliseconds(300), $"answer {attempt}", token);
        Assert.Equal("answer 0", await _fixture.Run(_fixture.Send(Read)));
        Assert.Equal(2, _fixture.Sent.Count);
    }

    [Fact]
    public async Task A_slow_write_that_must_not_be_repeated_is_waited_for_as_long_as_its_node_lives()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, token) => _fixture.After(TimeSpan.FromSeconds(9), "done", token);
        Assert.Equal("done", await _fixture.Run(_fixture.Send(Counter)));
        Assert.Single(_fixture.Sent);
        Assert.Equal(NodeState.Active, _fixture.Sent[0].State);
    }

    [Fact]
    public async Task A_node_that_leaves_a_write_and_a_probe_unanswered_is_down_and_the_write_goes_elsewhere()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (node, attempt, token) =>
        {
            if (attempt == 0)
            {
                _fixture.Cluster.Nodes[node.Address!] = async (_, cancelled) => { await Never(cancelled); return default; };
                return Never(token);
            }
            return new("done");
        };
        TimeSpan before = _fixture.Clock.Elapsed;
        Assert.Equal("done", await _fixture.Run(_fixture.Send(Counter)));
        Assert.Equal(NodeState.Down, _fixture.Sent[0].State);
        Assert.Equal(_fixture.Retry.SecondAttemptAfter + _fixture.Options.Health.SuspicionTimeout, _fixture.Clock.Elapsed - before);
    }

    [Fact]
    public async Task An_attempt_ends_with_its_timeout_and_counts_against_the_node()
    {
        _fixture.Retry.AttemptTimeout = TimeSpan.FromSeconds(3);
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, attempt, token) => attempt == 0 ? Never(token) : new("done");
        TimeSpan before = _fixture.Clock.Elapsed;
        Assert.Equal("done", await _fixture.Run(_fixture.Send(Counter)));
        Assert.Equal(TimeSpan.FromSeconds(3), _fixture.Clock.Elapsed - before);
        Assert.Equal(1, _fixture.Sent[0].Health.Failures);
    }

    [Fact]
    public async Task By_default_a_write_of_unknown_outcome_is_repeated_and_by_option_surfaced()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, attempt, _) => attempt == 0 ? Reset() : new("done");
        Assert.Equal("done", await _fixture.Send(Counter));

        await using var careful = new ExecutorFixture();
        careful.Retry.AmbiguousWrites = AmbiguousWrites.Surface;
        await careful.ReadyAsync();
        careful.Behaviour = (_, attempt, _) => attempt == 0 ? Reset() : new("done");
        var error = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => careful.Send(Counter));
        Assert.Contains("not known whether the write took place", error.Message, StringComparison.Ordinal);
        Assert.Single(careful.Sent);

        // What was certainly not executed, and what may be repeated, is still repeated.
        careful.Sent.Clear();
        careful.Behaviour = (_, attempt, _) => attempt == 0 ? Refused() : new("done");
        Assert.Equal("done", await careful.Send(Counter));
        careful.Behaviour = (_, attempt, _) => attempt == 0 ? Reset() : new("done");
        Assert.Equal("done", await careful.Send(Read));
    }

    [Fact]
    public async Task The_overall_timeout_ends_a_request_that_nobody_answers()
    {
        _fixture.Retry.OverallTimeout = TimeSpan.FromSeconds(5);
        _fixture.Options.Health.SuspicionTimeout = TimeSpan.Zero;
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, token) => Never(token);
        TimeSpan before = _fixture.Clock.Elapsed;
        await Assert.ThrowsAsync<AlternatorUnavailableException>(() => _fixture.Run(_fixture.Send(Counter)));
        Assert.Equal(TimeSpan.FromSeconds(5), _fixture.Clock.Elapsed - before);
        Assert.Equal(0, _fixture.Nodes.Snapshot.Nodes.Sum(node => node.ActiveRequests));
    }

    [Fact]
    public async Task The_callers_cancellation_ends_a_request_at_once_and_blames_no_node()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, token) => Never(token);
        using var cancellation = new CancellationTokenSource();
        Task<string> request = _fixture.Send(Read, cancellation.Token);
        _fixture.Clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(2, _fixture.Sent.Count);
        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Assert.Equal(cancellation.Token, error.CancellationToken);
        Assert.All(_fixture.Nodes.Snapshot.Nodes, node => Assert.Equal((0, 0), (node.Health.Failures, node.ActiveRequests)));
    }

    [Fact]
    public async Task What_the_caller_cancels_soon_makes_no_node_look_slow()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, token) => Never(token);
        using var cancellation = new CancellationTokenSource();
        Task<string> request = _fixture.Send(Read, cancellation.Token);
        _fixture.Clock.Advance(TimeSpan.FromMilliseconds(100));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Assert.Equal(TimeSpan.Zero, Assert.Single(_fixture.Sent).Latency);
    }

    [Fact]
    public async Task Further_attempts_are_paid_from_a_budget()
    {
        _fixture.Retry.BudgetReserve = 2;
        _fixture.Retry.Budget = 0.5;
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, attempt, _) => attempt == 0 ? Error(HttpStatusCode.InternalServerError, "InternalServerError") : new("ok");
        Assert.Equal("ok", await _fixture.Send(Read)); // 2 -> 1
        Assert.Equal("ok", await _fixture.Send(Read)); // 1.5 -> 0.5
        Assert.Equal("ok", await _fixture.Send(Read)); // 1 -> 0
        await Assert.ThrowsAsync<AmazonDynamoDBException>(() => _fixture.Send(Read)); // 0.5
        Assert.Equal("ok", await _fixture.Send(Read)); // 1 -> 0
    }

    [Fact]
    public async Task A_spent_budget_also_keeps_silent_nodes_from_being_asked_twice()
    {
        _fixture.Retry.BudgetReserve = 0;
        _fixture.Retry.Budget = 0;
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, token) => _fixture.After(TimeSpan.FromSeconds(1), "slow", token);
        Assert.Equal("slow", await _fixture.Run(_fixture.Send(Read)));
        Assert.Single(_fixture.Sent);
    }

    [Fact]
    public async Task When_requests_are_usually_slow_they_are_not_sent_twice()
    {
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, token) => _fixture.After(TimeSpan.FromMilliseconds(400), "slow", token);
        for (int i = 0; i < 100; i++)
        {
            await _fixture.Run(_fixture.Send(Read));
        }
        int before = _fixture.Sent.Count;
        await _fixture.Run(_fixture.Send(Read));
        Assert.Equal(before + 1, _fixture.Sent.Count);
    }

    [Fact]
    public async Task A_second_attempt_can_be_switched_off()
    {
        _fixture.Retry.SecondAttemptAfter = Timeout.InfiniteTimeSpan;
        await _fixture.ReadyAsync();
        _fixture.Behaviour = (_, _, token) => _fixture.After(TimeSpan.FromSeconds(8), "slow", token);
        Assert.Equal("slow", await _fixture.Run(_fixture.Send(Read)));
        Assert.Single(_fixture.Sent);
    }

    [Fact]
    public async Task Ten_failures_in_a_row_take_a_node_down_and_requests_avoid_it()
    {
        await _fixture.ReadyAsync();
        AlternatorNode dead = _fixture.Nodes.Snapshot.Nodes[1];
        _fixture.Behaviour = (node, _, _) => node == dead ? Refused() : new("ok");
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal("ok", await _fixture.Send(Read));
        }
        Assert.Equal(NodeState.Down, dead.State);
        Assert.Equal(10, _fixture.Sent.Count(node => node == dead));
        Assert.DoesNotContain(dead, _fixture.Nodes.LiveNodes);
    }

    [Fact]
    public async Task When_every_node_is_down_requests_try_them_anyway_unless_told_not_to()
    {
        foreach (bool tries in (bool[])[true, false])
        {
            await using var fixture = new ExecutorFixture();
            fixture.Options.Health.TryDownNodes = tries;
            fixture.Options.Health.ActiveFailuresToDown = 1;
            await fixture.ReadyAsync();
            fixture.Behaviour = (_, _, _) => Refused();
            fixture.Cluster.Nodes.Clear();
            await Assert.ThrowsAsync<AlternatorUnavailableException>(() => fixture.Run(fixture.Send(Read)));
            Assert.All(fixture.Nodes.Snapshot.Nodes, node => Assert.Equal(NodeState.Down, node.State));

            fixture.Behaviour = (_, _, _) => new("back");
            if (tries)
            {
                Assert.Equal("back", await fixture.Send(Read));
            }
            else
            {
                var error = await Assert.ThrowsAsync<AlternatorUnavailableException>(() => fixture.Send(Read));
                Assert.Contains("Every node is down", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task When_no_other_node_can_answer_a_down_one_is_tried_before_the_others_again()
    {
        await _fixture.ReadyAsync();
        AlternatorNode down = _fixture.Nodes.Snapshot.Nodes[0];
        down.Health.Unresponsive(down.Health.Generation);
        _fixture.Nodes.StateChanged(down, "test");
        _fixture.Behaviour = (node, _, _) => node == down ? new("ok") : Error(HttpStatusCode.InternalServerError, "InternalServerError");
        TimeSpan before = _fixture.Clock.Elapsed;
        Assert.Equal("ok", await _fixture.Send(Read));
        Assert.Equal((3, down), (_fixture.Sent.Count, _fixture.Sent[2]));
        Assert.Equal(before, _fixture.Clock.Elapsed);
    }

    [Fact]
    public async Task A_down_node_that_is_silent_still_holds_up_a_request_no_longer_than_its_probe()
    {
        await using var fixture = new ExecutorFixture(2);
        await fixture.ReadyAsync();
        foreach (AlternatorNode node in fixture.Nodes.Snapshot.Nodes)
        {
            node.Health.Unresponsive(node.Health.Generation);
            fixture.Nodes.StateChanged(node, "test");
        }
        fixture.Behaviour = (node, attempt, token) =>
        {
            if (attempt > 0)
            {
                return new("ok");
            }
            fixture.Cluster.Nodes[node.Address!] = async (_, cancelled) => { await Never(cancelled); return default; };
            return Never(token);
        };
        TimeSpan before = fixture.Clock.Elapsed;
        Assert.Equal("ok", await fixture.Run(fixture.Send(Counter)));
        Assert.Equal(fixture.Retry.SecondAttemptAfter + fixture.Options.Health.SuspicionTimeout, fixture.Clock.Elapsed - before);
    }
}
