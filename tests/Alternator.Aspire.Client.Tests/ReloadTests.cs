using Alternator.Aspire.Client.Lifetime;
using Alternator.Aspire.Client.Tests.Schema;
using Alternator.Client;
using Alternator.Emulator;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Alternator.Aspire.Client.Tests;

/// <summary>A configuration that changes while the client runs.</summary>
public sealed class ReloadTests
{
    private const string Section = "Aspire:Alternator:Client";

    [Fact]
    public async Task A_tunable_takes_effect_without_a_restart()
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 1 });
        using var running = new Running(cluster.ConnectionString, ($"{Section}:Retry:MaxAttempts", "3"));
        cluster.Nodes[0].ReturnErrors();
        Assert.Equal(3, await AttemptsOfOneFailingRequestAsync(running, cluster));

        running.Change(("Retry:MaxAttempts", "1"));

        Assert.Equal(1, await AttemptsOfOneFailingRequestAsync(running, cluster));
        Assert.Contains(running.Log, entry => entry is (LogLevel.Information, "The Alternator client 'orders' uses the reloaded settings Retry:MaxAttempts."));
    }

    public static TheoryData<string> Keys =>
        [.. SettingsProperties.Leaves().Select(leaf => leaf.Key).Where(key => !key.StartsWith("Disable", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_setting_is_either_used_at_once_or_logged_to_need_a_restart(string key)
    {
        var property = SettingsProperties.Leaves().Single(leaf => leaf.Key == key).Property;
        var (text, suffix) = SettingsDriftTests.Another(property.PropertyType, SettingsProperties.Value(new AlternatorClientSettings(), key));
        using var running = new Running("Endpoints=http://192.0.2.1:8000");

        running.Change([(key + suffix, text), .. Companions(key)]);

        Assert.DoesNotContain(running.Log, entry => entry.Level == LogLevel.Error);
        if (ConfigurationReload.IsLive(key))
        {
            var config = (AlternatorClientConfig)((AmazonDynamoDBClient)running.Client).Config;
            var owner = key.StartsWith("Discovery", StringComparison.Ordinal) || key.StartsWith("Health", StringComparison.Ordinal) ? (object)config.Nodes : config;
            Assert.Equal(text, SettingsDriftTests.Text(SettingsProperties.Value(owner, key)));
            Assert.Contains(running.Log, entry => entry.Level == LogLevel.Information && entry.Message.Contains(key, StringComparison.Ordinal));
        }
        else
        {
            Assert.Contains(running.Log, entry => entry.Level == LogLevel.Warning && entry.Message.Contains(key, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_changed_connection_string_needs_a_restart_and_its_secret_is_not_logged()
    {
        using var running = new Running("Endpoints=http://192.0.2.1:8000");

        running.ChangeRaw(("ConnectionStrings:orders", "Endpoints=http://192.0.2.2:8000;AccessKey=role;SecretKey=tr0ub4dor"));

        var entry = Assert.Single(running.Log);
        Assert.Equal((LogLevel.Warning, "Settings of the Alternator client 'orders' have changed that take effect only after a restart: ConnectionStrings:orders."), entry);
    }

    [Fact]
    public void A_mistake_is_logged_and_changes_nothing_until_it_is_put_right()
    {
        using var running = new Running("Endpoints=http://192.0.2.1:8000", ($"{Section}:Retry:MaxAttempts", "3"));
        var config = (AlternatorClientConfig)((AmazonDynamoDBClient)running.Client).Config;

        running.Change(("Retry:MaxAttempts", "5"), ("Retry:Budget", "much"));

        Assert.Equal(3, config.Retry.MaxAttempts);
        Assert.Contains(running.Log, entry => entry.Level == LogLevel.Error && entry.Message.Contains("'much' is not a number", StringComparison.Ordinal));

        running.Change(("Retry:Budget", "0.3"));

        Assert.Equal(5, config.Retry.MaxAttempts);
    }

    [Fact]
    public void A_value_out_of_its_range_changes_nothing_at_all()
    {
        using var running = new Running("Endpoints=http://192.0.2.1:8000");
        var config = (AlternatorClientConfig)((AmazonDynamoDBClient)running.Client).Config;

        running.Change(("Retry:MaxAttempts", "5"), ("Health:QuarantineSampling", "2"));

        Assert.Equal(new RetryOptions().MaxAttempts, config.Retry.MaxAttempts);
        Assert.Contains(running.Log, entry => entry.Level == LogLevel.Error);
    }

    [Fact]
    public void Settings_of_another_client_and_reloads_without_a_change_are_no_news()
    {
        using var running = new Running("Endpoints=http://192.0.2.1:8000");

        running.ChangeRaw(("Aspire:Alternator:Client:carts:Retry:MaxAttempts", "5"), ("ConnectionStrings:carts", "http://192.0.2.3:8000"), ("Logging:LogLevel:Default", "Debug"));

        Assert.Empty(running.Log);
    }

    [Fact]
    public async Task After_the_host_has_stopped_nobody_listens_any_more()
    {
        using var running = new Running("Endpoints=http://192.0.2.1:8000");
        await running.Host.StartAsync();
        await running.Host.StopAsync();

        running.Change(("Retry:MaxAttempts", "5"));

        Assert.Empty(running.Log);
    }

    // What one setting alone may not be changed without.
    private static (string, string)[] Companions(string key) => key switch
    {
        "Rack" or "FallbackScopes" => [("Datacenter", "dc1"), .. key == "FallbackScopes" ? [("FallbackScopes:0", "cluster")] : Array.Empty<(string, string)>()],
        "AccessKey" => [("SecretKey", "s")],
        "SecretKey" => [("AccessKey", "a")],
        "Credentials" => [("AccessKey", "a"), ("SecretKey", "s")],
        _ => [],
    };

    private static async Task<long> AttemptsOfOneFailingRequestAsync(Running running, EmulatorCluster cluster)
    {
        var before = cluster.Nodes[0].RequestCount;
        await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => running.Client.ListTablesAsync(new ListTablesRequest()));
        return cluster.Nodes[0].RequestCount - before;
    }

    /// <summary>A host whose configuration a test changes.</summary>
    private sealed class Running : IDisposable
    {
        private readonly HostApplicationBuilder _builder;
        private readonly RecordingLoggerFactory _loggers = new();

        public Running(string connectionString, params (string, string?)[] configuration)
        {
            _builder = TestHost.Builder([("ConnectionStrings:orders", connectionString), .. configuration]);
            _builder.Services.AddSingleton<ILoggerFactory>(_loggers);
            _builder.AddKeyedAlternatorClient("orders");
            Host = _builder.Build();
            Client = Host.Get<IAmazonDynamoDB>("orders");
        }

        public IHost Host { get; }

        public IAmazonDynamoDB Client { get; }

        public IReadOnlyList<(LogLevel Level, string Message)> Log =>
            _loggers.Categories.TryGetValue(LogCategories.Configuration, out var log) ? [.. log] : [];

        public void Change(params (string Key, string? Value)[] settings) =>
            ChangeRaw([.. settings.Select(setting => ($"{Section}:{setting.Key}", setting.Value))]);

        public void ChangeRaw(params (string Key, string? Value)[] settings)
        {
            foreach (var (key, value) in settings)
            {
                _builder.Configuration[key] = value;
            }

            ((IConfigurationRoot)_builder.Configuration).Reload();
        }

        public void Dispose() => Host.Dispose();
    }
}
