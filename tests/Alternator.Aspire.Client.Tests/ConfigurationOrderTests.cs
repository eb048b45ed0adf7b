using Alternator.Aspire.Client.Configuration;
using Alternator.Aspire.Client.Lifetime;
using Alternator.Client;
using Amazon.DynamoDBv2;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Client.Tests;

/// <summary>Common section, named section, connection string, delegate: the later one wins.</summary>
public sealed class ConfigurationOrderTests
{
    private const string Common = "Aspire:Alternator:Client";
    private const string Named = "Aspire:Alternator:Client:orders";
    private const string Connection = "ConnectionStrings:orders";

    [Fact]
    public void Each_source_wins_over_the_one_before()
    {
        (string, string?)[] sources = [($"{Common}:Datacenter", "common"), ($"{Named}:Datacenter", "named"), (Connection, "Endpoints=http://n:8000;Datacenter=connection")];

        Assert.Equal("common", Read(sources[..1]).Datacenter);
        Assert.Equal("named", Read(sources[..2]).Datacenter);
        Assert.Equal("connection", Read(sources[..3]).Datacenter);
        Assert.Equal("code", Read(settings => settings.Datacenter = "code", sources[..3]).Datacenter);
    }

    [Fact]
    public void A_later_source_leaves_what_it_does_not_name()
    {
        var settings = Read(($"{Common}:Retry:MaxAttempts", "4"), ($"{Common}:Rack", "rack1"), ($"{Named}:Retry:Budget", "0.5"), (Connection, "Endpoints=http://n:8000;Datacenter=dc1"));

        Assert.Equal(4, settings.Retry.MaxAttempts);
        Assert.Equal(0.5, settings.Retry.Budget);
        Assert.Equal(("dc1", "rack1"), (settings.Datacenter, settings.Rack));
    }

    [Fact]
    public void A_list_of_a_later_source_replaces_the_list_before()
    {
        (string, string?)[] sources =
        [
            ($"{Common}:Endpoints:0", "http://a:8000"), ($"{Common}:Endpoints:1", "http://b:8000"), ($"{Common}:FallbackScopes:0", "cluster"),
            ($"{Named}:Endpoints:0", "http://c:8000"), ($"{Named}:FallbackScopes:0", "datacenter dc2"),
            (Connection, "http://d:8000,http://e:8000"),
        ];

        Assert.Equal(["http://a:8000/", "http://b:8000/"], Read(sources[..3]).Endpoints.Select(uri => uri.AbsoluteUri));
        Assert.Equal(["http://c:8000/"], Read(sources[..5]).Endpoints.Select(uri => uri.AbsoluteUri));
        Assert.Equal(["datacenter dc2"], Read(sources[..5]).FallbackScopes);
        Assert.Equal(["http://d:8000/", "http://e:8000/"], Read(sources).Endpoints.Select(uri => uri.AbsoluteUri));
    }

    [Fact]
    public void Every_part_of_a_connection_string_reaches_the_settings()
    {
        var settings = Read((Connection, "Endpoints=http://n:8000;AccessKey=a;SecretKey=s;Datacenter=d;Rack=r;Region=g;ServerName=n;CaFile=c"));

        Assert.Equal(("a", "s", "d", "r"), (settings.AccessKey, settings.SecretKey, settings.Datacenter, settings.Rack));
        Assert.Equal(("g", "n", "c"), (settings.Region, settings.Tls.ServerName, settings.Tls.CaFile));
        // A key that is added to the connection string must be added here, too.
        Assert.Equal(
            ["AccessKey", "CaFile", "Datacenter", "Endpoints", "Rack", "Region", "SecretKey", "ServerName"],
            typeof(AlternatorConnectionString).GetProperties().Where(property => property.SetMethod is { IsPublic: true }).Select(property => property.Name).Order());
    }

    [Fact]
    public void Configuration_that_is_added_after_the_registration_still_counts()
    {
        var builder = TestHost.Builder();
        builder.AddKeyedAlternatorClient("orders");
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create(Connection, (string?)"http://late:8000")]);
        using var host = builder.Build();

        Assert.Equal("http://late:8000", Assert.Single(host.Get<AlternatorNodes>("orders").Snapshot.Nodes).CanonicalEndpoint);
    }

    [Fact]
    public void A_client_may_be_named_as_a_setting_is_and_then_has_no_section_of_its_own()
    {
        var builder = TestHost.Builder(("ConnectionStrings:health", "http://n:8000"), ($"{Common}:Health:ProbeConcurrency", "7"));
        AlternatorClientConfig? seen = null;
        builder.AddKeyedAlternatorClient("health", configureClient: config => seen = config);
        using var host = builder.Build();

        Assert.NotNull(host.Get<IAmazonDynamoDB>("health"));
        Assert.Equal(7, seen!.Nodes.Health.ProbeConcurrency);
    }

    [Fact]
    public void The_delegate_over_the_clients_configuration_comes_last()
    {
        var builder = TestHost.Builder((Connection, "Endpoints=http://n:8000"), ($"{Common}:Retry:MaxAttempts", "4"));
        AlternatorClientConfig? seen = null;
        builder.AddKeyedAlternatorClient("orders", settings => settings.Retry.MaxAttempts++, config =>
        {
            seen = config;
            config.Nodes.Endpoints.Clear();
            config.Nodes.Endpoints.Add(new Uri("http://code:8000"));
        });
        using var host = builder.Build();

        var nodes = host.Get<AlternatorNodes>("orders");

        Assert.Equal(5, seen!.Retry.MaxAttempts);
        Assert.Equal("http://code:8000", Assert.Single(nodes.Snapshot.Nodes).CanonicalEndpoint);
    }

    [Fact]
    public void Without_a_connection_string_the_endpoint_of_the_AWS_environment_is_used_with_its_keys_and_region()
    {
        (string, string?)[] aws =
        [
            ("AWS_ENDPOINT_URL_DYNAMODB", "http://aws:8000"), ("AWS_ACCESS_KEY_ID", "role"), ("AWS_SECRET_ACCESS_KEY", "hash"), ("AWS_REGION", "eu-west-1"),
        ];

        var (credentials, config) = Configure(aws);

        Assert.Equal("http://aws:8000/", Assert.Single(config.Nodes.Endpoints).AbsoluteUri);
        Assert.Equal(("role", "hash"), (credentials.GetCredentials().AccessKey, credentials.GetCredentials().SecretKey));
        Assert.Equal("eu-west-1", config.AuthenticationRegion);
    }

    [Theory]
    [InlineData("ConnectionStrings:orders")]
    [InlineData("Aspire:Alternator:Client:Endpoints:0")]
    public void Where_an_endpoint_is_configured_the_AWS_environment_has_no_say(string key)
    {
        var (credentials, config) = Configure(
            (key, "http://mine:8000"), ("AWS_ENDPOINT_URL_DYNAMODB", "http://aws:8000"), ("AWS_ACCESS_KEY_ID", "role"), ("AWS_SECRET_ACCESS_KEY", "hash"), ("AWS_REGION", "eu-west-1"));

        Assert.Equal("http://mine:8000/", Assert.Single(config.Nodes.Endpoints).AbsoluteUri);
        Assert.IsType<Amazon.Runtime.AnonymousAWSCredentials>(credentials);
        Assert.Equal("us-east-1", config.AuthenticationRegion);
    }

    [Theory]
    [InlineData("Automatic", "a", "s", "a/s")]
    [InlineData("Automatic", null, null, "AnonymousAWSCredentials")]
    [InlineData("Anonymous", "a", "s", "AnonymousAWSCredentials")]
    [InlineData("Keys", "a", "s", "a/s")]
    [InlineData("AwsDefaultChain", "a", "s", "DefaultChainCredentials")]
    public void Credentials_come_from_where_the_settings_say(string source, string? accessKey, string? secretKey, string expected)
    {
        var (credentials, config) = Configure(
            (Connection, "http://n:8000"), ($"{Common}:Credentials", source), ($"{Common}:AccessKey", accessKey), ($"{Common}:SecretKey", secretKey));

        // Nodes that demand keys are asked who they are with the same ones.
        Assert.Same(credentials is Amazon.Runtime.AnonymousAWSCredentials ? null : credentials, config.Nodes.Credentials);
        var basic = credentials as Amazon.Runtime.BasicAWSCredentials;
        Assert.Equal(expected, basic is null ? credentials.GetType().Name : $"{basic.GetCredentials().AccessKey}/{basic.GetCredentials().SecretKey}");
    }

    [Fact]
    public void The_AWS_default_chain_takes_the_named_profile()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "[alternator-test]\naws_access_key_id = from-profile\naws_secret_access_key = hash\n");
        Amazon.AWSConfigs.AWSProfilesLocation = file;
        try
        {
            var (credentials, _) = Configure((Connection, "http://n:8000"), ($"{Common}:Credentials", "AwsDefaultChain"), ($"{Common}:Profile", "alternator-test"));

            Assert.Equal("from-profile", credentials.GetCredentials().AccessKey);
        }
        finally
        {
            Amazon.AWSConfigs.AWSProfilesLocation = null;
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(null, null, null, "cluster")]
    [InlineData("dc1", null, null, "datacenter dc1")]
    [InlineData("dc1", "rack1", null, "rack dc1/rack1")]
    [InlineData("dc1", "rack1", "datacenter dc1;datacenter dc2;cluster", "rack dc1/rack1, then datacenter dc1, then datacenter dc2, then cluster")]
    [InlineData("dc1", null, "rack dc2/rack9", "datacenter dc1, then rack dc2/rack9")]
    public void Datacenter_rack_and_fallbacks_make_the_scope(string? datacenter, string? rack, string? fallbacks, string expected)
    {
        var (_, config) = Configure(
        [
            (Connection, "http://n:8000"), ($"{Common}:Datacenter", datacenter), ($"{Common}:Rack", rack),
            .. (fallbacks?.Split(';') ?? []).Select((text, index) => ($"{Common}:FallbackScopes:{index}", (string?)text)),
        ]);

        Assert.Equal(expected, config.Nodes.Scope.ToString());
    }

    private static AlternatorClientSettings Read(params (string, string?)[] configuration) => Read(null, configuration);

    private static AlternatorClientSettings Read(Action<AlternatorClientSettings>? configure, params (string, string?)[] configuration)
    {
        var (settings, problems) = Reader(configure, configuration).Read();
        Assert.Empty(problems);
        return settings;
    }

    private static (Amazon.Runtime.AWSCredentials Credentials, AlternatorClientConfig Config) Configure(params (string, string?)[] configuration) =>
        new ClientFactory(Reader(null, configuration), null).Configure(null);

    private static SettingsReader Reader(Action<AlternatorClientSettings>? configure, (string, string?)[] configuration) =>
        new(TestHost.Builder(configuration).Configuration, "orders", ["orders"], configure);
}
