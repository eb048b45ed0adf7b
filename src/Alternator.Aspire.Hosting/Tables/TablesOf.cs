using Amazon.DynamoDBv2;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Tables;

/// <summary>Creates the tables of a cluster in its ready handler, awaited: whoever waits for the cluster starts when the tables are there. Runs again after each restart.</summary>
internal static class TablesOf
{
    private sealed class CreatesTables : IResourceAnnotation;

    public static void EnsureCreatedWith(IResourceBuilder<IAlternatorResource> builder)
    {
        IAlternatorResource parent = builder.Resource;
        if (parent.HasAnnotationOfType<CreatesTables>())
            return;
        parent.Annotations.Add(new CreatesTables());
        string folder = builder.ApplicationBuilder.AppHostDirectory;
        builder.ApplicationBuilder.Eventing.Subscribe<ResourceReadyEvent>(parent, async (ready, cancellationToken) =>
        {
            IAmazonDynamoDB client = await ready.Services.GetRequiredService<AlternatorClients>().ForAsync(parent, cancellationToken).ConfigureAwait(false);
            ResourceLoggerService loggers = ready.Services.GetRequiredService<ResourceLoggerService>();
            List<string> failures = [];
            foreach (AlternatorTableResource table in ready.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<AlternatorTableResource>().Where(t => t.Parent == parent))
            {
                ILogger logger = loggers.GetLogger(table);
                try
                {
                    await TableCreation.EnsureAsync(client, table, folder, logger, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // The other tables are none the worse for it; whoever waits for the parent hears of it in the end.
                    TableLog.NotReady(logger, e, table.TableName, e.Message);
                    failures.Add(e.Message);
                }
            }
            if (failures.Count > 0)
                throw new DistributedApplicationException(string.Join(' ', failures));
        });
    }
}

internal static partial class TableLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Table {Table} is not ready: {Reason}")]
    public static partial void NotReady(ILogger logger, Exception e, string table, string reason);
}
