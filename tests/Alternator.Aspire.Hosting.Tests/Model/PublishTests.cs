using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Alternator.Aspire.Hosting.Tests;

public class PublishTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static async Task<JsonObject> ManifestAsync(Action<IDistributedApplicationBuilder> describe)
    {
        string folder = Directory.CreateTempSubdirectory("manifest-").FullName;
        IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            DisableDashboard = true,
            Args = ["--operation", "publish", "--step", "publish-manifest", "--output-path", folder],
            AssemblyName = typeof(PublishTests).Assembly.GetName().Name,
        });
        describe(builder);
        await using DistributedApplication application = builder.Build();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await application.RunAsync(limit.Token);
        return JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "aspire-manifest.json"), limit.Token))!["resources"]!.AsObject();
    }

    private static void Is(string expected, JsonNode? actual) => Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(Indented), actual!.ToJsonString(Indented));

    [Fact]
    public async Task One_node_is_published_as_a_container_its_tables_as_values_and_its_companions_not_at_all()
    {
        JsonObject resources = await ManifestAsync(builder =>
        {
            IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithAuthorization("app").WithDataVolume("data").WithDynamoDbAdmin().WithDnsServer();
            alternator.AddTable("music", "MusicCollection").WithSeedData("never-read.json");
        });
        Assert.Equal(["alternator", "alternator-secret-key", "music"], resources.Select(r => r.Key).Order());
        Is($$"""
            {
              "type": "container.v0",
              "connectionString": "Endpoints={alternator.bindings.http.url};AccessKey=app;SecretKey={alternator-secret-key.value}",
              "image": "docker.io/scylladb/scylla:{{AlternatorContainerImageTags.Tag}}",
              "args": [
                "--smp", "1", "--memory", "1G", "--overprovisioned", "1", "--developer-mode", "1", "--alternator-port", "8000", "--alternator-address", "0.0.0.0",
                "--alternator-write-isolation", "only_rmw_uses_lwt", "--max-networking-io-control-blocks=1000", "--disable-version-check", "--auto-snapshot=0", "--audit=none",
                "--authenticator", "PasswordAuthenticator", "--alternator-enforce-authorization=1", "--auth-superuser-name=app",
                "--auth-superuser-salted-password=$ALTERNATOR_SECRET_KEY"
              ],
              "volumes": [{ "name": "data", "target": "/var/lib/scylla", "readOnly": false }],
              "env": { "ALTERNATOR_SECRET_KEY": "{alternator-secret-key.value}" },
              "bindings": {
                "http": { "scheme": "http", "protocol": "tcp", "transport": "http", "targetPort": 8000 },
                "cql": { "scheme": "tcp", "protocol": "tcp", "transport": "tcp", "targetPort": 9042 },
                "metrics": { "scheme": "http", "protocol": "tcp", "transport": "http", "targetPort": 9180 }
              }
            }
            """, resources["alternator"]);
        Is("""{ "type": "value.v0", "connectionString": "{alternator.connectionString}" }""", resources["music"]);
        Is("""
            {
              "type": "parameter.v0",
              "value": "{alternator-secret-key.inputs.value}",
              "inputs": { "value": { "type": "string", "secret": true, "default": { "generate": { "minLength": 22, "special": false } } } }
            }
            """, resources["alternator-secret-key"]);
    }

    [Fact]
    public async Task What_references_a_node_gets_placeholders_of_what_is_published()
    {
        JsonObject resources = await ManifestAsync(builder =>
        {
            IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator");
            builder.AddContainer("service", "image").WithReference(alternator).WithReference(alternator.AddTable("music", "MusicCollection"), awsEnvironment: false);
        });
        Is("""
            {
              "type": "container.v0",
              "image": "image:latest",
              "env": {
                "ConnectionStrings__alternator": "{alternator.connectionString}",
                "ALTERNATOR_HOST": "{alternator.bindings.http.host}",
                "ALTERNATOR_PORT": "{alternator.bindings.http.port}",
                "ALTERNATOR_URI": "{alternator.bindings.http.url}",
                "ALTERNATOR_ENDPOINTS": "{alternator.bindings.http.url}",
                "ALTERNATOR_ACCESSKEY": "alternator",
                "ALTERNATOR_SECRETKEY": "alternator",
                "ALTERNATOR_REGION": "us-east-1",
                "AWS_ENDPOINT_URL_DYNAMODB": "{alternator.bindings.http.url}",
                "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": "{alternator.bindings.http.url}",
                "AWS_ACCESS_KEY_ID": "alternator",
                "AWS_SECRET_ACCESS_KEY": "alternator",
                "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1",
                "ConnectionStrings__music": "{music.connectionString}",
                "MUSIC_HOST": "{alternator.bindings.http.host}",
                "MUSIC_PORT": "{alternator.bindings.http.port}",
                "MUSIC_URI": "{alternator.bindings.http.url}",
                "MUSIC_ENDPOINTS": "{alternator.bindings.http.url}",
                "MUSIC_ACCESSKEY": "alternator",
                "MUSIC_SECRETKEY": "alternator",
                "MUSIC_REGION": "us-east-1",
                "MUSIC_TABLENAME": "MusicCollection"
              }
            }
            """, resources["service"]);
    }

    public static TheoryData<string> Replaced => ["cluster", "emulator", "connection"];

    [Theory]
    [MemberData(nameof(Replaced))]
    public async Task What_can_not_be_deployed_becomes_a_connection_string_that_the_deployment_gives(string kind)
    {
        JsonObject resources = await ManifestAsync(builder =>
        {
            IResourceBuilder<IAlternatorResource> alternator = kind switch
            {
                "cluster" => builder.AddAlternatorCluster("alternator").WithHttps().OrEmulator().PublishAsConnectionString().PublishAsConnectionString(),
                "emulator" => builder.AddAlternatorEmulator("alternator").PublishAsConnectionString(),
                _ => builder.AddAlternatorConnection("alternator"),
            };
            builder.AddContainer("service", "image").WithReference(alternator.AddTable("music"));
        });
        Assert.Equal(["alternator", "alternator-connection-string", "music", "service"], resources.Select(r => r.Key).Order());
        Is("""{ "type": "value.v0", "connectionString": "{alternator-connection-string.value}" }""", resources["alternator"]);
        Is("""{ "type": "value.v0", "connectionString": "{alternator.connectionString}" }""", resources["music"]);
        Is("""{ "ConnectionStrings__music": "{music.connectionString}", "MUSIC_TABLENAME": "music" }""", resources["service"]!["env"]);
        Assert.True(resources["alternator-connection-string"]!["inputs"]!["value"]!["secret"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("cluster", "its nodes join one after another")]
    [InlineData("emulator", "it is no database")]
    public async Task It_is_refused_otherwise_with_the_ways_out(string kind, string why)
    {
        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => ManifestAsync(builder => _ = kind == "cluster" ? (object)builder.AddAlternatorCluster("alternator") : builder.AddAlternatorEmulator("alternator")));
        Assert.Contains($"The Alternator {kind} 'alternator' can't be published: {why}", e.ToString(), StringComparison.Ordinal);
        Assert.Contains("Call .PublishAsConnectionString() on it", e.ToString(), StringComparison.Ordinal);
        Assert.Contains("AddAlternator(\"alternator\") for a single node", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("certificate", "certificate and key are files", "Call WithHttps only when the ExecutionContext is in run mode")]
    [InlineData("rack", "before 2025.4 datacenter and rack are read from a file", "Take a later image")]
    public async Task What_needs_files_is_refused_where_files_are_left_out(string kind, string why, string instead)
    {
        string pem = Path.GetTempFileName();
        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => ManifestAsync(builder =>
        {
            IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator");
            _ = kind == "certificate" ? alternator.WithHttps(pem, pem, pem) : alternator.WithImageTag("2025.1.5").WithRack("r1");
        }));
        Assert.Contains($"The Alternator node 'alternator' can't be published here: {why}", e.ToString(), StringComparison.Ordinal);
        Assert.Contains(instead, e.ToString(), StringComparison.Ordinal);
        Assert.Contains("or publish for Docker Compose", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volume_that_nobody_named_has_a_name_that_kubernetes_takes()
    {
        JsonObject resources = await ManifestAsync(builder => builder.AddAlternator("Alternator").WithDataVolume());
        Is("""[{ "name": "alternator-data", "target": "/var/lib/scylla", "readOnly": false }]""", resources["Alternator"]!["volumes"]);
    }

    [Fact]
    public void The_developer_certificate_is_no_certificate_of_a_deployment() =>
        Assert.Contains("can't be published with Aspire's developer certificate", Assert.Throws<DistributedApplicationException>(() => Model.Publish().AddAlternator("alternator").WithHttps()).Message, StringComparison.Ordinal);
}
