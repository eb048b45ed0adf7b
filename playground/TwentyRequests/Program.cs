// Twenty requests in a loop, and the node that served each: the smallest program that shows the client's load balancing.
// usage: TwentyRequests [NODE ...]      e.g. http://127.0.0.1:8000, which is also the default; one node is enough, it names the others

using Alternator.Client;
using Amazon.DynamoDBv2.Model;

string[] seeds = args is [] ? ["http://127.0.0.1:8000"] : args;

var config = new AlternatorClientConfig();
foreach (var seed in seeds)
    config.Nodes.Endpoints.Add(new Uri(seed));
// The default policy sends a request to the less loaded of two nodes; taking them in turn is what one wants to see here.
config.Balancing.Policy = BalancingPolicy.RoundRobin;
// Nor is a second node asked when the first takes its time, as it may on a busy machine.
config.Retry.SecondAttemptAfter = Timeout.InfiniteTimeSpan;

await using var dynamoDb = new AlternatorDynamoDBClient(config);
// A request needs none of this. But a client that has just been made knows its seeds only, and sends to a node that it has found
// when that has answered a first probe; to see all nodes served in turn from the first request on, wait for them.
await dynamoDb.Nodes.RefreshAsync();
for (var waited = 0; waited < 100 && !AllNodesServe(dynamoDb.Nodes.Snapshot); waited++)
    await Task.Delay(50);

var served = new SortedDictionary<string, int>(StringComparer.Ordinal);
for (var i = 1; i <= 20; i++)
{
    // DescribeEndpoints answers with the address under which the node was asked.
    var answer = await dynamoDb.DescribeEndpointsAsync(new DescribeEndpointsRequest());
    var node = answer.Endpoints[0].Address;
    served[node] = served.GetValueOrDefault(node) + 1;
    Console.WriteLine($"request {i,2} was served by {node}");
}

Console.WriteLine();
foreach (var (node, requests) in served)
    Console.WriteLine($"{node} served {requests}");

static bool AllNodesServe(ClusterSnapshot cluster) => cluster.FromDiscovery && cluster.Nodes.All(node => node.State == NodeState.Active);
