using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Alternator.Aspire.Hosting.Tests;

public class ReferenceTests
{
    [Fact]
    public async Task A_reference_gives_the_connection_string_its_properties_and_the_environment_of_the_aws_sdks()
    {
        IDistributedApplicationBuilder builder = Model.Publish();
        IResourceBuilder<AlternatorResource> alternator = builder.AddAlternator("alternator").WithAuthorization("app");
        IResourceBuilder<ContainerResource> service = builder.AddContainer("service", "image").WithReference(alternator);
        var (_, environment) = await builder.ConfigurationAsync(service.Resource);
        Assert.Equal("{alternator.connectionString}", environment["ConnectionStrings__alternator"]);
        Assert.Equal("{alternator.bindings.http.url}", environment["AWS_ENDPOINT_URL_DYNAMODB"]);
        Assert.Equal("{alternator.bindings.http.url}", environment["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"]);
        Assert.Equal("app", environment["AWS_ACCESS_KEY_ID"]);
        Assert.Equal("{alternator-secret-key.value}", environment["AWS_SECRET_ACCESS_KEY"]);
        Assert.Equal("us-east-1", environment["AWS_REGION"]);
        Assert.Equal("us-east-1", environment["AWS_DEFAULT_REGION"]);
        Assert.Equal("{alternator.bindings.http.url}", environment["ALTERNATOR_URI"]);
        Assert.Equal("{alternator.bindings.http.host}", environment["ALTERNATOR_HOST"]);
        Assert.Equal("{alternator.bindings.http.url}", environment["ALTERNATOR_ENDPOINTS"]);
        Assert.DoesNotContain(environment.Values, value => value.Contains("bindings.cql", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_aws_environment_can_be_left_out()
    {
        IDistributedApplicationBuilder builder = Model.Publish();
        IResourceBuilder<ContainerResource> service = builder.AddContainer("service", "image").WithReference(builder.AddAlternator("alternator"), "other", awsEnvironment: false);
        var (_, environment) = await builder.ConfigurationAsync(service.Resource);
        Assert.Contains("ConnectionStrings__other", environment.Keys);
        Assert.DoesNotContain(environment.Keys, key => key.StartsWith("AWS_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reference_to_a_table_adds_its_name_to_what_the_cluster_gives()
    {
        IDistributedApplicationBuilder builder = Model.Publish();
        IResourceBuilder<AlternatorTableResource> table = builder.AddAlternator("alternator").AddTable("music", "MusicCollection");
        IResourceBuilder<ContainerResource> service = builder.AddContainer("service", "image").WithReference(table);
        var (_, environment) = await builder.ConfigurationAsync(service.Resource);
        Assert.Equal("MusicCollection", environment["MUSIC_TABLENAME"]);
        Assert.Equal("{alternator.bindings.http.url}", environment["AWS_ENDPOINT_URL_DYNAMODB"]);
    }

    [Fact]
    public void Tls_makes_clients_use_the_secure_endpoint()
    {
        AlternatorResource alternator = Model.Run().AddAlternator("alternator").WithHttps().Resource;
        Assert.Equal("Endpoints={alternator.bindings.https.url}", alternator.ConnectionStringExpression.ValueExpression);
    }

    [Fact]
    public async Task A_cluster_that_exists_is_known_by_its_connection_string_and_split_for_the_aws_sdks()
    {
        IDistributedApplicationBuilder builder = Model.Run();
        builder.Configuration["ConnectionStrings:alternator"] = "Endpoints=http://10.0.0.1:8000,http://10.0.0.2:8000;AccessKey=app;SecretKey=s3cret";
        IResourceBuilder<AlternatorConnectionResource> connection = builder.AddAlternatorConnection("alternator");
        IResourceBuilder<ExecutableResource> service = builder.AddExecutable("service", "true", ".").WithReference(connection);
        var (_, environment) = await builder.ConfigurationAsync(service.Resource);
        Assert.Equal("Endpoints=http://10.0.0.1:8000,http://10.0.0.2:8000;AccessKey=app;SecretKey=s3cret", environment["ConnectionStrings__alternator"]);
        Assert.Equal("http://10.0.0.1:8000", environment["AWS_ENDPOINT_URL_DYNAMODB"]);
        Assert.Equal("app", environment["AWS_ACCESS_KEY_ID"]);
        Assert.Equal("s3cret", environment["AWS_SECRET_ACCESS_KEY"]);
    }
}
