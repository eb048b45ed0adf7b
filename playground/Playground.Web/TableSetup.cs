using Amazon.DynamoDBv2;
using Playground.Web.Load;
using Playground.Web.Music;
using Playground.Web.Mutants;
using Playground.Web.Replicas;

namespace Playground.Web;

/// <summary>Makes the tables that are missing, and waits for a cluster that comes up after the service.</summary>
public sealed partial class TableSetup(IAmazonDynamoDB dynamoDb, MusicCollection music, MutantTable mutants, TimeProvider time, ILogger<TableSetup> logger)
    : BackgroundService
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when all tables are there.</summary>
    public Task Done => _done.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await LoadGenerator.CreateTableAsync(dynamoDb, stoppingToken);
                await ReplicaExchange.CreateTableAsync(dynamoDb, stoppingToken);
                await music.CreateTableAsync(stoppingToken);
                await mutants.CreateTableAsync(stoppingToken);
                _done.TrySetResult();
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogWaiting(logger, exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(5, 0.5 * attempt)), time, stoppingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The tables cannot be made yet, trying again: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);
}
