using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Commands;
using Aspire.Hosting.Containers;
using Aspire.Hosting.Health;
using Aspire.Hosting.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

/// <summary>The commands that a cluster and its nodes have in the dashboard.</summary>
internal static class AlternatorCommandExtensions
{
    public const string NodeStatusCommand = "node-status";
    public const string DescribeTablesCommand = "describe-tables";
    public const string RollingRestartCommand = "rolling-restart";
    public const string KillCommand = "kill-node";

    [AspireExportIgnore(Reason = "Internal.")]
    public static IResourceBuilder<T> WithClusterCommands<T>(this IResourceBuilder<T> builder)
        where T : IAlternatorServerResource
    {
        T server = builder.Resource;
        builder.ApplicationBuilder.Services.TryAddSingleton<AlternatorClients>();
        builder.ApplicationBuilder.Services.TryAddSingleton<NodeReads>();
        builder.WithCommand(NodeStatusCommand, "Node status", async context =>
        {
            if (await NodetoolAsync(server, context).ConfigureAwait(false) is { } nodetool)
                return CommandResults.Success("nodetool status", $"```\n{nodetool}\n```\n", CommandResultFormat.Markdown, displayImmediately: true);
            IReadOnlyList<NodeReport> nodes = await NodeStatus.AskAsync(server, context.Services.GetRequiredService<NodeReads>(), context.CancellationToken).ConfigureAwait(false);
            return CommandResults.Success($"{nodes.Count(n => n.Up)} of {nodes.Count} up", NodeStatus.Markdown(nodes), CommandResultFormat.Markdown, displayImmediately: true);
        }, new CommandOptions { Description = "What nodetool status shows: who is up, where, in which rack.", IconName = "ServerMultiple", IsHighlighted = true, UpdateState = WhileRunning });
        builder.WithCommand(DescribeTablesCommand, "Describe tables", async context =>
        {
            try
            {
                IAmazonDynamoDB client = await context.Services.GetRequiredService<AlternatorClients>().ForAsync(server, context.CancellationToken).ConfigureAwait(false);
                (int count, string markdown) = await TableReport.AskAsync(client, context.CancellationToken).ConfigureAwait(false);
                return CommandResults.Success(count == 1 ? "1 table" : $"{count} tables", markdown, CommandResultFormat.Markdown, displayImmediately: true);
            }
            catch (Exception e) when (e is AmazonClientException or AmazonServiceException or DistributedApplicationException or HttpRequestException)
            {
                return CommandResults.Failure(e.Message);
            }
        }, new CommandOptions { Description = "Keys, indexes, streams and expiry of every table.", IconName = "TableSimple", UpdateState = WhileRunning });
        if (server.Nodes.Count > 1)
        {
            builder.WithCommand(RollingRestartCommand, "Rolling restart", context => RollingRestart.RunAsync(server, context), new CommandOptions
            {
                Description = "Restarts the nodes one after another, each when the cluster is whole again.",
                ConfirmationMessage = $"Restart the {server.Nodes.Count} nodes of '{server.Name}' one after another?",
                IconName = "ArrowSyncCircle",
                UpdateState = context => context.ResourceSnapshot.HealthStatus is HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            });
        }
        return builder;
    }

    [AspireExportIgnore(Reason = "Internal.")]
    public static IResourceBuilder<T> WithNodeCommands<T>(this IResourceBuilder<T> builder)
        where T : ContainerResource =>
        builder.WithCommand(KillCommand, "Kill node", async context =>
        {
            if (await ContainerOfAsync(builder.Resource, context).ConfigureAwait(false) is not { } container)
                return CommandResults.Failure($"{builder.Resource.Name} has no container.");
            (string? output, string error) = await EngineCommand.RunAsync(context.Services, context.CancellationToken, "kill", "--signal", "KILL", container).ConfigureAwait(false);
            return output is null ? CommandResults.Failure(error) : CommandResults.Success($"{builder.Resource.Name} was killed; Start brings it back");
        }, KillOptions(builder.Resource.Name));

    /// <summary>How Kill node looks, for containers and emulated nodes alike.</summary>
    public static CommandOptions KillOptions(string node) => new()
    {
        Description = "Ends the node at once, without a goodbye to the others: what a lost machine looks like.",
        ConfirmationMessage = $"Kill '{node}'?",
        IconName = "PlugDisconnected",
        UpdateState = WhileRunning,
    };

    private static ResourceCommandState WhileRunning(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    private static async Task<string?> NodetoolAsync(IAlternatorServerResource server, ExecuteCommandContext context)
    {
        foreach (IResourceWithEndpoints node in server.Nodes)
        {
            if (await ContainerOfAsync(node, context).ConfigureAwait(false) is { } container
                && (await EngineCommand.RunAsync(context.Services, context.CancellationToken, "exec", container, "nodetool", "status").ConfigureAwait(false)).Output is { } output)
                return output;
        }
        return null;
    }

    private static async Task<string?> ContainerOfAsync(IResource resource, ExecuteCommandContext context)
    {
        if (!resource.HasAnnotationOfType<ContainerImageAnnotation>())
            return null;
        ResourceEvent last = await context.Services.GetRequiredService<ResourceNotificationService>().WaitForResourceAsync(resource.Name, _ => true, context.CancellationToken).ConfigureAwait(false);
        return last.Snapshot.Properties.FirstOrDefault(p => p.Name == "container.id")?.Value as string;
    }
}
