using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Commands;

/// <summary>Restarts the nodes of a cluster one after another: the next one only when every node lists all again, so that a service never sees more than one away.</summary>
internal static partial class RollingRestart
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<ExecuteCommandResult> RunAsync(IAlternatorServerResource server, ExecuteCommandContext context)
    {
        ResourceCommandService commands = context.Services.GetRequiredService<ResourceCommandService>();
        foreach (IResourceWithEndpoints node in server.Nodes)
        {
            Restarting(context.Logger, node.Name);
            foreach (string command in new[] { KnownResourceCommands.StopCommand, KnownResourceCommands.StartCommand })
            {
                ExecuteCommandResult result = await commands.ExecuteCommandAsync(node, command, context.CancellationToken).ConfigureAwait(false);
                if (!result.Success)
                    return CommandResults.Failure($"{node.Name} could not be restarted ({command}): {result.Message}. The nodes after it were left alone.");
            }
            if (!await WholeAgainAsync(server, context.CancellationToken).ConfigureAwait(false))
                return CommandResults.Failure($"{node.Name} was restarted, but the cluster wasn't whole again within {Patience.TotalMinutes} min. The nodes after it were left alone.");
        }
        return CommandResults.Success($"{server.Nodes.Count} nodes restarted, one after another");
    }

    private static async Task<bool> WholeAgainAsync(IAlternatorServerResource server, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while (true)
            {
                NodeAnswer[] answers = await Task.WhenAll(server.NodeEndpoints.Select(e => LocalNodes.AskAsync(e.Resource.Name, HostAddress.Of(e), patience.Token))).ConfigureAwait(false);
                if (answers.All(a => a.Serves && a.Listed!.Count >= answers.Length))
                    return true;
                await Task.Delay(500, patience.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Rolling restart: {Node}")]
    private static partial void Restarting(ILogger logger, string node);
}
