using System.Net.Http.Headers;
using System.Text;

namespace Alternator.Emulator.Tests.Nodes;

/// <summary>Source: ScyllaDB locator/tablets.cc, assert_rf_rack_valid_keyspace; alternator/executor.cc, create_table_on_shard0.</summary>
public sealed class RackTests
{
    private const string Table = """
        {"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],
        "GlobalSecondaryIndexes":[{"IndexName":"by-p","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}
        """;

    [Theory]
    [InlineData(3, "rack1,rack2,rack3", true)]
    [InlineData(2, "rack1,rack2", true)]
    [InlineData(3, "rack1", false)]
    [InlineData(4, "rack1,rack2,rack3,rack4", false)]
    [InlineData(5, "rack1,rack2,rack3", true)]
    public async Task A_cluster_makes_indexes_only_when_its_racks_match_its_replicas(int nodes, string racks, bool allowed)
    {
        await using var cluster = await EmulatorCluster.StartAsync(new EmulatorOptions { Nodes = nodes, Racks = racks.Split(','), Control = false });
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, cluster.Nodes[0].Endpoint)
        {
            Content = new StringContent(Table, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/x-amz-json-1.0")),
        };
        request.Headers.Add("X-Amz-Target", "DynamoDB_20120810.CreateTable");
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode == allowed, text);
        Assert.Equal(!allowed, text.Contains("number of racks", StringComparison.Ordinal));
    }
}
