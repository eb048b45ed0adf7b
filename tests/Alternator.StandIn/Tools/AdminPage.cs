using System.Globalization;
using System.Net;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Alternator.StandIn.Tools;

/// <summary>
/// Stands in for dynamodb-admin 5: it listens on <c>HOST</c> and <c>PORT</c> (by default everywhere, 8001), takes <c>DYNAMO_ENDPOINT</c>, <c>AWS_REGION</c>, <c>AWS_ACCESS_KEY_ID</c> and
/// <c>AWS_SECRET_ACCESS_KEY</c> from the environment with its defaults, and its page names the tables.
/// </summary>
internal static class AdminPage
{
    public static async Task<int> RunAsync()
    {
        string endpoint = Read("DYNAMO_ENDPOINT", "http://localhost:8000");
        using var client = new AmazonDynamoDBClient(
            new SessionAWSCredentials(Read("AWS_ACCESS_KEY_ID", "key"), Read("AWS_SECRET_ACCESS_KEY", "secret"), Read("AWS_SESSION_TOKEN", "token")),
            new AmazonDynamoDBConfig { ServiceURL = endpoint, AuthenticationRegion = Read("AWS_REGION", "us-east-1") });
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(Read("HOST", "0.0.0.0")), int.Parse(Read("PORT", "8001"), CultureInfo.InvariantCulture)));
        WebApplication app = builder.Build();
        app.MapGet("/", async () =>
        {
            try
            {
                return Results.Text($"database endpoint: {endpoint}\ntables: {string.Join(", ", (await client.ListTablesAsync()).TableNames ?? [])}\n");
            }
            catch (AmazonServiceException e)
            {
                return Results.Text(e.Message, statusCode: 500);
            }
        });
        Console.WriteLine($"  database endpoint: \t{endpoint}");
        await app.RunAsync();
        return 0;
    }

    private static string Read(string variable, string otherwise) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : otherwise;
}
