using System.Globalization;
using System.Reflection;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Alternator.Aspire.Hosting.Tests;

/// <summary>A test that needs Aspire's orchestrator (DCP); skipped where it isn't.</summary>
public sealed class DcpFactAttribute : FactAttribute
{
    public DcpFactAttribute() => Skip = Orchestrator.Missing;
}

/// <summary>
/// Starts an application under the real orchestrator, without the dashboard. The orchestrator is the one that the playground's AppHost was
/// built with, or the one that <c>ASPIRE_DCP_PATH</c> names.
/// </summary>
internal static class Orchestrator
{
    private static readonly string? Dcp = Environment.GetEnvironmentVariable("ASPIRE_DCP_PATH") is { Length: > 0 } folder ? Path.Combine(folder, "dcp") : Metadata("dcpclipath");
    private static readonly string? Dashboard = Environment.GetEnvironmentVariable("ASPIRE_DASHBOARD_PATH") is { Length: > 0 } path ? path : Metadata("aspiredashboardpath");

    public static string? Missing => File.Exists(Dcp) ? null : "Aspire's orchestrator (DCP) isn't on this machine.";

    /// <summary>
    /// The tests that start applications stand in two lanes, with one application at a time in each. Most of what they do is to wait, so that two take hardly longer than one; an orchestrator gives
    /// up when it can't talk to itself for 20 s, so they aren't more.
    /// </summary>
    public const string OneLane = "orchestrator", OtherLane = "another orchestrator";

    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(ContainerEngine.IsLive ? 15 : 5);

    public static IDistributedApplicationBuilder CreateBuilder(params string[] arguments) => DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args = [$"--DcpPublisher:CliPath={Dcp}", $"--DcpPublisher:DashboardPath={Dashboard}", "--DcpPublisher:ContainerRuntimeInitializationTimeout=00:00:10", "--DcpPublisher:RandomizePorts=true", "--ASPIRE_ENABLE_CONTAINER_TUNNEL=false", "--ASPIRE_SERVICE_STARTUP_WATCH_TIMEOUT=00:01:00", .. arguments],
        DisableDashboard = true,
        AllowUnsecuredTransport = true,
        AssemblyName = typeof(Orchestrator).Assembly.GetName().Name,
        ProjectDirectory = AppContext.BaseDirectory,
    });

    public static async Task<DistributedApplication> StartAsync(this IDistributedApplicationBuilder builder)
    {
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
        DistributedApplication application = builder.Build();
        using var patience = new CancellationTokenSource(Patience);
        await application.StartAsync(patience.Token);
        return application;
    }

    public static async Task HealthyAsync(this DistributedApplication application, string resource)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await application.Services.GetRequiredService<ResourceNotificationService>().WaitForResourceHealthyAsync(resource, patience.Token);
        }
        catch (Exception e) when (e is DistributedApplicationException or OperationCanceledException)
        {
            throw new Xunit.Sdk.XunitException($"{e.Message}\n{await StateAsync(application)}");
        }
    }

    /// <summary>The state of every resource, and the end of the log of those that aren't running.</summary>
    private static async Task<string> StateAsync(DistributedApplication application)
    {
        var notifications = application.Services.GetRequiredService<ResourceNotificationService>();
        var text = new StringBuilder();
        foreach (IResource resource in application.Services.GetRequiredService<DistributedApplicationModel>().Resources)
        {
            // A container goes by another name than its resource once it is there.
            using var now = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            ResourceEvent? state = null;
            try
            {
                state = await notifications.WaitForResourceAsync(resource.Name, _ => true, now.Token);
            }
            catch (OperationCanceledException)
            {
            }
            text.AppendLine(CultureInfo.InvariantCulture, $"{resource.Name}: {state?.Snapshot.State?.Text}, exit code {state?.Snapshot.ExitCode}");
            foreach (HealthReportSnapshot report in state?.Snapshot.HealthReports ?? [])
                text.AppendLine(CultureInfo.InvariantCulture, $"    {report.Name}: {report.Status}, {report.Description} {report.ExceptionText}");
            if (state?.Snapshot.State?.Text == KnownResourceStates.Running && state.Snapshot.HealthStatus == HealthStatus.Healthy)
                continue;
            try
            {
                List<LogLine> log = [];
                await foreach (IReadOnlyList<LogLine> lines in application.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(state?.ResourceId ?? resource.Name).WithCancellation(now.Token))
                    log.AddRange(lines);
                foreach (LogLine line in log.TakeLast(15))
                    text.AppendLine(CultureInfo.InvariantCulture, $"    {line.Content}");
            }
            catch (OperationCanceledException)
            {
            }
        }
        return text.ToString();
    }

    public static async Task<ResourceEvent> UntilAsync(this DistributedApplication application, string resource, Func<CustomResourceSnapshot, bool> wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await application.Services.GetRequiredService<ResourceNotificationService>().WaitForResourceAsync(resource, e => wanted(e.Snapshot), patience.Token);
    }

    public static async Task<ExecuteCommandResult> CommandAsync(this DistributedApplication application, string resource, string command)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await application.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(resource, command, patience.Token);
    }

    /// <summary>What the console of a resource shows up to the line with the given text.</summary>
    public static async Task<string> LogUntilAsync(this DistributedApplication application, string resource, string text)
    {
        IResource model = application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(r => r.Name == resource);
        using var patience = new CancellationTokenSource(Patience);
        var log = new StringBuilder();
        try
        {
            await foreach (IReadOnlyList<LogLine> lines in application.Services.GetRequiredService<ResourceLoggerService>().WatchAsync(model).WithCancellation(patience.Token))
            {
                foreach (LogLine line in lines)
                {
                    log.AppendLine(line.Content);
                    if (line.Content.Contains(text, StringComparison.Ordinal))
                        return log.ToString();
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        throw new Xunit.Sdk.XunitException($"The log of {resource} never said '{text}', only:\n{log}");
    }

    private static string? Metadata(string key) =>
        typeof(Projects.Playground_AppHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => string.Equals(a.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;
}
