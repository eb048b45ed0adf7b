using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Playground.Web.Measurements;

namespace Playground.Web.Load;

/// <summary>
/// Sends reads, writes and queries through the injected <see cref="IAmazonDynamoDB"/>, evenly over each second.
/// <para>It does not wait for an answer before it sends the next request, so a slow node does not slow the load down and hide itself.
/// Only when <see cref="MostOutstanding"/> requests are unanswered does it hold back.</para>
/// <para>Its table is its own (<c>playground_load</c>), so the music collection holds only what people put there.</para>
/// </summary>
public sealed partial class LoadGenerator(
    IAmazonDynamoDB dynamoDb, TableSetup setup, LoadSettings settings, RequestCounter counter, Traffic traffic, TimeProvider time, ILogger<LoadGenerator> logger)
    : BackgroundService
{
    private const string Table = "playground_load";
    private const int Keys = 500;
    private const int MostOutstanding = 1000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private int _outstanding;

    /// <summary>Requests sent and not yet answered.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await setup.Done.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Tick, time);
        var last = time.GetTimestamp();
        var due = 0.0;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = time.GetTimestamp();
            var elapsed = time.GetElapsedTime(last, now);
            last = now;
            if (!settings.Running)
            {
                due = 0;
                continue;
            }
            // After a pause of the process the load goes on at its rate instead of making up for what it missed.
            due = Math.Min(due + elapsed.TotalSeconds * settings.Rate, settings.Rate / 4.0 + 1);
            for (; due >= 1 && Outstanding < MostOutstanding; due--)
                _ = SendAsync(stoppingToken);
        }
    }

    /// <summary>Makes the load's own table when it is missing.</summary>
    public static Task<bool> CreateTableAsync(IAmazonDynamoDB dynamoDb, CancellationToken cancellationToken) => Tables.CreateIfMissingAsync(dynamoDb, new()
    {
        TableName = Table,
        KeySchema = [new("id", KeyType.HASH)],
        AttributeDefinitions = [new("id", ScalarAttributeType.S)],
        BillingMode = BillingMode.PAY_PER_REQUEST,
    }, cancellationToken);

    /// <summary>Never throws: every outcome is counted.</summary>
    private async Task SendAsync(CancellationToken stoppingToken)
    {
        Interlocked.Increment(ref _outstanding);
        var started = time.GetTimestamp();
        try
        {
            await SendOneAsync($"key-{Random.Shared.Next(Keys)}", stoppingToken);
            counter.Answered();
            traffic.CallerSaw(time.GetElapsedTime(started));
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            counter.FailedWith(exception);
            LogFailed(logger, exception.GetType().Name, exception.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _outstanding);
        }
    }

    private Task SendOneAsync(string id, CancellationToken cancellationToken) => Random.Shared.Next(10) switch
    {
        < 6 => dynamoDb.GetItemAsync(new GetItemRequest(Table, new() { ["id"] = new(id) }), cancellationToken),
        < 9 => dynamoDb.PutItemAsync(
            new PutItemRequest(Table, new() { ["id"] = new(id), ["at"] = new() { N = time.GetUtcNow().ToUnixTimeMilliseconds().ToString() } }), cancellationToken),
        _ => dynamoDb.QueryAsync(new QueryRequest(Table)
        {
            KeyConditionExpression = "id = :id",
            ExpressionAttributeValues = new() { [":id"] = new(id) },
        }, cancellationToken),
    };

    [LoggerMessage(LogLevel.Warning, "A request of the load failed with {Type}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string type, string reason);
}
