using System.Collections.Concurrent;
using Alternator.Client;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Containers;
using Aspire.Hosting.Health;
using Microsoft.Extensions.DependencyInjection;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>Three nodes in containers: how they come up, who reaches them, and what goes on while one of them is away.</summary>
[Collection(Orchestrator.OneLane)]
public class ContainerClusterTests(ContainerClusterTests.AppHost host) : IClassFixture<ContainerClusterTests.AppHost>
{
    private static readonly string[] Names = ["cluster-1", "cluster-2", "cluster-3"];

    public sealed class AppHost : RunningAppHost
    {
        public AlternatorClusterResource Cluster { get; private set; } = null!;

        /// <summary>What each node listed when the cluster was ready for the first time.</summary>
        public ConcurrentQueue<int> ListedWhenReady { get; } = new();

        public async Task<string> ConnectionStringAsync() => (await ((IResourceWithConnectionString)Cluster).GetConnectionStringAsync())!;

        protected override void Describe(IDistributedApplicationBuilder builder)
        {
            IResourceBuilder<AlternatorClusterResource> cluster = builder.AddAlternatorCluster("cluster").WithImageTag(ContainerEngine.Tag).WithAuthorization("app");
            cluster.OnResourceReady(async (resource, _, token) =>
            {
                foreach (EndpointReference node in resource.NodeEndpoints)
                    ListedWhenReady.Enqueue((await LocalNodes.AskAsync(node.Resource.Name, HostAddress.Of(node), token)).Listed?.Count ?? 0);
            });
            IResourceBuilder<AlternatorTableResource> music = cluster.AddTable("music", partitionKey: "key");
            builder.AddHostConsumer("on-host").WithReference(cluster).WaitFor(music);
            if (!ContainerEngine.IsLive)
                builder.AddContainerConsumer("in-container").WithReference(cluster).WaitFor(music);
            Cluster = cluster.Resource;
        }

        protected override async Task ReadyAsync()
        {
            await Application.HealthyAsync("music");
            await Application.HealthyAsync("on-host");
        }

        public Task BackAsync(string node) =>
            Application.UntilAsync(node, s => s.State?.Text == KnownResourceStates.Running && s.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);

        /// <summary>Waits until every node lists all again.</summary>
        public async Task WholeAsync()
        {
            using var patience = new CancellationTokenSource(Orchestrator.Patience);
            while (true)
            {
                NodeAnswer[] answers = await Task.WhenAll(Cluster.NodeEndpoints.Select(e => LocalNodes.AskAsync(e.Resource.Name, HostAddress.Of(e), patience.Token)));
                if (answers.All(a => a.Listed?.Count == 3))
                    return;
                await Task.Delay(200, patience.Token);
            }
        }
    }

    [EngineFact]
    public async Task The_nodes_start_one_after_another_and_the_cluster_is_ready_when_each_lists_all()
    {
        Assert.Equal([3, 3, 3], host.ListedWhenReady.Take(3));
        string[] containers = await Task.WhenAll(Names.Select(host.ContainerAsync));
        DateTimeOffset[] created = [.. containers.Select(c => DateTimeOffset.Parse(ContainerEngine.Run("inspect", c, "--format", "{{json .Created}}")!.Trim().Trim('"'), null))];
        Assert.Equal(created.Order(), created);
        Assert.True(RunLock.IsHeld(host.Cluster.Run), "another instance of this AppHost may remove its volumes");
    }

    [EngineFact]
    public async Task The_nodes_are_dealt_over_three_racks_and_nodetool_in_a_container_says_so()
    {
        await host.WholeAsync();
        ExecuteCommandResult status = await host.Application.CommandAsync("cluster", "node-status");
        Assert.True(status.Success, status.Message);
        string[] up = [.. status.Data!.Value.Split('\n').Where(l => l.StartsWith("UN ", StringComparison.Ordinal)).Select(l => l.Trim())];
        Assert.Equal(["rack1", "rack2", "rack3"], up.Select(l => l.Split(' ')[^1]).Order());
        Assert.Contains("Datacenter: datacenter1", status.Data.Value, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task A_process_of_the_host_uses_every_node_by_its_published_port()
    {
        await host.WholeAsync();
        await host.Application.IsServedByAsync("on-host", "music", host.Cluster.Nodes.Select(n => $"localhost:{RunningAppHost.AddressOf(n, "http").Port}"));
    }

    [StandInFact]
    public async Task A_container_uses_every_node_by_its_name()
    {
        await host.WholeAsync();
        await host.Application.HealthyAsync("in-container");
        await host.Application.IsServedByAsync("in-container", "music", Names.Select(n => $"{n}.dev.internal:8000"));
    }

    [EngineFact]
    public async Task The_node_that_founded_the_cluster_is_stopped_and_started_and_no_request_fails()
    {
        await host.WholeAsync();
        await using Load load = await Load.StartAsync(await host.ConnectionStringAsync(), "music");
        Assert.True((await host.Application.CommandAsync("cluster-1", KnownResourceCommands.StopCommand)).Success);
        await host.Application.UntilAsync("cluster-1", s => KnownResourceStates.TerminalStates.Contains(s.State?.Text));
        await load.MoreAsync(100);
        Assert.True((await host.Application.CommandAsync("cluster-1", KnownResourceCommands.StartCommand)).Success);
        await host.BackAsync("cluster-1");
        await load.MoreAsync(100);
        load.NothingFailed();
        await host.WholeAsync();
    }

    [EngineFact]
    public async Task A_rolling_restart_takes_the_nodes_one_by_one_and_no_request_fails()
    {
        await host.WholeAsync();
        await host.Application.UntilAsync("cluster", s => s.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);
        using var watching = new CancellationTokenSource();
        Task<int> mostAway = MostAwayAsync(watching.Token);
        await using Load load = await Load.StartAsync(await host.ConnectionStringAsync(), "music");
        ExecuteCommandResult result = await host.Application.CommandAsync("cluster", "rolling-restart");
        Assert.True(result.Success, result.Message);
        Assert.Equal("3 nodes restarted, one after another", result.Message);
        await load.MoreAsync(50);
        load.NothingFailed();
        await watching.CancelAsync();
        Assert.Equal(1, await mostAway);
    }

    [EngineFact]
    public async Task A_killed_node_is_down_for_the_others_reads_go_on_and_Start_brings_it_back()
    {
        await host.WholeAsync();
        await using Load load = await Load.StartAsync(await host.ConnectionStringAsync(), "music", writes: false);
        ExecuteCommandResult killed = await host.Application.CommandAsync("cluster-2", "kill-node");
        Assert.True(killed.Success, killed.Message);
        ResourceEvent exited = await host.Application.UntilAsync("cluster-2", s => KnownResourceStates.TerminalStates.Contains(s.State?.Text));
        Assert.Equal(137, exited.Snapshot.ExitCode);
        await load.MoreAsync(100);

        using var patience = new CancellationTokenSource(Orchestrator.Patience);
        string status;
        do
        {
            status = (await host.Application.CommandAsync("cluster", "node-status")).Data!.Value;
            await Task.Delay(100, patience.Token);
        }
        while (status.Split('\n').Count(l => l.StartsWith("UN ", StringComparison.Ordinal)) != 2);
        Assert.Single(status.Split('\n'), l => l.StartsWith("DN ", StringComparison.Ordinal) && l.TrimEnd().EndsWith("rack2", StringComparison.Ordinal));

        Assert.True((await host.Application.CommandAsync("cluster-2", KnownResourceCommands.StartCommand)).Success);
        await host.BackAsync("cluster-2");
        load.NothingFailed();
        await host.WholeAsync();
    }

    /// <summary>The largest number of nodes that weren't running at one time.</summary>
    private async Task<int> MostAwayAsync(CancellationToken cancellationToken)
    {
        var away = new HashSet<string>(StringComparer.Ordinal);
        int most = 0;
        try
        {
            await foreach (ResourceEvent change in host.Application.Services.GetRequiredService<ResourceNotificationService>().WatchAsync(cancellationToken))
            {
                if (change.Resource is not AlternatorNodeResource)
                    continue;
                if (change.Snapshot.State?.Text == KnownResourceStates.Running)
                    away.Remove(change.Resource.Name);
                else
                    away.Add(change.Resource.Name);
                most = Math.Max(most, away.Count);
            }
        }
        catch (OperationCanceledException)
        {
        }
        return most;
    }
}
