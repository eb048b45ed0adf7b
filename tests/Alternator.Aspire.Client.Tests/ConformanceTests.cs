using Alternator.Client;
using Amazon.DynamoDBv2;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client.Tests;

/// <summary>What every client integration of Aspire holds, as far as no node is needed for it.</summary>
public sealed class ConformanceTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("orders")]
    public void All_services_of_a_registration_are_one_client_and_its_nodes(string? key)
    {
        using var host = Host(key);

        var client = host.Get<AlternatorDynamoDBClient>(key);

        Assert.Same(client, host.Get<IAmazonDynamoDB>(key));
        Assert.Same(client, host.Get<AmazonDynamoDBClient>(key));
        Assert.Same(client.Nodes, host.Get<AlternatorNodes>(key));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("orders")]
    public void The_client_is_a_singleton(string? key)
    {
        using var host = Host(key);
        using var first = host.Services.CreateScope();
        using var second = host.Services.CreateScope();

        Assert.Same(
            first.ServiceProvider.GetRequiredKeyedService<IAmazonDynamoDB>(key),
            second.ServiceProvider.GetRequiredKeyedService<IAmazonDynamoDB>(key));
    }

    [Fact]
    public void Two_keys_have_two_clients_with_two_views_of_two_clusters()
    {
        using var host = Host("orders", "carts");

        Assert.NotSame(host.Get<IAmazonDynamoDB>("orders"), host.Get<IAmazonDynamoDB>("carts"));
        Assert.NotSame(host.Get<AlternatorNodes>("orders"), host.Get<AlternatorNodes>("carts"));
    }

    [Fact]
    public void A_keyed_client_cannot_be_resolved_without_its_key()
    {
        using var host = Host("orders");

        Assert.NotNull(host.Services.GetKeyedService<IAmazonDynamoDB>("orders"));
        Assert.Null(host.Services.GetService<IAmazonDynamoDB>());
        Assert.Null(host.Services.GetService<AmazonDynamoDBClient>());
        Assert.Null(host.Services.GetService<AlternatorDynamoDBClient>());
        Assert.Null(host.Services.GetService<AlternatorNodes>());
    }

    [Fact]
    public void A_client_with_a_key_and_one_without_stand_side_by_side()
    {
        var builder = TestHost.Builder(("ConnectionStrings:main", TestHost.Nowhere), ("ConnectionStrings:orders", TestHost.Nowhere));
        builder.AddAlternatorClient("main");
        builder.AddKeyedAlternatorClient("orders");
        using var host = builder.Build();

        Assert.NotSame(host.Get<IAmazonDynamoDB>(), host.Get<IAmazonDynamoDB>("orders"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Health_checks_are_registered_unless_disabled(bool disabled)
    {
        using var host = Host(settings => settings.DisableHealthChecks = disabled);

        Assert.Equal(disabled, host.Services.GetService<HealthCheckService>() is null);
    }

    [Fact]
    public async Task Each_client_has_a_health_check_of_its_own_name()
    {
        var builder = TestHost.Builder(("ConnectionStrings:main", TestHost.Nowhere));
        builder.AddAlternatorClient("main");
        builder.AddKeyedAlternatorClient("orders");
        builder.AddKeyedAlternatorClient("carts");
        using var host = builder.Build();

        List<string> names = [];
        await host.Get<HealthCheckService>().CheckHealthAsync(registration =>
        {
            names.Add(registration.Name);
            return false;
        });

        Assert.Equal(["Alternator.Client", "Alternator.Client_carts", "Alternator.Client_orders"], names.Order());
    }

    [Fact]
    public async Task Registering_a_name_twice_registers_its_health_check_once()
    {
        var builder = TestHost.Builder();
        builder.AddAlternatorClient("main");
        builder.AddAlternatorClient("main");
        using var host = builder.Build();

        List<string> names = [];
        await host.Get<HealthCheckService>().CheckHealthAsync(registration =>
        {
            names.Add(registration.Name);
            return false;
        });

        Assert.Equal(["Alternator.Client"], names);
    }

    [Fact]
    public async Task The_health_check_has_the_timeout_of_the_settings()
    {
        using var host = Host(settings => settings.HealthCheckTimeout = TimeSpan.FromSeconds(7));

        TimeSpan? timeout = null;
        await host.Get<HealthCheckService>().CheckHealthAsync(registration =>
        {
            timeout = registration.Timeout;
            return false;
        });

        Assert.Equal(TimeSpan.FromSeconds(7), timeout);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_is_thrown_at_registration_when_the_connection_string_is_missing_but_when_the_client_is_resolved(bool keyed)
    {
        var key = keyed ? "orders" : null;
        var builder = TestHost.Builder();
        Register(builder, key);
        using var host = builder.Build();

        Assert.Throws<InvalidOperationException>(() => host.Get<IAmazonDynamoDB>(key));
    }

    [Fact]
    public void The_named_section_wins_over_the_common_one()
    {
        using var common = Build(common: "true", named: "false");
        using var named = Build(common: "false", named: "true");

        Assert.NotNull(common.Services.GetService<HealthCheckService>());
        Assert.Null(named.Services.GetService<HealthCheckService>());
    }

    private static IHost Build(string common, string named)
    {
        var builder = TestHost.Builder(
            ("Aspire:Alternator:Client:DisableHealthChecks", common),
            ("Aspire:Alternator:Client:orders:DisableHealthChecks", named));
        builder.AddKeyedAlternatorClient("orders");
        return builder.Build();
    }

    private static IHost Host(params string?[] keys)
    {
        var builder = TestHost.Builder([.. keys.Select(key => ($"ConnectionStrings:{key ?? "alternator"}", (string?)TestHost.Nowhere))]);
        foreach (var key in keys)
        {
            Register(builder, key);
        }

        return builder.Build();
    }

    private static IHost Host(Action<AlternatorClientSettings> configure)
    {
        var builder = TestHost.Builder(("ConnectionStrings:alternator", TestHost.Nowhere));
        builder.AddAlternatorClient("alternator", configure);
        return builder.Build();
    }

    private static void Register(HostApplicationBuilder builder, string? key)
    {
        if (key is null)
        {
            builder.AddAlternatorClient("alternator");
        }
        else
        {
            builder.AddKeyedAlternatorClient(key);
        }
    }
}
