using Alternator.Client;
using Amazon.DynamoDBv2;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client.Tests;

/// <summary>Mistakes are told when the client is resolved: where they stand, what was meant, and what would be right.</summary>
public sealed class ValidationTests
{
    private const string Good = "Endpoints=http://node1:8000";

    [Fact]
    public void Every_message_names_all_places_that_are_read_and_a_right_example()
    {
        var message = Failure(("ConnectionStrings:orders", ""));

        Assert.Contains("'Aspire:Alternator:Client'", message, StringComparison.Ordinal);
        Assert.Contains("'Aspire:Alternator:Client:orders'", message, StringComparison.Ordinal);
        Assert.Contains("'ConnectionStrings:orders'", message, StringComparison.Ordinal);
        Assert.Contains("""{ "ConnectionStrings": { "orders": "Endpoints=http://node1:8000,http://node2:8000" }""", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("order", true)]
    [InlineData("users", false)]
    [InlineData("unrelated", false)]
    public void A_connection_string_of_a_similar_name_that_no_client_has_is_pointed_at(string name, bool pointedAt) =>
        Assert.Equal(
            pointedAt,
            Failure(($"ConnectionStrings:{name}", Good)).Contains($"There is ConnectionStrings:{name}: was that name meant?", StringComparison.Ordinal));

    [Fact]
    public void The_example_of_the_message_is_right()
    {
        var message = Failure(("ConnectionStrings:orders", ""));
        var json = message[message.IndexOf('{', StringComparison.Ordinal)..];
        var builder = TestHost.Builder();
        builder.Configuration.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)));
        builder.AddKeyedAlternatorClient("orders");
        using var host = builder.Build();

        Assert.Equal("datacenter dc1", host.Get<AlternatorNodes>("orders").Status.Preferred.ToString());
    }

    [Theory]
    [InlineData("Aspire:Alternator:Client:Datacentre", "dc1", "Aspire:Alternator:Client:Datacentre: unknown key. Did you mean 'Datacenter'?")]
    [InlineData("Aspire:Alternator:Client:orders:DataCenters", "dc1", "Aspire:Alternator:Client:orders:DataCenters: unknown key. Did you mean 'Datacenter'?")]
    [InlineData("Aspire:Alternator:Client:Retry:AtemptTimeout", "00:00:01", "Aspire:Alternator:Client:Retry:AtemptTimeout: unknown key. Did you mean 'AttemptTimeout'?")]
    [InlineData("Aspire:Alternator:Client:Retyr:AttemptTimeout", "00:00:01", "Aspire:Alternator:Client:Retyr: unknown key. Did you mean 'Retry'?")]
    [InlineData("Aspire:Alternator:Client:ordres:Datacenter", "dc1", "Aspire:Alternator:Client:ordres: unknown key. Did you mean 'orders'?")]
    [InlineData("Aspire:Alternator:Client:Zzzzzzzzzzzz", "1", "Aspire:Alternator:Client:Zzzzzzzzzzzz: unknown key.")]
    public void An_unknown_key_is_named_with_the_nearest_known_one(string key, string value, string expected) =>
        Assert.Contains(expected, Failure(("ConnectionStrings:orders", Good), (key, value)), StringComparison.Ordinal);

    [Theory]
    [InlineData("Endpiont=http://node1:8000", "Endpoints")]
    [InlineData("Endpoints=http://node1:8000;Datacentre=dc1", "Datacenter")]
    public void An_unknown_key_of_the_connection_string_is_named_with_the_nearest_known_one(string text, string nearest)
    {
        var message = Failure(("ConnectionStrings:orders", text));

        Assert.Contains("ConnectionStrings:orders: ", message, StringComparison.Ordinal);
        Assert.Contains($"Did you mean {nearest}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DisableTracing", "yes", "'yes' is not 'true' or 'false'")]
    [InlineData("Retry:AttemptTimeout", "soon", "'soon' is not of the form 00:00:00.5")]
    [InlineData("Retry:AttemptTimeout", "5", "'5' is not of the form 00:00:00.5")]
    [InlineData("Retry:MaxAttempts", "many", "'many' is not a whole number")]
    [InlineData("Retry:Budget", "a fifth", "'a fifth' is not a number")]
    [InlineData("Balancing:Policy", "Fastest", "'Fastest' is not one of PowerOfTwo, RoundRobin, Random")]
    [InlineData("Compression:AcceptResponses", "Zip", "'Zip' is not of the form Gzip, Deflate")]
    [InlineData("Endpoints:0", "node1", "'node1' is not of the form http://node1:8000")]
    [InlineData("Endpoints", "http://node1:8000", "is a list")]
    [InlineData("Retry", "fast", "is a section of settings, not a value")]
    [InlineData("Datacenter:Name", "dc1", "is a value, not a section")]
    public void A_value_that_its_key_cannot_have_is_named_with_what_it_can_be(string key, string value, string expected)
    {
        var message = Failure(("ConnectionStrings:orders", Good), ($"Aspire:Alternator:Client:{key}", value));

        Assert.Contains("Aspire:Alternator:Client:" + key.Split(":Name")[0] + ": ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Retry:MaxAttempts", "0")]
    [InlineData("Retry:AttemptTimeout", "-00:00:01")]
    [InlineData("Discovery:Jitter", "2")]
    [InlineData("Health:QuarantineSampling", "1.5")]
    [InlineData("LatencyHalfLife", "00:00:00")]
    public void A_value_out_of_its_range_is_named_by_its_path(string key, string value) =>
        Assert.Contains($"Aspire:Alternator:Client:{key}: ", Failure(("ConnectionStrings:orders", Good), ($"Aspire:Alternator:Client:{key}", value)), StringComparison.Ordinal);

    [Theory]
    [InlineData("Rack", "rack1", "Rack: a rack's name means nothing without its datacenter")]
    [InlineData("FallbackScopes:0", "cluster", "FallbackScopes: the whole cluster needs no fallback")]
    [InlineData("AccessKey", "role", "SecretKey: is missing beside AccessKey")]
    [InlineData("SecretKey", "hash", "AccessKey: is missing beside SecretKey")]
    [InlineData("Credentials", "Keys", "'Keys' needs AccessKey and SecretKey")]
    public void Settings_that_need_another_one_say_which(string key, string value, string expected) =>
        Assert.Contains(expected, Failure(("ConnectionStrings:orders", Good), ($"Aspire:Alternator:Client:{key}", value)), StringComparison.Ordinal);

    [Theory]
    [InlineData("datacentre dc2")]
    [InlineData("rack rack2")]
    [InlineData("rack /rack2")]
    [InlineData("datacenter")]
    public void A_fallback_that_is_no_scope_is_named_by_its_place(string text) =>
        Assert.Contains(
            $"FallbackScopes:0: '{text}' is not a scope",
            Failure(("ConnectionStrings:orders", Good), ("Aspire:Alternator:Client:Datacenter", "dc1"), ("Aspire:Alternator:Client:FallbackScopes:0", text)),
            StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var message = Failure(("ConnectionStrings:orders", "Endpiont=x"), ("Aspire:Alternator:Client:Datacentre", "dc1"), ("Aspire:Alternator:Client:orders:Retry:Budget", "much"));

        Assert.Contains("Endpiont", message, StringComparison.Ordinal);
        Assert.Contains("Aspire:Alternator:Client:Datacentre", message, StringComparison.Ordinal);
        Assert.Contains("Aspire:Alternator:Client:orders:Retry:Budget", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Endpoints=http://node1:8000;AccessKey=role;SecretKey=tr0ub4dor;Datacentre=dc1")]
    [InlineData("Endpoints=http://node1:8000;SecretKey=tr0ub4dor")]
    [InlineData("Endpoints=http://node1:8000;AccessKey=role;SecretKey=\"tr0ub4dor")]
    [InlineData("Endpoints=http://node1:8000;AccessKey=role;SecretKey=a;tr0ub4dor")]
    [InlineData("Endpoints=http://role:tr0ub4dor@node1:8000")]
    public void No_message_tells_a_secret(string connectionString) =>
        Assert.DoesNotContain("tr0ub4dor", Failure(("ConnectionStrings:orders", connectionString), ("Aspire:Alternator:Client:Rack", "rack1")), StringComparison.Ordinal);

    [Fact]
    public void The_section_of_another_client_is_no_unknown_key()
    {
        using var host = Build(
            ("ConnectionStrings:orders", Good), ("ConnectionStrings:carts", Good),
            ("Aspire:Alternator:Client:carts:Datacenter", "dc1"), ("Aspire:Alternator:Client:users:Datacenter", "dc1"));

        Assert.NotNull(host.Get<IAmazonDynamoDB>("orders"));
    }

    [Fact]
    public void A_mistake_that_has_been_put_right_no_longer_counts()
    {
        var builder = TestHost.Builder();
        builder.AddKeyedAlternatorClient("orders");
        using var host = builder.Build();
        Assert.Throws<InvalidOperationException>(() => host.Get<IAmazonDynamoDB>("orders"));

        builder.Configuration["ConnectionStrings:orders"] = Good;

        Assert.NotNull(host.Get<IAmazonDynamoDB>("orders"));
    }

    [Fact]
    public async Task The_health_check_tells_the_mistake_and_does_not_throw()
    {
        using var host = Build(("ConnectionStrings:orders", "Endpiont=x"));

        var report = await host.Get<HealthCheckService>().CheckHealthAsync(check => check.Name == "Alternator.Client_orders");

        var entry = Assert.Single(report.Entries).Value;
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Contains("Did you mean Endpoints", entry.Description, StringComparison.Ordinal);
    }

    private static string Failure(params (string, string?)[] configuration)
    {
        using var host = Build(configuration);
        return Assert.Throws<InvalidOperationException>(() => host.Get<IAmazonDynamoDB>("orders")).Message;
    }

    private static IHost Build(params (string, string?)[] configuration)
    {
        var builder = TestHost.Builder(configuration);
        builder.AddKeyedAlternatorClient("orders");
        builder.AddKeyedAlternatorClient("users");
        return builder.Build();
    }
}
