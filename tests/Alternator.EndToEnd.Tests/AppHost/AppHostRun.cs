using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Alternator.EndToEnd.Tests.Playground;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Alternator.EndToEnd.Tests.AppHost;

/// <summary>The playground's AppHost under the real orchestrator, once for all of its tests. The nodes are emulated, also where a container engine runs.</summary>
public sealed class AppHostRun : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private DistributedApplication? _application;

    public DistributedApplication Application => _application!;

    public ResourceNotificationService Notifications => Application.Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>Every request on a connection of its own, so that both replicas are asked.</summary>
    public HttpClient Web { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        // An engine that answers would be given ScyllaDB's image to run.
        Environment.SetEnvironmentVariable("DOCKER_HOST", "unix:///nowhere/docker.sock");
        using var patience = new CancellationTokenSource(Patience);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Playground_AppHost>(patience.Token);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
        // A machine that is short of processors must not pass for a cluster that is short of nodes: here a node refuses at once or answers.
        builder.CreateResourceBuilder<ProjectResource>("web")
            .WithEnvironment("Aspire__Alternator__Client__Connections__ConnectTimeout", "00:00:20")
            .WithEnvironment("Aspire__Alternator__Client__Retry__BudgetReserve", "10000");
        _application = await builder.BuildAsync(patience.Token);
        await _application.StartAsync(patience.Token);
        try
        {
            await HealthyAsync("web");
        }
        catch (Exception failure) when (failure is DistributedApplicationException or OperationCanceledException)
        {
            throw new InvalidOperationException($"The web service is not healthy. Its log:\n{await LogAsync("web")}", failure);
        }
        Web = new() { BaseAddress = Application.GetEndpoint("web", "http"), Timeout = TimeSpan.FromSeconds(60), DefaultRequestHeaders = { ConnectionClose = true } };
    }

    public async Task DisposeAsync()
    {
        Web?.Dispose();
        if (_application is not null)
            await _application.DisposeAsync();
    }

    public async Task HealthyAsync(string resource)
    {
        using var patience = new CancellationTokenSource(Patience);
        await Notifications.WaitForResourceHealthyAsync(resource, patience.Token);
    }

    private async Task<string> LogAsync(string resource)
    {
        var lines = new List<string>();
        var all = Application.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(one => one.Name == resource));
        await foreach (var batch in all)
            lines.AddRange(batch.Select(line => line.Content));
        return string.Join('\n', lines.TakeLast(60));
    }

    /// <summary>Waits until the resource is as wanted.</summary>
    public async Task UntilAsync(string resource, Func<ResourceEvent, bool> wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        await Notifications.WaitForResourceAsync(resource, wanted, patience.Token);
    }

    /// <summary>Presses a button of the dashboard.</summary>
    public async Task CommandAsync(string resource, string command)
    {
        using var patience = new CancellationTokenSource(Patience);
        var done = await Application.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(resource, command, patience.Token);
        Assert.True(done.Success, $"{command} {resource}: {done.Message}");
    }

    /// <summary>Waits until the state that the page shows is as wanted, and returns it. Whichever replica answers, it tells of all.</summary>
    public async Task<JsonNode> UntilAsync(Func<JsonNode, bool> wanted, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var state = (await Web.GetFromJsonAsync<JsonNode>("/api/state"))!;
            if (wanted(state))
                return state;
            Assert.False(patience.IsCancellationRequested, $"not within {Patience.TotalSeconds} s: {what}. The state is {state.ToJsonString()}");
            await Task.Delay(100);
        }
    }
}

/// <summary>Alone on the machine: the orchestrator gives up when it can't talk to itself for 20 s.</summary>
[CollectionDefinition(nameof(RunningAppHost), DisableParallelization = true)]
public sealed class RunningAppHost : ICollectionFixture<AppHostRun>;
