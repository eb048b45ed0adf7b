using System.Diagnostics;
using Alternator.Emulator;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.DataModel;
using Amazon.DynamoDBv2.DocumentModel;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Telemetry;
using Amazon.Runtime.Telemetry.Metrics;
using Amazon.Runtime.Telemetry.Tracing;

namespace Alternator.Client.Tests.Wire;

/// <summary>What the fast path doesn't honour is served by the SDK's chain; everything that is built on IAmazonDynamoDB works.</summary>
public class FallbackTests
{
    // The signer of the chain adds this header; the fast path doesn't.
    private const string ChainHeader = "x-amz-content-sha256";

    [Fact]
    public async Task Pipeline_customizers_are_honoured()
    {
        var customizer = new Customizer();
        RuntimePipelineCustomizerRegistry.Instance.Register(customizer);
        try
        {
            await using var node = new FakeNode();
            Customizer.Active = true;
            await using var client = new AlternatorDynamoDBClient($"Endpoints={node.Endpoint};AccessKey=a;SecretKey=b");
            Customizer.Active = false;
            await client.PutItemAsync("t", new() { ["k"] = new("v") });
            Assert.Equal("yes", node.Requests.Single().Header("x-custom"));
            Assert.Equal(1, customizer.Handler.Calls);
            Assert.Null(ServerSignature.Fault(node.Requests.Single(), "a", "b"));
        }
        finally
        {
            Customizer.Active = false;
            RuntimePipelineCustomizerRegistry.Instance.Deregister(customizer);
        }
    }

    [Fact]
    public async Task Event_subscribers_are_called_while_they_are_subscribed()
    {
        await using var node = new FakeNode();
        await using var client = new AlternatorDynamoDBClient($"Endpoints={node.Endpoint};AccessKey=a;SecretKey=b");
        var seen = new List<string>();
        RequestEventHandler before = (_, e) => { seen.Add("before"); ((WebServiceRequestEventArgs)e).Headers["x-tag"] = "tagged"; };
        ResponseEventHandler after = (_, _) => seen.Add("after");
        ExceptionEventHandler failed = (_, _) => seen.Add("failed");
        client.BeforeRequestEvent += before;
        client.AfterResponseEvent += after;
        client.ExceptionEvent += failed;
        await client.PutItemAsync("t", new() { ["k"] = new("v") });
        node.Answer = _ => FakeNode.Error("ValidationException", "no");
        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => client.PutItemAsync("t", new() { ["k"] = new("v") }));
        Assert.Equal(["before", "after", "before", "failed"], seen);
        client.BeforeRequestEvent -= before;
        client.AfterResponseEvent -= after;
        client.ExceptionEvent -= failed;
        node.Answer = _ => FakeNode.Json("{}");
        await client.PutItemAsync("t", new() { ["k"] = new("v") });
        Assert.Equal(["tagged", "tagged", null], node.Requests.Select(request => request.Header("x-tag")));
        Assert.Equal([true, true, false], node.Requests.Select(request => request.Header(ChainHeader) is not null));
    }

    [Fact]
    public async Task A_handler_on_one_request_is_called()
    {
        await using var node = new FakeNode();
        await using var client = new AlternatorDynamoDBClient(node.Endpoint.AbsoluteUri);
        int calls = 0;
        var request = new PutItemRequest("t", new() { ["k"] = new("v") });
        ((IAmazonWebServiceRequest)request).AddBeforeRequestHandler((_, _) => calls++);
        await client.PutItemAsync(request);
        await client.PutItemAsync(new PutItemRequest("t", new() { ["k"] = new("v") }));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_telemetry_provider_of_the_SDK_is_honoured()
    {
        await using var node = new FakeNode();
        await using var client = new AlternatorDynamoDBClient(new BasicAWSCredentials("a", "b"), new AlternatorClientConfig(node.Endpoint.AbsoluteUri) { TelemetryProvider = new Telemetry() });
        await client.PutItemAsync("t", new() { ["k"] = new("v") });
        Assert.NotNull(node.Requests.Single().Header(ChainHeader));

        // As instrumentation libraries do it: into the provider that is there already, and at any time.
        var registered = new DefaultTelemetryProvider();
        await using var other = new AlternatorDynamoDBClient(new BasicAWSCredentials("a", "b"), new AlternatorClientConfig(node.Endpoint.AbsoluteUri) { TelemetryProvider = registered });
        await other.PutItemAsync("t", new() { ["k"] = new("v") });
        var tracers = new Tracers();
        registered.RegisterTracerProvider(tracers);
        await other.PutItemAsync("t", new() { ["k"] = new("v") });
        Assert.Equal([true, false, true], node.Requests.Select(request => request.Header(ChainHeader) is not null));
        Assert.True(tracers.Asked > 0);
    }

    [Fact]
    public async Task An_HTTP_client_factory_of_the_callers_is_honoured()
    {
        await using var node = new FakeNode();
        var factory = new Factory();
        await using var client = new AlternatorDynamoDBClient(new AlternatorClientConfig(node.Endpoint.AbsoluteUri) { HttpClientFactory = factory });
        await client.PutItemAsync("t", new() { ["k"] = new("v") });
        Assert.True(factory.Made > 0);
        Assert.Single(node.Requests);
    }

    [Fact]
    public async Task Keys_with_unusual_characters_are_left_to_the_SDK()
    {
        await using var node = new FakeNode();
        await using var client = new AlternatorDynamoDBClient(new BasicAWSCredentials("ro le", "secret"), new AlternatorClientConfig(node.Endpoint.AbsoluteUri));
        await client.PutItemAsync("t", new() { ["k"] = new("v") });
        Assert.NotNull(node.Requests.Single().Header(ChainHeader));
    }

    [Fact]
    public async Task A_null_request_and_a_disposed_client_fail_as_in_the_SDK()
    {
        await using var node = new FakeNode();
        var client = new AlternatorDynamoDBClient(node.Endpoint.AbsoluteUri);
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetItemAsync(null!));
        await client.DisposeAsync();
        await client.DisposeAsync();
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetItemAsync("t", new() { ["k"] = new("v") }));
        Assert.Empty(node.Requests);
    }

    [Fact]
    public async Task Making_a_client_does_no_IO()
    {
        await using var node = new FakeNode();
        long start = Stopwatch.GetTimestamp();
        await using (new AlternatorDynamoDBClient("Endpoints=http://no-such-host.invalid:8000,http://10.255.255.1:8000"))
        await using (new AlternatorDynamoDBClient(node.Endpoint.AbsoluteUri))
        {
        }
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
        Assert.Equal(0, node.Accepted);
    }

    [Fact]
    public async Task Shared_nodes_outlive_the_clients_that_use_them()
    {
        await using var node = new FakeNode();
        await using var nodes = new AlternatorNodes(new AlternatorNodesOptions { Endpoints = { node.Endpoint } });
        var one = new AlternatorDynamoDBClient(nodes, new AlternatorClientConfig());
        await using var two = new AlternatorDynamoDBClient(nodes, new AlternatorClientConfig(), new BasicAWSCredentials("a", "b"));
        await one.PutItemAsync("t", new() { ["k"] = new("v") });
        await one.DisposeAsync();
        await two.PutItemAsync("t", new() { ["k"] = new("v") });
        Assert.Equal([false, true], node.Requests.Select(request => request.Header("Authorization") is not null));
        Assert.Same(nodes, two.Nodes);
    }

    [Fact]
    public async Task The_SDKs_object_and_document_models_paginators_and_synchronous_calls_work()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = 3 });
        await using var client = new AlternatorDynamoDBClient(cluster.ConnectionString);
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = "notes",
            KeySchema = [new("Id", KeyType.HASH), new("Page", KeyType.RANGE)],
            AttributeDefinitions = [new("Id", ScalarAttributeType.S), new("Page", ScalarAttributeType.N)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
        });
        using var context = new DynamoDBContextBuilder().WithDynamoDBClient(() => client).Build();
        IBatchWrite<Note> batch = context.CreateBatchWrite<Note>();
        for (int page = 0; page < 20; page++)
            batch.AddPutItem(new Note { Id = "a", Page = page, Text = $"page {page}", Tags = ["x", "y"] });
        await batch.ExecuteAsync();
        await context.SaveAsync(new Note { Id = "a", Page = 3, Text = "changed" });
        Assert.Equal("changed", (await context.LoadAsync<Note>("a", 3)).Text);
        Assert.Equal(20, (await context.QueryAsync<Note>("a").GetRemainingAsync()).Count);

        int paged = 0;
        await foreach (ScanResponse page in client.Paginators.Scan(new ScanRequest("notes") { Limit = 7 }).Responses)
            paged += page.Items.Count;
        Assert.Equal(20, paged);

        ITable table = new TableBuilder(client, "notes").AddHashKey("Id", DynamoDBEntryType.String).AddRangeKey("Page", DynamoDBEntryType.Numeric).Build();
        Document document = await table.GetItemAsync("a", 5);
        Assert.Equal("page 5", document["Text"].AsString());
        // Loads the description by the SDK's synchronous DescribeTable.
#pragma warning disable CS0618 // the one public way into the SDK's synchronous calls
        Assert.True(Table.TryLoadTable(client, "notes", out ITable loaded));
#pragma warning restore CS0618
        Assert.Equal(["Id"], loaded.HashKeys);
        Assert.Contains("notes", (await client.ListTablesAsync()).TableNames);
    }

    [DynamoDBTable("notes")]
    public sealed class Note
    {
        [DynamoDBHashKey]
        public string Id { get; set; } = "";

        [DynamoDBRangeKey]
        public int Page { get; set; }

        public string Text { get; set; } = "";

        public List<string> Tags { get; set; } = [];
    }

    private sealed class Customizer : IRuntimePipelineCustomizer
    {
        // Registration is for the whole process: other tests make clients meanwhile.
        [ThreadStatic]
        private static bool _active;

        public static bool Active { get => _active; set => _active = value; }

        public TaggingHandler Handler { get; } = new();

        public string UniqueName => "alternator test";

        public void Customize(Type type, RuntimePipeline pipeline)
        {
            if (Active)
                pipeline.AddHandlerBefore<RetryHandler>(Handler);
        }
    }

    private sealed class TaggingHandler : PipelineHandler
    {
        public int Calls { get; private set; }

        public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            Calls++;
            executionContext.RequestContext.Request.Headers["x-custom"] = "yes";
            return base.InvokeAsync<T>(executionContext);
        }
    }

    private sealed class Telemetry() : TelemetryProvider(Nothing.MeterProvider, new Tracers())
    {
        private static readonly DefaultTelemetryProvider Nothing = new();
    }

    private sealed class Tracers : TracerProvider
    {
        private readonly TracerProvider _nothing = new DefaultTelemetryProvider().TracerProvider;

        public int Asked { get; private set; }

        public override Tracer GetTracer(string scope)
        {
            Asked++;
            return _nothing.GetTracer(scope);
        }
    }

    private sealed class Factory : HttpClientFactory
    {
        public int Made { get; private set; }

        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
            Made++;
            return new HttpClient();
        }
    }
}
