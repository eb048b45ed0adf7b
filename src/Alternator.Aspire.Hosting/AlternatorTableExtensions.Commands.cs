using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

public static partial class AlternatorTableExtensions
{
    private static IResourceBuilder<AlternatorTableResource> WithTableCommands(this IResourceBuilder<AlternatorTableResource> builder) =>
        builder.WithCommand("truncate", "Truncate", context => ChangeAsync(builder, context, reseed: false), new CommandOptions
        {
            Description = "Deletes every item: the table is deleted and created again.",
            ConfirmationMessage = $"Delete every item of the table '{builder.Resource.TableName}'?",
            IconName = "Delete",
            UpdateState = WhileRunning,
        });

    private static IResourceBuilder<AlternatorTableResource> WithReseedCommand(this IResourceBuilder<AlternatorTableResource> builder) =>
        builder.WithCommand("reseed", "Reseed", context => ChangeAsync(builder, context, reseed: true), new CommandOptions
        {
            Description = "Deletes every item and writes the seed data again.",
            ConfirmationMessage = $"Delete every item of the table '{builder.Resource.TableName}' and write the seed data again?",
            IconName = "ArrowReset",
            UpdateState = WhileRunning,
        });

    /// <summary>Also while the table is unhealthy: after seed data that could not be written, these are the way on.</summary>
    private static ResourceCommandState WhileRunning(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    private static async Task<ExecuteCommandResult> ChangeAsync(IResourceBuilder<AlternatorTableResource> builder, ExecuteCommandContext context, bool reseed)
    {
        AlternatorTableResource table = builder.Resource;
        try
        {
            IAmazonDynamoDB client = await context.Services.GetRequiredService<AlternatorClients>().ForAsync(table.Parent, context.CancellationToken).ConfigureAwait(false);
            await TableCreation.TruncateAsync(client, table, reseed, builder.ApplicationBuilder.AppHostDirectory, context.Logger, context.CancellationToken).ConfigureAwait(false);
            return CommandResults.Success($"{table.TableName}: {table.Progress.Text}");
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or DistributedApplicationException or HttpRequestException)
        {
            return CommandResults.Failure($"{table.TableName}: {e.Message}");
        }
    }
}
