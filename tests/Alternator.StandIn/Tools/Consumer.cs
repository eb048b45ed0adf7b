using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Alternator.Client;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Alternator.StandIn.Tools;

/// <summary>What came of some requests.</summary>
internal sealed record Round(int Succeeded, IReadOnlyDictionary<string, int> ByNode, IReadOnlyList<string> Errors);

/// <summary>
/// A service that uses Alternator, as a process of the host or in a container: it knows nothing but what <c>WithReference</c> gave it. Its pages send requests with our client
/// (<c>/round</c>) or with the plain SDK and the AWS variables (<c>/sdk</c>), and show its environment.
/// </summary>
internal static class Consumer
{
    public static async Task<int> RunAsync()
    {
        var served = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == AlternatorTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => served.Enqueue($"{activity.GetTagItem("server.address")}:{activity.GetTagItem("server.port")}"),
        };
        ActivitySource.AddActivityListener(listener);
        string connectionString = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Single(v => ((string)v.Key).StartsWith("ConnectionStrings__", StringComparison.Ordinal)).Value as string ?? "";
        var config = new AlternatorClientConfig(connectionString);
        config.Balancing.Policy = BalancingPolicy.RoundRobin;
        await using var client = new AlternatorDynamoDBClient(config);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "8080", CultureInfo.InvariantCulture)));
        WebApplication app = builder.Build();
        app.MapGet("/", () => "ready");
        app.MapGet("/environment", () => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string?)v.Value));
        app.MapGet("/round", async (string table, int count) =>
        {
            served.Clear();
            var errors = new List<string>();
            int succeeded = 0;
            for (int i = 0; i < count; i++)
            {
                try
                {
                    var key = new Dictionary<string, AttributeValue> { ["key"] = new($"from-consumer-{i}") };
                    await client.PutItemAsync(table, key);
                    if (!(await client.GetItemAsync(table, key)).IsItemSet)
                        throw new InvalidOperationException("what was written isn't there");
                    succeeded++;
                }
                catch (Exception e)
                {
                    errors.Add($"{e.GetType().Name}: {e.Message}");
                }
            }
            return new Round(succeeded, served.GroupBy(n => n).ToDictionary(g => g.Key, g => g.Count()), errors);
        });
        app.MapGet("/sdk", async () =>
        {
            // Endpoint, keys and region come from the AWS variables alone.
            using var sdk = new AmazonDynamoDBClient();
            try
            {
                return Results.Text(string.Join(',', (await sdk.ListTablesAsync()).TableNames ?? []));
            }
            catch (Exception e) when (e is AmazonServiceException or HttpRequestException)
            {
                return Results.Text(e.ToString(), statusCode: 500);
            }
        });
        await app.RunAsync();
        return 0;
    }
}
