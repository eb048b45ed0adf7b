namespace Alternator.Aspire.Client.Tests;

/// <summary>Waiting for what happens by itself, with a limit that only a failing test reaches.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The condition, or the next try after the meantime's work.</summary>
    public static Task True(Func<bool> condition, string what, Func<Task> meanwhile) => True(
        async () =>
        {
            await meanwhile();
            return condition();
        },
        what);

    public static Task True(Func<bool> condition, string what) => True(() => Task.FromResult(condition()), what);

    public static async Task True(Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
            {
                Assert.Fail($"Did not happen within {Limit.TotalSeconds} s: {what}");
            }

            await Task.Delay(20);
        }
    }
}
