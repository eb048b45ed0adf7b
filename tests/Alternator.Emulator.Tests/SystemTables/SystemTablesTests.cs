using System.Text.Json;
using Alternator.Emulator.Tests.Support;

namespace Alternator.Emulator.Tests.SystemTables;

/// <summary>Tables under <c>.scylla.alternator.</c>, after docs/alternator/new-apis.md and db/system_keyspace.cc of scylladb.</summary>
public sealed class SystemTablesTests : IAsyncLifetime
{
    private EmulatorCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await EmulatorCluster.StartAsync(new() { ClusterName = "unit", TtlPeriod = TimeSpan.FromSeconds(7), EnforceAuthorization = false });

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Local_tells_who_the_node_is_that_was_asked()
    {
        foreach (EmulatorNode node in _cluster.Nodes)
        {
            JsonElement local = Assert.Single(await Scan(node, "system.local"));
            Assert.Equal("local", S(local, "key"));
            Assert.Equal(node.Address.ToString(), S(local, "rpc_address"));
            Assert.Equal(node.Address.ToString(), S(local, "broadcast_address"));
            Assert.Equal(node.HostId.ToString(), S(local, "host_id"));
            Assert.Equal(("dc1", node.Rack, "unit"), (S(local, "data_center"), S(local, "rack"), S(local, "cluster_name")));
        }
    }

    [Fact]
    public async Task A_query_by_key_with_a_projection_reads_local_too()
    {
        RawAnswer answer = await Api.CallAsync(_cluster.Nodes[1], "Query", """
            {"TableName":".scylla.alternator.system.local","KeyConditionExpression":"#k = :l","ProjectionExpression":"rpc_address, rack",
             "ExpressionAttributeNames":{"#k":"key"},"ExpressionAttributeValues":{":l":{"S":"local"}}}
            """);
        Assert.Equal(200, answer.Status);
        JsonElement item = Assert.Single(JsonDocument.Parse(answer.Body).RootElement.GetProperty("Items").EnumerateArray());
        Assert.Equal(("127.0.0.2", "rack2"), (S(item, "rpc_address"), S(item, "rack")));
        Assert.Equal(2, item.EnumerateObject().Count());
    }

    [Fact]
    public async Task Peers_are_the_other_nodes()
    {
        IReadOnlyList<JsonElement> peers = await Scan(_cluster.Nodes[0], "system.peers");
        Assert.Equal(["127.0.0.2", "127.0.0.3"], peers.Select(p => S(p, "peer")).Order());
    }

    [Fact]
    public async Task Config_shows_the_options_that_are_in_force()
    {
        Dictionary<string, string> config = (await Scan(_cluster.Nodes[0], "system.config")).ToDictionary(r => S(r, "name"), r => S(r, "value"));
        Assert.Equal("7", config["alternator_ttl_period_in_seconds"]);
        Assert.Equal("\"only_rmw_uses_lwt\"", config["alternator_write_isolation"]);
        Assert.Equal("false", config["alternator_enforce_authorization"]);
        Assert.Equal(_cluster.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), config["alternator_port"]);
    }

    [Fact]
    public async Task Options_that_ScyllaDB_can_change_while_it_runs_change_by_writing_config_where_that_is_allowed()
    {
        await using EmulatorCluster cluster = await EmulatorCluster.StartAsync(new() { Nodes = 2, AllowSystemTableWrite = true });
        EmulatorNode node = cluster.Nodes[0];
        await Write(node, "alternator_http_response_server_header", "\"mine/2\"");
        RawAnswer answer = await Write(node, "alternator_http_response_disable_date_header", "true");
        Assert.Equal((200, "mine/2", null), (answer.Status, answer.Header("Server"), answer.Header("Date")));
        await Write(node, "alternator_http_response_disable_content_type_header", "true");
        Assert.Null((await Api.CallAsync(node, "ListTables", "{}")).Header("Content-Type"));
        await Write(node, "alternator_describe_endpoints", "\"fixed:1\"");
        Assert.Contains("fixed:1", (await Api.CallAsync(node, "DescribeEndpoints", "{}")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await Write(node, "alternator_response_compression_threshold_in_bytes", "10")).Status);
        Assert.Equal("gzip", (await Api.CallAsync(node, "DescribeEndpoints", "{}", "Accept-Encoding: gzip")).Header("Content-Encoding"));
        Dictionary<string, string> config = (await Scan(node, "system.config")).ToDictionary(r => S(r, "name"), r => S(r, "value"));
        Assert.Equal("\"mine/2\"", config["alternator_http_response_server_header"]);

        Assert.Equal(400, (await Write(node, "alternator_ttl_period_in_seconds", "1")).Status);
        Assert.Equal(400, (await Write(node, "alternator_enforce_authorization", "perhaps")).Status);
        Assert.Equal(400, (await Write(node, "no_such_option", "1")).Status);
        Assert.Equal(400, (await Write(_cluster.Nodes[0], "alternator_http_response_server_header", "x")).Status);

        Assert.Equal(200, (await Write(node, "alternator_enforce_authorization", "true")).Status);
        Assert.Equal("MissingAuthenticationTokenException", (await Api.CallAsync(cluster.Nodes[1], "ListTables", "{}")).Error);
    }

    [Fact]
    public async Task Clients_shows_the_request_that_asks()
    {
        RawAnswer answer = await Api.CallAsync(_cluster.Nodes[0], "Scan", """{"TableName":".scylla.alternator.system.clients"}""", "User-Agent: unit-test/1");
        JsonElement client = Assert.Single(JsonDocument.Parse(answer.Body).RootElement.GetProperty("Items").EnumerateArray());
        Assert.Equal(("127.0.0.1", "alternator", "unit-test/1"), (S(client, "address"), S(client, "client_type"), S(client, "driver_name")));
        Assert.False(client.GetProperty("ssl_enabled").GetProperty("BOOL").GetBoolean());
    }

    [Theory]
    [InlineData("Scan", """{"TableName":".scylla.alternator.system.nothing"}""", "ResourceNotFoundException")]
    [InlineData("Scan", """{"TableName":".scylla.alternator.nokeyspace"}""", "ResourceNotFoundException")]
    public async Task Unknown_system_tables_are_not_found(string operation, string json, string error)
    {
        RawAnswer answer = await Api.CallAsync(_cluster.Nodes[0], operation, json);
        Assert.Equal((400, error), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task ListTables_does_not_show_them() => Assert.Equal("""{"TableNames":[]}""", (await Api.CallAsync(_cluster.Nodes[0], "ListTables", "{}")).Text);

    private static Task<RawAnswer> Write(EmulatorNode node, string name, string value) => Api.CallAsync(node, "UpdateItem", JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["TableName"] = ".scylla.alternator.system.config",
        ["Key"] = new { name = new { S = name } },
        ["UpdateExpression"] = "SET #v = :v",
        ["ExpressionAttributeNames"] = new Dictionary<string, string> { ["#v"] = "value" },
        ["ExpressionAttributeValues"] = new Dictionary<string, object> { [":v"] = new { S = value } },
    }));

    private static async Task<IReadOnlyList<JsonElement>> Scan(EmulatorNode node, string table)
    {
        RawAnswer answer = await Api.CallAsync(node, "Scan", $$"""{"TableName":".scylla.alternator.{{table}}"}""");
        Assert.True(answer.Status == 200, answer.Text);
        return [.. JsonDocument.Parse(answer.Body).RootElement.GetProperty("Items").EnumerateArray()];
    }

    private static string S(JsonElement item, string name) => item.GetProperty(name).GetProperty("S").GetString()!;
}
