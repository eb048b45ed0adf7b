using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Which volumes an AppHost removes when it starts: those of runs that have ended, also while another instance of it runs.</summary>
public sealed class RunVolumeTests
{
    private static readonly string[] Prefixes = ["app-c-1-run-", "app-c-2-run-"];

    [Fact]
    public void Those_of_an_ended_run_are_removed_and_others_are_not() =>
        Assert.Equal(
            ["app-c-1-run-old", "app-c-2-run-old"],
            Removed(["app-c-1-run-old", "app-c-2-run-old", "app-c-1-run-now", "app-c-3-run-old", "app-c-1-data", "other"], isHeld: run => run == "now"));

    [Fact]
    public void A_node_that_is_being_started_again_keeps_its_volume_while_its_run_is_held() =>
        Assert.Empty(Removed(["app-c-1-run-theirs", "app-c-2-run-theirs"], isHeld: run => run == "theirs"));

    [Fact]
    public void A_node_that_is_being_started_again_keeps_its_volume_while_another_of_its_run_has_a_container() =>
        Assert.Empty(Removed(["app-c-1-run-theirs", "app-c-2-run-theirs"], used: "app-c-2-run-theirs"));

    [Fact]
    public void A_run_is_held_until_it_ends()
    {
        string run = Guid.NewGuid().ToString("N");
        Assert.False(RunLock.IsHeld(run));
        using (RunLock.Hold(run))
        {
            Assert.True(RunLock.IsHeld(run));
            Assert.True(RunLock.IsHeld(run));
        }
        Assert.False(RunLock.IsHeld(run));
    }

    [EngineFact]
    public async Task An_instance_that_starts_removes_the_volumes_of_ended_runs_from_the_engine_and_not_those_of_one_that_goes_on()
    {
        IDistributedApplicationBuilder builder = Orchestrator.CreateBuilder();
        AlternatorClusterResource cluster = builder.AddAlternatorCluster($"c{Guid.NewGuid():N}"[..12], nodes: 2).Resource;
        string[] own = [.. cluster.Nodes.Select(node => node.DefaultVolume!.Source!)];
        string[] ended = [.. own.Select(volume => volume.Replace(cluster.Run, "ended", StringComparison.Ordinal))], theirs = [.. own.Select(volume => volume.Replace(cluster.Run, "theirs", StringComparison.Ordinal))];
        foreach (string volume in own.Concat(ended).Concat(theirs))
            Assert.NotNull(ContainerEngine.Run("volume", "create", volume));
        try
        {
            using DistributedApplication application = builder.Build();
            using (RunLock.Hold("theirs"))
                await NodeVolumes.RemoveThoseOfEarlierRunsAsync(cluster, builder, application.Services, default);
            Assert.Equal(own.Concat(theirs).Order(), Left());
            await NodeVolumes.RemoveThoseOfEarlierRunsAsync(cluster, builder, application.Services, default);
            Assert.Equal(own, Left());
        }
        finally
        {
            foreach (string volume in Left())
                ContainerEngine.Run("volume", "rm", volume);
        }

        IEnumerable<string> Left() => ContainerEngine.Run("volume", "ls", "--quiet", "--filter", $"name={cluster.Name}")!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order();
    }

    private static IEnumerable<string> Removed(string[] all, Func<string, bool>? isHeld = null, params string[] used) =>
        NodeVolumes.OfEndedRuns(Prefixes, all, [.. all.Except(used)], isHeld ?? (_ => false));
}
