using Amazon.DynamoDBv2;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static partial class AlternatorTableExtensions
{
    private static IResourceBuilder<AlternatorTableResource> WithTableCommands(this IResourceBuilder<AlternatorTableResource> builder) =>
        builder.WithCommand("truncate", "Truncate", context => ChangeAsync(builder, context, reseed: false), new CommandOptions
        {
            Description = "Deletes every item: the table is deleted and created again.",
            ConfirmationMessage = $"Delete every item of the table '{builder.Resource.TableName}'?",
            IconName = "Delete",
            UpdateState = WhenHealthy,
        });

    private static IResourceBuilder<AlternatorTableResource> WithReseedCommand(this IResourceBuilder<AlternatorTableResource> builder) =>
        builder.WithCommand("reseed", "Reseed", context => ChangeAsync(builder, context, reseed: true), new CommandOptions
        {
            Description = "Deletes every item and writes the seed data again.",
            ConfirmationMessage = $"Delete every item of the table '{builder.Resource.TableName}' and write the seed data again?",
            IconName = "ArrowReset",
            UpdateState = WhenHealthy,
        });

    private static ResourceCommandState WhenHealthy(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.HealthStatus is HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    private static async Task<ExecuteCommandResult> ChangeAsync(IResourceBuilder<AlternatorTableResource> builder, ExecuteCommandContext context, bool reseed)
    {
        AlternatorTableResource table = builder.Resource;
        try
        {
            IAmazonDynamoDB client = await context.Services.GetRequiredService<AlternatorClients>().ForAsync(table.Parent, context.CancellationToken).ConfigureAwait(false);
            await TableCreation.TruncateAsync(client, table, context.Logger, context.CancellationToken).ConfigureAwait(false);
            if (reseed)
                await TableCreation.EnsureAsync(client, table, builder.ApplicationBuilder.AppHostDirectory, context.Logger, context.CancellationToken).ConfigureAwait(false);
            return CommandResults.Success($"{table.TableName}: {table.Progress.Text}");
        }
        catch (AmazonDynamoDBException e)
        {
            return CommandResults.Failure(e.Message);
        }
        catch (DistributedApplicationException e)
        {
            return CommandResults.Failure(e.Message);
        }
    }
}
