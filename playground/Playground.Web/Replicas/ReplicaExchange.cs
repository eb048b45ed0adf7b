using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Playground.Web.Load;
using Playground.Web.Measurements;

namespace Playground.Web.Replicas;

/// <summary>
/// What replicas of this service have in common: the load that a person asked for, and what each of them counted, so that the page shows the whole
/// service whichever replica answers. It is kept where everything else is, in a table of Alternator, and exchanged once a second.
/// Only with <c>PLAYGROUND_REPLICAS</c> above 1: a service alone has nobody to tell.
/// </summary>
public sealed partial class ReplicaExchange(
    IAmazonDynamoDB dynamoDb, TableSetup setup, LoadSettings load, RequestCounter counter, Traffic traffic, IConfiguration configuration, TimeProvider time,
    ILogger<ReplicaExchange> logger) : BackgroundService
{
    /// <summary>A minute, and one more second at each end for the chart to slide over.</summary>
    public const int ChartSeconds = 62;

    private const string Table = "playground_replicas";

    /// <summary>A replica that was silent for so long has ended.</summary>
    private const int SilentSeconds = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private volatile IReadOnlyList<Counted> _others = [];

    /// <summary>As the dashboard names it where an AppHost started it.</summary>
    public string Name { get; } =
        configuration["OTEL_RESOURCE_ATTRIBUTES"]?.Split(',').Select(pair => pair.Split('=', 2)).FirstOrDefault(pair => pair is ["service.instance.id", _]) is [_, var instance]
            ? $"{configuration["OTEL_SERVICE_NAME"] ?? "web"}-{instance}"
            : $"{Environment.MachineName}-{Environment.ProcessId}";

    /// <summary>The other replicas, as they were at the last exchange.</summary>
    public IReadOnlyList<Counted> Others => _others;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration.GetValue("PLAYGROUND_REPLICAS", 1) < 2)
            return;
        await setup.Done.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ExchangeAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was (no node is there, the table was dropped, an answer made no sense): it is tried again, and the service goes on alone.
                LogAlone(logger, failure.Message);
            }
        }
    }

    /// <summary>Makes the table when it is missing.</summary>
    public static Task<bool> CreateTableAsync(IAmazonDynamoDB dynamoDb, CancellationToken cancellationToken) => Tables.CreateIfMissingAsync(dynamoDb, new()
    {
        TableName = Table,
        KeySchema = [new("kind", KeyType.HASH), new("name", KeyType.RANGE)],
        AttributeDefinitions = [new("kind", ScalarAttributeType.S), new("name", ScalarAttributeType.S)],
        BillingMode = BillingMode.PAY_PER_REQUEST,
    }, cancellationToken);

    /// <summary>What this replica counted itself, up to <paramref name="last"/>.</summary>
    public Counted Own(long last) => new(
        Name, last, counter.Requests, counter.Failed, counter.LastFailure, traffic.Retried, traffic.Callers.View(last, ChartSeconds).PerSecond,
        traffic.Nodes.ToDictionary(node => node.Authority, node =>
        {
            var served = node.Series.View(last, ChartSeconds);
            return new Served(served.Total, served.PerSecond, served.Counts);
        }));

    private async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        var last = traffic.Now - 1;
        await dynamoDb.PutItemAsync(Table, Item("replica", Name, JsonSerializer.Serialize(Own(last))), cancellationToken);

        var stored = await dynamoDb.GetItemAsync(Table, Key("load", "wanted"), true, cancellationToken);
        var theirs = stored.Item is { Count: > 0 } item ? JsonSerializer.Deserialize<LoadWish>(item["value"].S) : null;
        if (theirs is not null && theirs.At > load.Wish.At)
            load.Wish = theirs;
        else if (load.Wish.At > (theirs?.At ?? 0))
            await dynamoDb.PutItemAsync(Table, Item("load", "wanted", JsonSerializer.Serialize(load.Wish)), cancellationToken);

        var all = await dynamoDb.QueryAsync(new QueryRequest(Table)
        {
            KeyConditionExpression = "kind = :replica",
            ExpressionAttributeValues = new() { [":replica"] = new("replica") },
        }, cancellationToken);
        _others = [.. (all.Items ?? [])
            .Where(row => row["name"].S != Name)
            .Select(row => JsonSerializer.Deserialize<Counted>(row["value"].S)!)
            .Where(other => other.LastSecond > last - SilentSeconds)];
    }

    private static Dictionary<string, AttributeValue> Key(string kind, string name) => new() { ["kind"] = new(kind), ["name"] = new(name) };

    private static Dictionary<string, AttributeValue> Item(string kind, string name, string value)
    {
        var item = Key(kind, name);
        item["value"] = new(value);
        return item;
    }

    [LoggerMessage(LogLevel.Warning, "The replicas could not exchange what they counted: {Reason}")]
    private static partial void LogAlone(ILogger logger, string reason);
}
