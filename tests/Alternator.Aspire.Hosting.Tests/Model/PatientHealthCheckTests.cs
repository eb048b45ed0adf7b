using Aspire.Hosting.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Alternator.Aspire.Hosting.Tests;

public class PatientHealthCheckTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1), Short = TimeSpan.FromMilliseconds(1);
    private static readonly HealthCheckResult Booting = Soon.Unhealthy("booting"), Two = Soon.Degraded("2 of 3 nodes"), Well = HealthCheckResult.Healthy("serves"), Dead = HealthCheckResult.Unhealthy("dead");

    [Fact]
    public async Task The_first_bad_news_is_told_at_once_and_the_next_question_is_kept_open_until_it_is_well()
    {
        var node = new Answers(Booting, Booting, Booting, Booting, Well);
        var check = new PatientHealthCheck(node, Long, Short);
        Assert.Equal("booting", await AskAsync(check));
        Assert.Equal(1, node.Asked);
        Assert.Equal("serves", await AskAsync(check));
        Assert.Equal(5, node.Asked);
    }

    [Fact]
    public async Task Any_other_state_is_news()
    {
        var cluster = new Answers(Booting, Booting, Two, Two, Booting);
        var check = new PatientHealthCheck(cluster, Long, Short);
        Assert.Equal("booting", await AskAsync(check));
        Assert.Equal("2 of 3 nodes", await AskAsync(check));
        Assert.Equal("booting", await AskAsync(check));
    }

    [Fact]
    public async Task What_will_not_mend_itself_is_answered_at_once_each_time()
    {
        var node = new Answers(Booting, Booting, Dead);
        var check = new PatientHealthCheck(node, Long, Short);
        Assert.Equal("booting", await AskAsync(check));
        Assert.Equal("dead", await AskAsync(check));
        Assert.Equal("dead", await AskAsync(check));
        Assert.Equal(4, node.Asked);
    }

    [Fact]
    public async Task No_question_is_kept_open_for_ever()
    {
        var check = new PatientHealthCheck(new Answers(Booting), TimeSpan.FromMilliseconds(20), Short);
        Assert.Equal("booting", await AskAsync(check));
        Assert.Equal("booting", await AskAsync(check));
    }

    [Fact]
    public async Task Who_asked_may_take_the_question_back()
    {
        var check = new PatientHealthCheck(new Answers(Booting), Long, Long);
        await AskAsync(check);
        using var gone = new CancellationTokenSource();
        Task<string?> asked = AskAsync(check, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private static async Task<string?> AskAsync(PatientHealthCheck check, CancellationToken cancellationToken = default) => (await check.CheckHealthAsync(new HealthCheckContext(), cancellationToken)).Description;

    /// <summary>Gives one answer after another, the last one again and again.</summary>
    private sealed class Answers(params HealthCheckResult[] answers) : IHealthCheck
    {
        public int Asked { get; private set; }

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(answers[Math.Min(Asked++, answers.Length - 1)]);
    }
}
